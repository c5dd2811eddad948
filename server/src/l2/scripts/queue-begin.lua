#!lua flags=allow-oom
-- Counts an attempt at an item, or uncounts one that was broken off. The group's delivery count is 1 + the attempts.
-- KEYS   1 stream, 2 state, 3 payloads by sequence
-- ARGV   1 consumer, 2 ms for which it has the queue, 3 sequence, 4 1 or -1
-- RESULT 0 the queue is lost; 1 the item is gone; 2, attempts, enqueued ms, payload
-- @include clock
-- @include queue
local stream, id = KEYS[1], stream_id(ARGV[3])
if not holds(KEYS[2], ARGV[1], tonumber(ARGV[2])) then return { 0 } end
local item = redis.call('XRANGE', stream, id, id)[1]
local payload = redis.call('HGET', KEYS[3], ARGV[3])
if not item or not payload then
  redis.call('XACK', stream, GROUP, id)
  return { 1 }
end
local delivered = redis.call('XPENDING', stream, GROUP, id, id, 1)[1]
local attempts = (delivered and delivered[4] or 1) - 1 + tonumber(ARGV[4])
redis.call('XCLAIM', stream, GROUP, ARGV[1], 0, id, 'RETRYCOUNT', attempts + 1, 'FORCE', 'JUSTID')
return { 2, attempts, item[2][4], payload }
