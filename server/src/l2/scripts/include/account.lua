-- A tenant's keys, its totals, and the score that packs a deadline with a size.
local EPOCH_S = 1735689600
local SEQUENCES_PER_MS = 256
local UNITS = 2097152
local UNIT_BYTES = 16

-- A whole number as an argument; what the server makes of a number itself takes it three times as long.
local function int(number)
  return string.format('%d', number)
end

-- Spells the tenant's keys from that of its state, as redis-keys.ts does: all are in one slot, so one is declared.
-- The first sequence comes from the clock, so that sequences go on growing after Redis has lost its data.
local function open_tenant(state)
  local meta, id = string.sub(state, 1, -6), string.sub(state, 6, -7)
  local stored = redis.call('HMGET', state, 'used', 'seq', 'cleared', 'inv', 'done', 'fence', 'leased', 'tagged', 'msg')
  return {
    state = state, lru = meta .. 'lru', exp = meta .. 'exp', meta = meta, prefix = 'tenant:' .. id .. ':',
    used = tonumber(stored[1]) or 0, seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * SEQUENCES_PER_MS, cleared = tonumber(stored[3]) or 0,
    -- Newest invalidation on record, newest that a pass has finished, newest that is no longer on record.
    inv = tonumber(stored[4]) or 0, done = tonumber(stored[5]) or 0, fence = tonumber(stored[6]) or 0,
    -- Until when a lease may stand, and whether an entry may have tags: the hashes are looked at only then.
    leased_ms = tonumber(stored[7]) or 0, tagged = stored[8] and true,
    msg = tonumber(stored[9]) or 0,
  }
end

local function save_account(t)
  redis.call('HSET', t.state, 'used', int(t.used), 'seq', int(t.seq), 'msg', int(t.msg))
end

-- Takes the number of the next message; whoever finds a hole between two knows that it missed one.
local function next_message(t)
  t.msg = t.msg + 1
end

-- `head` is the kind of message and its sender, as bus-messages.ts spells it.
local function publish(t, head, rest)
  redis.call('PUBLISH', t.meta .. 'bus', head .. struct.pack('>I6', t.msg) .. rest)
end

-- Bytes of the entry that a score (false: none) stands for.
local function size_of(score)
  score = tonumber(score)
  if not score then return 0 end
  return (score % UNITS) * UNIT_BYTES
end

-- The greatest score whose deadline has come.
local due = (now_s - EPOCH_S) * UNITS + UNITS - 1
local due_score = int(due)

-- `t.old`, where a write keeps one, holds the sizes that are still indexed.
local function remove_entries(t, members, bytes)
  local keys = {}
  for i = 1, #members do keys[i] = t.prefix .. members[i] end
  redis.call('UNLINK', unpack(keys))
  redis.call('ZREM', t.lru, unpack(members))
  redis.call('ZREM', t.exp, unpack(members))
  if t.tagged then redis.call('HDEL', t.meta .. 'tags', unpack(members)) end
  t.used = t.used - bytes
  if t.old then
    for i = 1, #members do t.old[members[i]] = nil end
  end
end
