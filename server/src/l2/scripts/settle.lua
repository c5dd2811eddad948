#!lua flags=allow-oom
-- One bounded round: removes what expired, what a clear or an invalidation left behind, and what is above the limit.
-- KEYS   1 state
-- ARGV   1 bound of each kind, 2 limit in force in bytes, 3 policy, 4 enforcement
-- RESULT used bytes, entries, expired entries, evicted entries, evicted bytes, 1 where another round is due
-- @include clock
-- @include account
-- @include expire
-- @include records
-- @include value
-- @include reclaim
-- @include fold
-- @include evict

local LEASES_PAGE = 128

-- Leases of holders that died; the hash as a whole goes with the last of them.
local function drop_stale_leases(t)
  local key = t.meta .. 'leases'
  if t.leased_ms == 0 or redis.call('HLEN', key) < LEASES_PAGE then return end
  local page = redis.call('HSCAN', key, redis.call('HGET', t.state, 'swept') or '0', 'COUNT', LEASES_PAGE)
  local stale = {}
  for i = 1, #page[2], 2 do
    local _, deadline_ms = struct.unpack('>I6I6', page[2][i + 1])
    if deadline_ms <= now_ms and #stale < MAX_ARGUMENTS then stale[#stale + 1] = page[2][i] end
  end
  if #stale > 0 then redis.call('HDEL', key, unpack(stale)) end
  redis.call('HSET', t.state, 'swept', page[1])
end

local bound = tonumber(ARGV[1])
local t = open_tenant(KEYS[1])
t.limit, t.policy, t.room = tonumber(ARGV[2]), ARGV[3], bound
local used = t.used
local expired = expire(t, bound)
local dead_left = reclaim_cleared(t, bound) == bound or expired == bound
dead_left = not reclaim_invalidated(t) or dead_left
fold(t)
local evicted, evicted_bytes = 0, 0
local enforced = (ARGV[4] == 'hard' or ARGV[4] == 'soft') and t.policy ~= 'reject'
if enforced and not dead_left then evicted, evicted_bytes = evict(t, t.limit, bound) end
drop_stale_leases(t)
if t.tagged and redis.call('EXISTS', t.meta .. 'tags') == 0 then redis.call('HDEL', t.state, 'tagged') end
if t.used ~= used then save_account(t) end
local entries = redis.call('ZCARD', t.exp)
local more = dead_left or (enforced and t.used > t.limit and entries > 0)
return { t.used, entries, expired, evicted, evicted_bytes, more and 1 or 0 }
