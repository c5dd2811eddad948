#!lua flags=allow-oom
-- Takes, keeps or gives up what one process at a time may have.
-- The fence outlives the lease, and never falls: it is at least the time, also where Redis has lost the last one.
-- KEYS   1 leader: hash of holder, fence, and until when, in ms
-- ARGV   1 who asks, 2 for how long in ms; 0: gives it up
-- RESULT the fence of who asks, 0 where another leads or it was given up
-- @include clock

local stored = redis.call('HMGET', KEYS[1], 'holder', 'fence', 'until')
local holder, fence, until_ms = stored[1], tonumber(stored[2]) or 0, tonumber(stored[3]) or 0
local ttl_ms = tonumber(ARGV[2])
if ttl_ms == 0 then
  if holder == ARGV[1] then redis.call('HSET', KEYS[1], 'until', 0) end
  return { 0 }
end
local stands = until_ms > now_ms
if stands and holder ~= ARGV[1] then return { 0 } end
if not stands then fence = math.max(fence + 1, now_ms) end
redis.call(
  'HSET', KEYS[1], 'holder', ARGV[1], 'fence', string.format('%d', fence), 'until',
  string.format('%d', now_ms + ttl_ms))
return { fence }
