#!lua flags=allow-oom
-- Takes an item out of the queue: persisted, or given up and kept among the dead letters.
-- KEYS   1 stream, 2 state, 3 newest sequence by entry, 4 payloads by sequence, 5 dead letters, 6 sequences not confirmed
-- ARGV   1 sequence, 2 1: also where it is not confirmed; for a dead letter then 3 consumer, 4 ms for which it has the
--        queue, 5 attempts, 6 reason
-- RESULT 1; 0 the queue is lost, or the item not confirmed
-- @include clock
-- @include queue
local stream, state, sequence = KEYS[1], KEYS[2], ARGV[1]
local id = stream_id(sequence)
local dead = ARGV[3] ~= nil
if dead and not holds(state, ARGV[3], tonumber(ARGV[4])) then return { 0 } end
if ARGV[2] == '0' and redis.call('SISMEMBER', KEYS[6], sequence) == 1 then return { 0 } end
redis.call('SREM', KEYS[6], sequence)
redis.call('XACK', stream, GROUP, id)
local item = redis.call('XRANGE', stream, id, id)[1]
if not item then return { 1 } end
local entry = item[2][2]
if dead then
  -- Items die in any order, so a stream could not take their ids.
  redis.call('ZADD', KEYS[5], sequence, cjson.encode({ entry, item[2][4], ARGV[5], ARGV[6], now_ms }))
  redis.call('HINCRBY', state, 'dead', 1)
else
  redis.call('HINCRBY', state, 'bytes', -item_bytes(KEYS[4], entry, sequence))
  redis.call('HINCRBY', state, 'items', -1)
  redis.call('HDEL', KEYS[4], sequence)
end
redis.call('XDEL', stream, id)
forget_newest(KEYS[3], entry, sequence)
return { 1 }
