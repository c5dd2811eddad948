-- What the quota says to a write, and the level that a tenant's use has: the state machines that
-- docs/features/quotas.md draws.
local STORED, TOO_LARGE, FULL, AGAIN, FAILED, VOID = 0, 1, 2, 3, 4, 5
local EVICT_DOWN_TO_RATIO = 0.9
-- A tenant with more entries does not let a write wait for the pass over all of them.
local MAX_ENTRIES_TO_WAIT_FOR = 65536

local OK, WARNING, EXCEEDED, CRITICAL = 0, 1, 2, 3
local WARNING_RATIO, FALL_BACK_RATIO = 0.8, 0.95

-- The level after this call: it rises as soon as a threshold is passed, and falls below one only once use is at most
-- 95 % of it, so that use that wavers about a threshold is told of once.
local function next_level(t)
  if t.enforcement == 'off' then return OK end
  local warning, level = t.quota * WARNING_RATIO, OK
  if t.used > t.limit then level = CRITICAL
  elseif t.used > t.quota then level = EXCEEDED
  elseif t.used >= warning then level = WARNING
  end
  local kept = t.level
  while kept > level do
    local threshold = kept == CRITICAL and t.limit or kept == EXCEEDED and t.quota or warning
    if t.used > threshold * FALL_BACK_RATIO then return kept end
    kept = kept - 1
  end
  return level
end

-- Takes the next level; returns the one before it where the two differ.
local function cross(t)
  local from, to = t.level, next_level(t)
  if from == to then return nil end
  if from < EXCEEDED and to >= EXCEEDED then
    t.times_exceeded, t.cold_changed = t.times_exceeded + 1, true
  end
  t.level, t.hot_changed = to, true
  return from
end

-- Removes of what is dead as much as this call may; false where some may be left.
local function reclaim(t)
  t.room = t.room - reclaim_cleared(t, t.room)
  if t.dead or t.room == 0 then return false end
  return reclaim_invalidated(t) or redis.call('ZCARD', t.exp) > MAX_ENTRIES_TO_WAIT_FOR
end

-- Makes room for `size` bytes in place of the member's old ones. `t.dead` says whether expired entries were left over, `t.room` how many
-- entries this call may still remove. Returns status, evicted entries, evicted bytes.
local function make_room(t, member, size)
  local clean = reclaim(t)
  local old = t.old[member] or 0
  if t.used - old + size <= t.limit then return STORED, 0, 0 end
  -- Nothing alive goes before everything dead is gone.
  if not clean then return AGAIN, 0, 0 end
  if t.policy == 'reject' then return FULL, 0, 0 end
  local goal = math.floor(t.limit * EVICT_DOWN_TO_RATIO) - size + old
  local evicted, bytes = evict(t, goal, t.room, member)
  t.room = t.room - evicted
  if t.used - old + size <= t.limit then return STORED, evicted, bytes end
  return t.room == 0 and AGAIN or FULL, evicted, bytes
end

-- What `hard` would have done: bytes to evict, 1 where it would have refused. Past the first crossing each write
-- counts what it adds, or the same excess would be reported with every write.
local function observe(t, member, size)
  if size > t.limit then return 0, 1 end
  if t.used - (t.old[member] or 0) + size > t.limit then reclaim(t) end
  local old = t.old[member] or 0
  local after = t.used - old + size
  if after <= t.limit then return 0, 0 end
  if t.policy == 'reject' then return 0, 1 end
  if t.used > t.limit then return math.max(0, size - old), 0 end
  return after - math.floor(t.limit * EVICT_DOWN_TO_RATIO), 0
end
