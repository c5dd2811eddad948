-- Takes invalidations off record once no entry is left that they cover: from then on the fence stands for them, which
-- refuses the loads that began before.
local KEPT_MS = 60000
local MAX_RECORDS = 1024
local MAX_ARGUMENTS = 500

local function fold(t)
  local records = t.meta .. 'inv'
  local count = t.done > 0 and redis.call('HLEN', records) or 0
  if count == 0 then return end
  local due_ms = tonumber(redis.call('HGET', t.state, 'fold')) or 0
  if due_ms > now_ms and count <= MAX_RECORDS then return end
  local fields, finished, next_ms = redis.call('HGETALL', records), {}, now_ms + KEPT_MS
  for i = 1, #fields, 2 do
    local sequence, made_ms = struct.unpack(RECORD, fields[i + 1])
    if sequence <= t.done then finished[#finished + 1] = { fields[i], sequence, made_ms + KEPT_MS } end
  end
  table.sort(finished, function(a, b) return a[2] < b[2] end)
  local gone = {}
  for i = 1, #finished do
    if finished[i][3] > now_ms and count - #gone <= MAX_RECORDS then
      next_ms = finished[i][3]
      break
    end
    gone[#gone + 1] = finished[i][1]
    t.fence = math.max(t.fence, finished[i][2])
  end
  for first = 1, #gone, MAX_ARGUMENTS do
    redis.call('HDEL', records, unpack(gone, first, math.min(#gone, first + MAX_ARGUMENTS - 1)))
  end
  t.cold_changed = true
  if #gone == count then
    t.inv, t.done = 0, 0
    redis.call('HDEL', t.state, 'fold')
  else
    redis.call('HSET', t.state, 'fold', next_ms)
  end
end
