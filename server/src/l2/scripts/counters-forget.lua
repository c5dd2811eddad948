#!lua flags=allow-oom
-- Drops those parts of counters that are still what was read.
-- KEYS   the counters of each part's tenant
-- ARGV   for each its field and the value that was read
-- RESULT parts that were dropped
local dropped = 0
for i = 1, #KEYS do
  local field = ARGV[2 * i - 1]
  if redis.pcall('HGET', KEYS[i], field) == ARGV[2 * i] then dropped = dropped + redis.call('HDEL', KEYS[i], field) end
end
return { dropped }
