#!lua flags=allow-oom
-- Removes those of a tenant's keys that neither index knows: they count for nobody, and nobody would ever remove them.
-- KEYS   1 state
-- ARGV   1 fence (0: none), then members whose keys were seen
-- RESULT 1 or 0 where the fence is old, keys removed
-- @include clock
-- @include account

local fence = tonumber(ARGV[1])
if fence > 0 and fence < (tonumber(redis.call('HGET', KEYS[1], 'upkeep')) or 0) then return { 0, 0 } end
local t = open_tenant(KEYS[1])
local members = {}
for i = 2, #ARGV do members[i - 1] = ARGV[i] end
local deadlines, accesses = redis.call('ZMSCORE', t.exp, unpack(members)), redis.call('ZMSCORE', t.lru, unpack(members))
local keys = {}
for i = 1, #members do
  if not deadlines[i] and not accesses[i] then keys[#keys + 1] = t.prefix .. members[i] end
end
return { 1, #keys > 0 and redis.call('UNLINK', unpack(keys)) or 0 }
