-- A tenant's totals and the score that packs a deadline with a size.
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16

-- The first sequence comes from the clock, so that sequences go on growing after Redis has lost its data.
local function load_account(t)
  local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
  t.used = tonumber(stored[1]) or 0
  t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
  t.cleared = tonumber(stored[3]) or 0
end

local function save_account(t)
  redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end

-- Bytes of the entry that a score (false: none) stands for.
local function size_of(score)
  score = tonumber(score)
  if not score then return 0 end
  return (score % UNITS) * UNIT_BYTES
end

-- The greatest score whose deadline has come.
local function due_score()
  return (now_s - EPOCH_S) * UNITS + UNITS - 1
end

-- `t.old`, where a write keeps one, holds the sizes that are still indexed.
local function remove_entries(t, members, bytes)
  local keys = {}
  for i = 1, #members do keys[i] = t.prefix .. members[i] end
  redis.call('UNLINK', unpack(keys))
  redis.call('ZREM', t.lru, unpack(members))
  redis.call('ZREM', t.exp, unpack(members))
  t.used = t.used - bytes
  if t.old then
    for i = 1, #members do t.old[members[i]] = nil end
  end
end
