#!lua flags=allow-oom
-- Marks tenants as those that counters are kept of, or will be in a moment.
-- KEYS   1 tenants by ms of their mark
-- ARGV   tenants, 500 at the most
-- RESULT tenants that had no mark
-- @include clock

local rows = {}
for i = 1, #ARGV do rows[2 * i - 1], rows[2 * i] = string.format('%d', now_ms), ARGV[i] end
return { redis.call('ZADD', KEYS[1], unpack(rows)) }
