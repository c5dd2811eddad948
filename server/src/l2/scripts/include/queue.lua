-- A tenant's write-behind queue: a stream of (e: entry id, t: enqueued ms), ids `<sequence>-0`, payloads by sequence.
local GROUP = 'persist'
local ITEM_OVERHEAD_BYTES = 128

local function stream_id(sequence)
  return string.format('%.0f', sequence) .. '-0'
end

local function sequence_of(id)
  return string.match(id, '^%d+')
end

-- Whether the consumer has the queue; then it does for `hold_ms` more.
local function holds(state, consumer, hold_ms)
  if redis.call('HGET', state, 'owner') ~= consumer then return false end
  redis.call('HSET', state, 'until', now_ms + hold_ms)
  return true
end

-- From the clock, or one more than the last where that is ahead of it: sequences go on growing after the queue has been
-- forgotten, and none that a lost server gave out is given out again by the replica that takes over.
local function next_sequence(state)
  local last = tonumber(redis.call('HGET', state, 'seq')) or 0
  return math.max(last, (now_ms - 1735689600000) * 64) + 1
end

local function item_bytes(values, entry, sequence)
  return #entry + redis.call('HSTRLEN', values, sequence) + ITEM_OVERHEAD_BYTES
end

local function forget_newest(newest, entry, sequence)
  if redis.call('HGET', newest, entry) == sequence then redis.call('HDEL', newest, entry) end
end
