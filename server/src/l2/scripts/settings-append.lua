#!lua flags=allow-oom
-- Notes in the journal that settings changed. Keeps the last change of the 10,000 that changed last.
-- Its member `.` has the number through which others were forgotten: of a journal that begins, all from before.
-- KEYS   1 journal
-- ARGV   whose settings: a tenant's id, or `*` for what holds for all
-- RESULT the number of the change: the server's clock in microseconds, or one more than the greatest before it
local time = redis.call('TIME')
local number = tonumber(time[1]) * 1000000 + tonumber(time[2])
local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if newest[2] then number = math.max(number, tonumber(newest[2]) + 1)
else redis.call('ZADD', KEYS[1], number - 1, '.') end
redis.call('ZADD', KEYS[1], number, ARGV[1])
local surplus = redis.call('ZCARD', KEYS[1]) - 10001
if surplus > 0 then
  local last = redis.call('ZRANGE', KEYS[1], surplus, surplus, 'WITHSCORES')
  redis.call('ZREMRANGEBYRANK', KEYS[1], 1, surplus)
  redis.call('ZADD', KEYS[1], last[2], '.')
end
return { number }
