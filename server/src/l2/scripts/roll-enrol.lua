#!lua flags=allow-oom
-- Puts tenants on the roll of those that may hold bytes, or notes that they still may.
-- KEYS   1 roll: tenants by ms of their last enrolment
-- ARGV   tenants, 500 at the most
-- RESULT tenants that were not on it
-- @include clock

local rows = {}
for i = 1, #ARGV do rows[2 * i - 1], rows[2 * i] = string.format('%d', now_ms), ARGV[i] end
return { redis.call('ZADD', KEYS[1], unpack(rows)) }
