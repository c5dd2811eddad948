#!lua flags=allow-oom
-- Gives a tenant's write-behind queue up; an empty one leaves nothing behind after a minute.
-- KEYS   1 stream, 2 state
-- ARGV   1 consumer, 2 1: only where nothing waits
-- RESULT 1 given up, or another's by now; 0 something waits
local stream, state = KEYS[1], KEYS[2]
local owner = redis.call('HGET', state, 'owner')
if owner and owner ~= ARGV[1] then return { 1 } end
local empty = redis.call('XLEN', stream) == 0
if not empty and ARGV[2] == '1' then return { 0 } end
redis.call('HDEL', state, 'owner', 'until', 'claim')
if empty then
  redis.call('DEL', stream)
  -- By then the clock has passed the last sequence, and new ones begin from it.
  if (tonumber(redis.call('HGET', state, 'items')) or 0) == 0 then redis.call('PEXPIRE', state, 60000) end
end
return { 1 }
