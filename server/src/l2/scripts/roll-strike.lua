#!lua flags=allow-oom
-- Takes a tenant off the roll, unless it was enrolled of late.
-- KEYS   1 roll: tenants by ms of their last enrolment
-- ARGV   1 tenant, 2 for how long nobody may have enrolled it, in ms
-- RESULT 1 where it is gone
-- @include clock

local enrolled_ms = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]))
if not enrolled_ms or enrolled_ms > now_ms - tonumber(ARGV[2]) then return { 0 } end
return { redis.call('ZREM', KEYS[1], ARGV[1]) }
