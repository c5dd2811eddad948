-- Bytes of entries that a clear or an invalidation made invisible.

-- Entries that a pass looks at for each that it may remove.
local LOOKED_AT_RATIO = 4

local function remove_counted(t, members)
  if #members == 0 then return end
  local scores, bytes = redis.call('ZMSCORE', t.exp, unpack(members)), 0
  for i = 1, #members do bytes = bytes + size_of(scores[i]) end
  remove_entries(t, members, bytes)
end

-- Gives the bytes of at most `bound` entries that a clear left behind back to the tenant; returns how many.
local function reclaim_cleared(t, bound)
  if t.cleared == 0 then return 0 end
  local members = redis.call('ZRANGE', t.lru, '-inf', t.cleared, 'BYSCORE', 'LIMIT', 0, bound)
  remove_counted(t, members)
  return #members
end

-- Those of a page, `bound` of them at most, that a record covers. `page` holds members, each followed by its tags or by
-- its access.
local function covered_in(t, page, records, bound, tagged)
  local members = {}
  for i = 1, #page, 2 do
    if #members == bound then break end
    local member = page[i]
    local newest = covered_by(records, member, tagged and page[i + 1] or nil)
    -- An access is never older than the entry, and an entry that is not there is not newer than anything.
    local covered = newest > 0 and not tagged and tonumber(page[i + 1]) <= newest
    if covered or (newest > 0 and stored_sequence(t, member) <= newest) then members[#members + 1] = member end
  end
  return members
end

-- One step of the pass over what the records cover: first all entries with tags, then, where prefixes are on record,
-- all entries. Whatever is on record when a pass begins is finished with it. `t.room` is how many entries it may
-- remove. Returns whether nothing is left.
local function reclaim_invalidated(t)
  if t.inv <= t.done then return true end
  local records = load_records(t, t.done)
  local pass = redis.call('HMGET', t.state, 'pass', 'phase', 'cursor')
  local goal, phase, cursor = tonumber(pass[1]) or t.inv, pass[2] or 'tags', pass[3] or '0'
  local has_tags, has_prefixes = next(records.tags) ~= nil, next(records.prefixes) ~= nil
  local bound, page = t.room, nil
  if phase == 'entries' then
    page = redis.call('ZSCAN', t.lru, cursor, 'COUNT', bound * LOOKED_AT_RATIO)
  elseif has_tags and t.tagged then
    page = redis.call('HSCAN', t.meta .. 'tags', cursor, 'COUNT', bound * LOOKED_AT_RATIO)
  else
    page = { '0', {} }
  end
  local members = covered_in(t, page[2], records, bound, phase == 'tags')
  remove_counted(t, members)
  t.room = bound - #members
  -- A page that held more than may be removed is looked at again.
  if #members < bound then cursor = page[1] end
  if #members == bound or cursor ~= '0' or (phase == 'tags' and has_prefixes) then
    if #members < bound and cursor == '0' then phase = 'entries' end
    redis.call('HSET', t.state, 'pass', goal, 'phase', phase, 'cursor', cursor)
    return false
  end
  t.done, t.cold_changed = goal, true
  redis.call('HDEL', t.state, 'pass', 'phase', 'cursor')
  return t.inv <= t.done
end
