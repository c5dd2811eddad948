#!lua
-- Marks a tenant as one with a write-behind queue, or takes the mark back where nobody has renewed it.
-- KEYS   1 tenants by ms of their mark
-- ARGV   1 tenant, 2 empty, or the mark that is taken back
-- RESULT 1 done, 0 the mark is another
-- @include clock
if ARGV[2] == '' then
  redis.call('ZADD', KEYS[1], now_ms, ARGV[1])
  return { 1 }
end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return { 0 } end
return { redis.call('ZREM', KEYS[1], ARGV[1]) }
