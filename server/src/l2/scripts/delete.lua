#!lua flags=allow-oom
-- Deletes entries of many tenants.
-- KEYS   per tenant: state, lru, exp
-- ARGV   1 number of tenants; then per tenant: key prefix, channel, bus message, number of members, members
-- RESULT per member, in order: 1 a live entry is gone, 0 there was none, 4 failed
-- @include clock
-- @include account

local GONE, NONE, FAILED = 1, 0, 4
local out = {}

local function delete_from(t, members)
  load_account(t)
  local accesses = redis.call('ZMSCORE', t.lru, unpack(members))
  local deadlines = redis.call('ZMSCORE', t.exp, unpack(members))
  local due, bytes, seen = due_score(), 0, {}
  for i = 1, #members do
    local access, deadline = tonumber(accesses[i]), tonumber(deadlines[i])
    local alive = access and deadline and access > t.cleared and deadline > due and not seen[members[i]]
    if not seen[members[i]] then bytes = bytes + size_of(deadline) end
    seen[members[i]] = true
    out[#out + 1] = alive and GONE or NONE
  end
  remove_entries(t, members, bytes)
  if bytes > 0 then save_account(t) end
  -- Another process may hold in memory what Redis has lost already.
  redis.call('PUBLISH', t.channel, t.message)
end

local at = 2
for group = 0, tonumber(ARGV[1]) - 1 do
  local t = {
    state = KEYS[group * 3 + 1], lru = KEYS[group * 3 + 2], exp = KEYS[group * 3 + 3],
    prefix = ARGV[at], channel = ARGV[at + 1], message = ARGV[at + 2],
  }
  local members, head = {}, #out
  for i = 1, tonumber(ARGV[at + 3]) do members[i] = ARGV[at + 3 + i] end
  if not pcall(delete_from, t, members) then
    for i = 1, #members do out[head + i] = FAILED end
  end
  at = at + 4 + #members
end
return out
