#!lua flags=allow-oom
-- Counts several calls of one caller at once, as many as the limit of its window leaves: the nearer the limit, the fewer.
-- KEYS   1 rate: calls that were counted in the window, which ends with the key
-- ARGV   1 limit, 2 fewest that are of use, 3 most that are wanted, 4 length of a window in ms
-- RESULT calls counted now, calls left for others, ms until the window ends, when it ends by the server's clock in ms
local PARTS = 8

local limit, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local ends_in_ms = redis.call('PTTL', KEYS[1])
local used = ends_in_ms > 0 and tonumber(redis.call('GET', KEYS[1])) or 0
local free = math.max(0, limit - used)
local reserved = free >= least and math.min(most, math.max(least, math.ceil(free / PARTS))) or 0
if ends_in_ms > 0 then
  if reserved > 0 then redis.call('INCRBY', KEYS[1], reserved) end
else
  redis.call('SET', KEYS[1], reserved, 'PX', ARGV[4])
  ends_in_ms = tonumber(ARGV[4])
end
return { reserved, free - reserved, ends_in_ms, redis.call('PEXPIRETIME', KEYS[1]) }
