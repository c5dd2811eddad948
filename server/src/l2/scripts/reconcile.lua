#!lua flags=allow-oom
-- One bounded step that compares what is counted of a tenant with what is there, and puts it right.
-- KEYS   1 state
-- ARGV   1 fence (0: none), 2 cursor: phase, position, sum of the indexed sizes so far, mark of the account at the start
--        of the sum and how often it began, parted by spaces; empty: the first step
-- RESULT 1 or 0 where the fence is old; entries looked at, ghosts, bytes of ghosts, entries put right, counted minus
--        indexed bytes, 1 where that was compared, entries that had expired; the next cursor as text, empty after the
--        last step
-- @include clock
-- @include account
-- @include value

local PAGE = 512
local OVERHEAD_BYTES, MAX_STORED_BYTES = 128, 33554416
-- Sizes are summed in pages of so many, in one call where there are no more.
local SUM_PAGE = 2000
local MAX_SUMS = 5

local t = open_tenant(KEYS[1])
local fence = tonumber(ARGV[1])
local upkeep = redis.call('HMGET', t.state, 'upkeep', 'repairs')
local seen, repairs = tonumber(upkeep[1]) or 0, tonumber(upkeep[2]) or 0
if fence > 0 and fence < seen then return { 0, 0, 0, 0, 0, 0, 0, 0, '' } end

local phase, position, sum, mark, sums = string.match(ARGV[2], '^(%a+) (%d+) (%d+) (%S+) (%d+)')
if not phase then phase, position, sum, mark, sums = 'entries', '0', 0, '-', 0 end
sum, sums = tonumber(sum), tonumber(sums)

local looked, ghosts, ghost_bytes, repaired, drift, compared, expired = 0, 0, 0, 0, 0, 0, 0

-- What `write` counts for the stored value; nil where there is none, or what is there is no value.
local function stored_size(member)
  local key = t.prefix .. member
  local length = redis.pcall('STRLEN', key)
  if type(length) ~= 'number' or length == 0 then return nil end
  return math.min(math.ceil((#key + length + OVERHEAD_BYTES) / UNIT_BYTES) * UNIT_BYTES, MAX_STORED_BYTES)
end

-- Members of a page, each followed by its score.
local function check_entries(page)
  local members, gone, gone_bytes, deadlines, accesses = {}, {}, 0, {}, {}
  for i = 1, #page, 2 do members[#members + 1] = page[i] end
  if #members == 0 then return end
  local used_at = redis.call('ZMSCORE', t.lru, unpack(members))
  for i = 1, #members do
    local member, score = members[i], tonumber(page[2 * i])
    local size = stored_size(member)
    local ended = score <= due
    if not size or ended then
      gone[#gone + 1], gone_bytes = member, gone_bytes + size_of(score)
      if ended then expired = expired + 1
      else ghosts, ghost_bytes = ghosts + 1, ghost_bytes + size_of(score) end
    else
      if size ~= size_of(score) then
        deadlines[#deadlines + 1], deadlines[#deadlines + 2] = int(score - score % UNITS + size / UNIT_BYTES), member
        t.used = t.used - size_of(score) + size
      end
      if not used_at[i] then
        accesses[#accesses + 1], accesses[#accesses + 2] = int(stored_sequence(t, member)), member
      end
    end
  end
  looked = #members
  if #gone > 0 then remove_entries(t, gone, gone_bytes) end
  if #deadlines > 0 then redis.call('ZADD', t.exp, 'XX', unpack(deadlines)) end
  if #accesses > 0 then redis.call('ZADD', t.lru, unpack(accesses)) end
  repaired = (#deadlines + #accesses) / 2
end

-- Members of another index that are not in that of the deadlines. Those that are there are indexed again: they count
-- already, or the comparison at the end counts them.
local function check_others(page, key, restores)
  local members, gone, deadlines = {}, {}, {}
  for i = 1, #page, 2 do members[#members + 1] = page[i] end
  if #members == 0 then return end
  local indexed = redis.call('ZMSCORE', t.exp, unpack(members))
  for i = 1, #members do
    if not indexed[i] then
      local size = restores and stored_size(members[i])
      local ends_ms = size and redis.call('PEXPIRETIME', t.prefix .. members[i]) or 0
      if ends_ms > 0 then
        local deadline_s = math.ceil(ends_ms / 1000) - EPOCH_S
        deadlines[#deadlines + 1], deadlines[#deadlines + 2] = int(deadline_s * UNITS + size / UNIT_BYTES), members[i]
      else
        gone[#gone + 1] = members[i]
      end
    end
  end
  looked = #members
  if #gone > 0 then
    redis.call('ZREM', key, unpack(gone))
    if restores then
      local keys = {}
      for i = 1, #gone do keys[i] = t.prefix .. gone[i] end
      redis.call('UNLINK', unpack(keys))
      if t.frequency then redis.call('ZREM', t.meta .. 'freq', unpack(gone)) end
    end
  end
  if #deadlines > 0 then redis.call('ZADD', t.exp, unpack(deadlines)) end
  repaired = #gone + #deadlines / 2
end

-- Where nothing that the sum depends on has changed since it began, its mark is the same.
local function mark_now()
  return t.msg .. ',' .. t.used .. ',' .. repairs
end

local function sum_page(from)
  local entries = redis.call('ZCARD', t.exp)
  if from == 0 then sum, mark, sums = 0, mark_now(), sums + 1
  elseif mark ~= mark_now() then
    if sums == MAX_SUMS then return '' end
    return 'sum 0 0 - ' .. sums
  end
  local page = redis.call('ZRANGE', t.exp, from, from + SUM_PAGE - 1, 'WITHSCORES')
  for i = 2, #page, 2 do sum = sum + size_of(page[i]) end
  looked = #page / 2
  if from + SUM_PAGE < entries then return table.concat({ 'sum', from + SUM_PAGE, int(sum), mark, sums }, ' ') end
  drift, compared = t.used_before - sum, 1
  if drift ~= 0 then
    -- A peak that was never there must not be kept.
    t.used, t.high, t.hot_changed = sum, sum, true
  end
  return ''
end

local function after(name, cursor, next_name)
  return (cursor == '0' and next_name or name) .. ' ' .. cursor .. ' 0 - 0'
end

local cursor
if phase == 'entries' then
  local page = redis.call('ZSCAN', t.exp, position, 'COUNT', PAGE)
  check_entries(page[2])
  cursor = after('entries', page[1], 'accesses')
elseif phase == 'accesses' then
  local page = redis.call('ZSCAN', t.lru, position, 'COUNT', PAGE)
  check_others(page[2], t.lru, true)
  cursor = after('accesses', page[1], t.frequency and 'ranks' or 'sum')
elseif phase == 'ranks' then
  local page = redis.call('ZSCAN', t.meta .. 'freq', position, 'COUNT', PAGE)
  check_others(page[2], t.meta .. 'freq', false)
  cursor = after('ranks', page[1], 'sum')
else
  cursor = sum_page(tonumber(position))
end
if repaired > 0 then
  t.due_s, t.hot_changed = 0, true
  redis.call('HSET', t.state, 'repairs', repairs + 1)
end
save_if_changed(t)
if fence > seen and redis.call('EXISTS', t.state) == 1 then redis.call('HSET', t.state, 'upkeep', int(fence)) end
return { 1, looked, ghosts, ghost_bytes, repaired, drift, compared, expired, cursor }
