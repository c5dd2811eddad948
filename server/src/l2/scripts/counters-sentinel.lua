#!lua flags=allow-oom
-- What this server goes by: whoever finds another number than before knows that it was emptied in between.
-- KEYS   1 the number
-- ARGV   1 a random whole number below 2^48, kept where there is none
-- RESULT the number that is kept
local kept = redis.pcall('GET', KEYS[1])
local number = type(kept) == 'string' and string.match(kept, '^%d+$') and tonumber(kept)
if not number or number >= 2 ^ 48 then
  number = tonumber(ARGV[1])
  redis.call('SET', KEYS[1], ARGV[1])
end
return { number }
