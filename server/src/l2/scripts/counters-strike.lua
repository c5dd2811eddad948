#!lua flags=allow-oom
-- Takes back the marks of tenants that no counters were found of, unless they were renewed since some time before that look.
-- KEYS   1 tenants by ms of their mark
-- ARGV   1 that time, in ms of this server, then tenants, 500 at the most
-- RESULT marks that were taken back
local before_ms, struck = tonumber(ARGV[1]), 0
for i = 2, #ARGV do
  local marked_ms = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]))
  if marked_ms and marked_ms < before_ms then struck = struck + redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return { struck }
