#!lua flags=no-writes
-- What settling under another limit would evict, after a look at 1,000 candidates at most.
-- KEYS   1 state
-- ARGV   1 limit in bytes, 2 policy, 3 enforcement
-- RESULT used bytes, entries, bytes to evict, entries to evict, 1 where that is exact
-- @include clock
-- @include account
-- @include frequency

local MAX_CANDIDATES = 1000
local CHUNK = 250

local t = open_tenant(KEYS[1])
local limit, policy = tonumber(ARGV[1]), ARGV[2]
local entries = redis.call('ZCARD', t.exp)
local enforced = (ARGV[3] == 'hard' or ARGV[3] == 'soft') and policy ~= 'reject'
if not enforced or t.used <= limit then return { t.used, entries, 0, 0, 1 } end

local unranked = 0
if kind_of(policy) and frequency().load(t) and t.index.unranked > 0 then
  unranked = redis.call('ZCOUNT', t.lru, '-inf', int(t.index.unranked))
end

-- As evict.lua would take them.
local function candidates(from)
  local order = policy == 'ttl' and t.exp or t.lru
  if t.index and from >= unranked then order, from = t.index.key, from - unranked end
  local last = from + CHUNK - 1
  if order == t.lru and t.index then last = math.min(last, unranked - 1) end
  return redis.call('ZRANGE', order, int(from), int(last))
end

local need, bytes, count = t.used - limit, 0, 0
while bytes < need and count < MAX_CANDIDATES do
  local members = candidates(count)
  if #members == 0 then break end
  local scores = redis.call('ZMSCORE', t.exp, unpack(members))
  for i = 1, #members do
    if bytes >= need then break end
    bytes = bytes + size_of(scores[i])
    count = count + 1
  end
end
if bytes >= need then return { t.used, entries, bytes, count, 1 } end
return { t.used, entries, need, math.ceil(count * need / math.max(bytes, 1)), 0 }
