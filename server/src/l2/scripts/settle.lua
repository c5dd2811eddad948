#!lua flags=allow-oom
-- One bounded round: removes what expired, what a clear or an invalidation left behind, and what is above the limit.
-- KEYS   1 state
-- ARGV   1 bound of each kind, 2 quota, 3 limit in force, both in bytes, 4 policy, 5 enforcement: `off` removes what is
--        dead, and leaves quota and level as they are
-- RESULT used bytes, entries, expired entries, evicted entries, evicted bytes, 1 where another round is due, level before
--        and after, time in ms, when the account began in ms, greatest use, times that the quota was exceeded, and as
--        texts bytes x ms used and of it above the quota
-- @include clock
-- @include account
-- @include expire
-- @include records
-- @include value
-- @include reclaim
-- @include fold
-- @include frequency
-- @include evict
-- @include rules

local LEASES_PAGE = 128
local RANKED_PER_ROUND = 512

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

-- A tenant that has nothing gets no index.
local function settle_index(t)
  if t.frequency and not kind_of(t.policy) then
    frequency().drop(t)
  elseif t.frequency or (kind_of(t.policy) and redis.call('EXISTS', t.exp) == 1) then
    frequency().follow(t, RANKED_PER_ROUND)
  end
end

local bound = tonumber(ARGV[1])
local t = open_tenant(KEYS[1])
t.limit, t.policy, t.enforcement, t.room = tonumber(ARGV[3]), ARGV[4], ARGV[5], bound
local off = t.enforcement == 'off'
if not off then set_quota(t, tonumber(ARGV[2])) end
local expired = expire(t, bound)
local dead_left = reclaim_cleared(t, bound) == bound or expired == bound
dead_left = not reclaim_invalidated(t) or dead_left
fold(t)
if not off then settle_index(t) end
local evicted, evicted_bytes = 0, 0
local enforced = (t.enforcement == 'hard' or t.enforcement == 'soft') and t.policy ~= 'reject'
if enforced and not dead_left then evicted, evicted_bytes = evict(t, t.limit, bound) end
drop_stale_leases(t)
if t.index then frequency().save(t) end
if t.tagged and redis.call('EXISTS', t.meta .. 'tags') == 0 then t.tagged, t.hot_changed = false, true end
local from = not off and cross(t) or t.level
save_if_changed(t)
local entries = redis.call('ZCARD', t.exp)
local more = dead_left or (enforced and t.used > t.limit and entries > 0)
return {
  math.max(0, t.used), entries, expired, evicted, evicted_bytes, more and 1 or 0, from, t.level, now_ms,
  t.since_ms, math.max(t.peak, t.used), t.times_exceeded,
  string.format('%.17g', t.byte_ms), string.format('%.17g', t.over_byte_ms),
}
