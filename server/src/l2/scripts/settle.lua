#!lua flags=allow-oom
-- One bounded round: removes what expired, what a clear left behind, and what is above the limit in force.
-- KEYS   1 state, 2 lru, 3 exp
-- ARGV   1 key prefix, 2 bound of each kind, 3 limit in force in bytes, 4 policy, 5 enforcement
-- RESULT used bytes, entries, expired entries, evicted entries, evicted bytes, 1 where another round is due
-- @include clock
-- @include account
-- @include expire
-- @include evict

local bound = tonumber(ARGV[2])
local t = {
  state = KEYS[1], lru = KEYS[2], exp = KEYS[3], prefix = ARGV[1], limit = tonumber(ARGV[3]), policy = ARGV[4],
}
load_account(t)
local used = t.used
local expired = expire(t, bound)
local reclaimed = reclaim(t, bound)
local dead_left = expired == bound or reclaimed == bound
local evicted, evicted_bytes = 0, 0
local enforced = (ARGV[5] == 'hard' or ARGV[5] == 'soft') and t.policy ~= 'reject'
if enforced and not dead_left then evicted, evicted_bytes = evict(t, t.limit, bound) end
if t.used ~= used then save_account(t) end
local entries = redis.call('ZCARD', t.exp)
local more = dead_left or (enforced and t.used > t.limit and entries > 0)
return { t.used, entries, expired, evicted, evicted_bytes, more and 1 or 0 }
