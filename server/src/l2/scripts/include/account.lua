-- A tenant's keys, its account, and the score that packs a deadline with a size.
local EPOCH_S = 1735689600
local SEQUENCES_PER_MS = 256
local UNITS = 2097152
local UNIT_BYTES = 16

-- The account is two packed fields of the state, so that it is read and written by one call each, and short enough for
-- the hash to stay a listpack. `a` goes with every change: used bytes, sequence, number of the last message, until when
-- a lease may stand in ms (u48 each), earliest deadline that may have come in s since 2025 (u32, 0: not known), flags
-- (u8: 1 an entry may have tags, 2 the index by frequency is kept, 4 and 8 the level), when the meters were read in ms
-- (u48), bytes x ms used and of it above the quota (double each). `b` changes seldom: sequence of the last clear, of the
-- newest invalidation on record, of the newest that a pass has finished, of the newest that is no longer on record (u48
-- each), quota (double, 0: not known), when the account began in ms, greatest use from which it has fallen (u48 each),
-- times that the quota was exceeded (u32).
local HOT, COLD = '>I6I6I6I6I4BI6dd', '>I6I6I6I6dI6I6I4'
local TAGGED, FREQUENCY, LEVEL = 1, 2, 4
-- A replica that took over may know of fewer sequences than were given out, so none is given out far behind the clock:
-- by then the time is past in which those were.
local MAX_LAG_MS = 250
-- On a Cluster the last key is one that never exists (script-runner.ts).
local TENANTS = string.sub(KEYS[#KEYS], -7) == ':absent' and #KEYS - 1 or #KEYS

-- A whole number as an argument; what the server makes of a number itself takes it three times as long.
local function int(number)
  return string.format('%d', number)
end

-- Spells the tenant's keys from that of its state, as redis-keys.ts does: all are in one slot, so one is declared. What
-- has a colon in its name is a dataset, whose entries begin with the name itself.
-- The first sequence comes from the clock, so that sequences go on growing after Redis has lost its data.
local function open_tenant(state)
  local meta, id = string.sub(state, 1, -6), string.sub(state, 6, -7)
  local stored = redis.call('HMGET', state, 'a', 'b')
  local used, seq, msg, leased_ms, due_s, flags, stamp_ms, byte_ms, over_byte_ms =
    0, (now_ms - EPOCH_S * 1000) * SEQUENCES_PER_MS, 0, 0, 0, 0, now_ms, 0, 0
  local cleared, inv, done, fence, quota, since_ms, peak, times_exceeded = 0, 0, 0, 0, 0, now_ms, 0, 0
  if stored[1] then
    used, seq, msg, leased_ms, due_s, flags, stamp_ms, byte_ms, over_byte_ms = struct.unpack(HOT, stored[1])
    seq = math.max(seq, (now_ms - EPOCH_S * 1000 - MAX_LAG_MS) * SEQUENCES_PER_MS)
  end
  if stored[2] then cleared, inv, done, fence, quota, since_ms, peak, times_exceeded = struct.unpack(COLD, stored[2]) end
  -- What was used until now was used since the last change, under the quota of that time.
  if now_ms > stamp_ms and used > 0 then
    byte_ms = byte_ms + used * (now_ms - stamp_ms)
    if quota > 0 and used > quota then over_byte_ms = over_byte_ms + (used - quota) * (now_ms - stamp_ms) end
  end
  -- A clock that was set back must not meter the same time again once it is right.
  if now_ms > stamp_ms then stamp_ms = now_ms end
  return {
    state = state, lru = meta .. 'lru', exp = meta .. 'exp', meta = meta, prefix = (string.find(id, ':', 1, true) and '' or 'tenant:') .. id .. ':',
    used = used, seq = seq, msg = msg,
    -- What it was when the call began, and the most that it was before something was removed.
    used_before = used, high = used,
    -- Newest invalidation on record, newest that a pass has finished, newest that is no longer on record.
    cleared = cleared, inv = inv, done = done, fence = fence,
    -- Until when a lease may stand, and whether an entry may have tags: the hashes are looked at only then.
    leased_ms = leased_ms, tagged = flags % 2 == 1, frequency = flags % 4 >= 2, level = (flags - flags % 4) / 4,
    due_s = due_s, byte_ms = byte_ms, over_byte_ms = over_byte_ms,
    quota = quota, stamp_ms = stamp_ms, since_ms = since_ms, peak = peak, times_exceeded = times_exceeded,
    -- Whether `a` or `b` must be written although `used` is what it was.
    hot_changed = false, cold_changed = false,
    fresh = not stored[2],
    -- For who needs them; the table has its full size at once, for to grow it costs more than to make it.
    limit = false, ceiling = -1, policy = false, enforcement = false, old = false, index = false, room = 0,
  }
end

local function save_account(t)
  if t.high > t.peak and t.high > t.used then t.peak, t.cold_changed = t.high, true end
  local flags = (t.tagged and TAGGED or 0) + (t.frequency and FREQUENCY or 0) + t.level * LEVEL
  local due_s = t.due_s < math.huge and t.due_s or 0
  local hot = struct.pack(
    HOT, t.used > 0 and t.used or 0, t.seq, t.msg, t.leased_ms, due_s, flags, t.stamp_ms, t.byte_ms, t.over_byte_ms)
  if not t.cold_changed and not t.fresh then
    redis.call('HSET', t.state, 'a', hot)
    return
  end
  redis.call(
    'HSET', t.state, 'a', hot, 'b',
    struct.pack(COLD, t.cleared, t.inv, t.done, t.fence, t.quota, t.since_ms, t.peak, t.times_exceeded))
end

-- For scripts that often change nothing.
local function save_if_changed(t)
  if t.used ~= t.used_before or t.hot_changed or t.cold_changed then save_account(t) end
end

-- The quota that counts from now on: for the meters, also where a later call does not know it.
local function set_quota(t, quota)
  if quota == t.quota then return end
  -- A tenant that has no account gets none for that.
  t.quota, t.cold_changed = quota, t.cold_changed or not t.fresh
end

-- Takes the number of the next message; whoever finds a hole between two knows that it missed one.
local function next_message(t)
  t.msg = t.msg + 1
end

-- `head` is the kind of message and its sender, as bus-messages.ts spells it.
local function publish(t, head, rest)
  redis.call('SPUBLISH', t.meta .. 'bus', head .. struct.pack('>I6', t.msg) .. rest)
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
  local gone = redis.call('ZREM', t.exp, unpack(members))
  if t.frequency then redis.call('ZREM', t.meta .. 'freq', unpack(members)) end
  if t.index then t.index.entries = t.index.entries - gone end
  if t.tagged then redis.call('HDEL', t.meta .. 'tags', unpack(members)) end
  if t.used > t.high then t.high = t.used end
  t.used = t.used - bytes
  if t.old then
    for i = 1, #members do t.old[members[i]] = nil end
  end
end
