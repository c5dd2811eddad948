#!lua flags=no-writes
-- One bounded step over a tenant's index of deadlines, and what of it a reader would see.
-- KEYS   1 state
-- ARGV   1 cursor: run id of the server and position, parted by a space; empty: the first step, 2 resource, empty: any,
--        3 what the keys begin with, 4 entries to look at
-- RESULT next cursor, empty after the last step; the server's clock in ms, entries looked at, those under a hash of their
--        key; then of each entry its member, size in bytes, time of writing in ms, ttl in ms, grace in ms
-- @include clock
-- @include account
-- @include records
-- @include value

local LONGEST_HEAD_BYTES = 26

local t = open_tenant(KEYS[1])
-- Another process hashes members otherwise, so that a position of its scan means nothing here: the walk begins again.
local run_id = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local asked, position = string.match(ARGV[1], '^(%x+) (%d+)$')
if asked ~= run_id then position = '0' end
local resource, opening = ARGV[2], ARGV[2] .. ':' .. ARGV[3]

local page = redis.call('ZSCAN', t.exp, position, 'COUNT', ARGV[4])
-- The first four are filled in at the end.
local found, unnamed = { '', now_ms, #page[2] / 2, 0 }, 0

-- A key of another type, one that the server lost, and a value of another layout are no entries. One short command for
-- each: what a long step would cost is everybody's.
local function add(member, score)
  local head = redis.pcall('GETRANGE', t.prefix .. member, 0, LONGEST_HEAD_BYTES - 1)
  if type(head) ~= 'string' or #head < ENVELOPE_BYTES then return end
  local version, sequence, made_ms, flags, ttl_ms, at = struct.unpack('>BI6I6BI6', head)
  local graced = flags % 2 == 1
  if version ~= VERSION or flags > MAX_FLAGS or (graced and #head < LONGEST_HEAD_BYTES) then return end
  local grace_ms = graced and struct.unpack('>I6', head, at) or 0
  if made_ms + ttl_ms + grace_ms <= now_ms then return end
  if sequence <= t.cleared or sequence <= t.inv then
    local tags = t.tagged and flags % 8 >= 4 and redis.call('HGET', t.meta .. 'tags', member) or nil
    if hidden(t, member, sequence, tags) then return end
  end
  if string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte(HASH_MARKER) then
    unnamed = unnamed + 1
    return
  end
  local n = #found
  found[n + 1], found[n + 2], found[n + 3] = member, size_of(score), made_ms
  found[n + 4], found[n + 5] = ttl_ms, grace_ms
end

-- Members are compared as they are: nothing that stands in a prefix is a pattern. What is under a hash may begin with
-- anything.
local hashed = resource .. ':' .. HASH_MARKER
local function asked_for(member)
  if resource == '' then return true end
  return string.sub(member, 1, #opening) == opening or string.sub(member, 1, #hashed) == hashed
end

for i = 1, #page[2], 2 do
  local member = page[2][i]
  if asked_for(member) then add(member, page[2][i + 1]) end
end
if page[1] ~= '0' then found[1] = run_id .. ' ' .. page[1] end
found[4] = unnamed
return found
