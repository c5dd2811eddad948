#!lua flags=allow-oom
-- Queues dead letters again, or forgets them.
-- KEYS   1 stream, 2 state, 3 newest sequence by entry, 4 payloads by sequence, 5 dead letters by sequence
-- ARGV   1 replay or discard, then sequences
-- RESULT the entry ids of those that were there
-- @include clock
-- @include queue
local stream, state, newest, values, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local out = {}
for i = 2, #ARGV do
  local letter = redis.call('ZRANGE', dead, ARGV[i], ARGV[i], 'BYSCORE')[1]
  local payload = letter and redis.call('HGET', values, ARGV[i])
  if payload then
    local entry = cjson.decode(letter)[1]
    if ARGV[1] == 'replay' then
      local sequence = string.format('%.0f', next_sequence(state))
      redis.call('XADD', stream, sequence .. '-0', 'e', entry, 't', now_ms)
      redis.call('HSET', values, sequence, payload)
      redis.call('HSET', newest, entry, sequence)
      redis.call('HSET', state, 'seq', sequence)
    else
      redis.call('HINCRBY', state, 'bytes', -item_bytes(values, entry, ARGV[i]))
      redis.call('HINCRBY', state, 'items', -1)
    end
    redis.call('HDEL', values, ARGV[i])
    redis.call('ZREM', dead, letter)
    redis.call('HINCRBY', state, 'dead', -1)
    out[#out + 1] = entry
  end
end
return out
