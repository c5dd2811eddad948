#!lua flags=allow-oom
-- Deletes entries of many tenants, and voids the leases on them.
-- KEYS   per tenant: state
-- ARGV   1 head of the bus message, 2 packed, per tenant: number of members (u16), members (u16 length, bytes), bytes of
--        the ids (u32) and ids (as members) where they differ from the members
-- RESULT a byte per member, in order: 1 a live entry is gone, 0 there was none, 4 failed
-- @include clock
-- @include account
-- @include records
-- @include value
-- @include leases
-- @include names

local GONE, NONE, FAILED = 1, 0, 4
local out = {}

local function delete_from(state, members, ids)
  local t = open_tenant(state)
  redis.call('ZCARD', t.lru)
  local deadlines = redis.call('ZMSCORE', t.exp, unpack(members))
  load_leases(t, members)
  local bytes, seen, codes = 0, {}, {}
  for i = 1, #members do
    local member, deadline = members[i], tonumber(deadlines[i])
    local alive = deadline and deadline > due and not seen[member] and visible_sequence(t, member) > 0
    if not seen[member] then bytes = bytes + size_of(deadline) end
    seen[member] = true
    codes[i] = alive and GONE or NONE
    end_lease(t, member)
  end
  remove_entries(t, members, bytes)
  save_ended(t)
  next_message(t)
  save_account(t)
  -- Another process may hold in memory what Redis has lost already.
  publish(t, ARGV[1], ids)
  return codes
end

local at = 1
for group = 1, TENANTS do
  local members, ids
  members, ids, at = unpack_names(ARGV[2], at)
  local ok, codes = pcall(delete_from, KEYS[group], members, ids)
  for i = 1, #members do out[#out + 1] = string.char(ok and codes[i] or FAILED) end
end
return table.concat(out)
