#!lua flags=allow-oom
-- Takes or keeps a tenant's write-behind queue and hands out what this holder has not been given yet.
-- KEYS   1 stream, 2 state
-- ARGV   1 consumer, 2 ms for which it has the queue, 3 most items, 4 1: all from the first
-- RESULT 0 another has it; or 1, 1 where another call is due, then per item its sequence and entry id
-- @include clock
-- @include queue
local stream, state, consumer, most = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local held = redis.call('HMGET', state, 'owner', 'until', 'claim')
local owner, claim = held[1], held[3]
if owner and owner ~= consumer and tonumber(held[2]) > now_ms then return { 0 } end
if redis.call('EXISTS', stream) == 0 then return { 1, 0 } end
redis.call('HSET', state, 'owner', consumer, 'until', now_ms + tonumber(ARGV[2]))
if owner ~= consumer or ARGV[4] == '1' then
  claim = '0-0'
  -- Fails where the group is there.
  redis.pcall('XGROUP', 'CREATE', stream, GROUP, '0')
end

local out = { 1, 0 }
if claim then
  -- `JUSTID` leaves the delivery count alone: only attempts count.
  local claimed = redis.call('XAUTOCLAIM', stream, GROUP, consumer, 0, claim, 'COUNT', most, 'JUSTID')
  for _, id in ipairs(claimed[2]) do
    local item = redis.call('XRANGE', stream, id, id)[1]
    if item then
      out[#out + 1] = sequence_of(id)
      out[#out + 1] = item[2][2]
    end
  end
  out[2] = 1
  if claimed[1] ~= '0-0' then
    redis.call('HSET', state, 'claim', claimed[1])
  else
    redis.call('HDEL', state, 'claim')
    for _, other in ipairs(redis.call('XINFO', 'CONSUMERS', stream, GROUP)) do
      if other[2] ~= consumer and other[4] == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, GROUP, other[2]) end
    end
  end
  return out
end
local read = redis.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', most, 'STREAMS', stream, '>')
if read then
  for _, item in ipairs(read[1][2]) do
    out[#out + 1] = sequence_of(item[1])
    out[#out + 1] = item[2][2]
  end
  if #read[1][2] == tonumber(most) then out[2] = 1 end
end
return out
