#!lua
-- Appends a write to a tenant's write-behind queue, or does nothing at all.
-- KEYS   1 stream, 2 state, 3 newest sequence by entry, 4 payloads by sequence, 5 sequences not confirmed
-- ARGV   1 entry id, 2 payload, 3 most bytes, 4 most items, 5 1: the waiting write of this entry is replaced
-- RESULT 1, sequence; or 0, bytes and items that are there
-- @include clock
-- @include queue
local stream, state, newest, values = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local entry, payload = ARGV[1], ARGV[2]
local totals = redis.call('HMGET', state, 'bytes', 'items')
local bytes, items = tonumber(totals[1]) or 0, tonumber(totals[2]) or 0
local replaced, freed = false, 0
if ARGV[5] == '1' then
  replaced = redis.call('HGET', newest, entry)
  if replaced then freed = item_bytes(values, entry, replaced) end
end
local new_bytes = bytes - freed + #entry + #payload + ITEM_OVERHEAD_BYTES
local new_items = items + (replaced and 0 or 1)
if new_bytes > tonumber(ARGV[3]) or new_items > tonumber(ARGV[4]) then return { 0, bytes, items } end

local sequence = string.format('%.0f', next_sequence(state))
redis.call('XADD', stream, sequence .. '-0', 'e', entry, 't', now_ms)
redis.call('HSET', values, sequence, payload)
redis.call('HSET', newest, entry, sequence)
redis.call('SADD', KEYS[5], sequence)
if replaced then
  redis.call('XACK', stream, GROUP, replaced .. '-0')
  redis.call('XDEL', stream, replaced .. '-0')
  redis.call('HDEL', values, replaced)
  redis.call('SREM', KEYS[5], replaced)
end
redis.call('PERSIST', state)
redis.call('HSET', state, 'bytes', new_bytes, 'items', new_items, 'seq', sequence)
return { 1, tonumber(sequence) }
