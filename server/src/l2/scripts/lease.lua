#!lua flags=allow-oom
-- Grants, prolongs and ends leases of many tenants.
-- KEYS   per tenant: state
-- ARGV   1 head of the bus message, 2 packed, per tenant: members and ids as `delete` has them; then per member: what to
--        do (u8: 0 grant, 1 grant in any case, 2 prolong, 3 end), sequence that the asker saw (u48), ms to stand (u48),
--        token (u8 length, bytes)
-- RESULT per member, in order: a byte (0 no, 1 yes, 2 changed, 3 held, 4 failed), and u48: sequence of what was granted,
--        ms for which it is held
-- @include clock
-- @include account
-- @include records
-- @include value
-- @include leases
-- @include names

local GRANT, SEIZE, PROLONG, END = 0, 1, 2, 3
local NO, YES, CHANGED, HELD, FAILED = 0, 1, 2, 3, 4
local REPLY = '>BI6'

local function is_hashed(member)
  return string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte(HASH_MARKER)
end

-- What hides an entry with a hashed key may not cover it for a reader, who knows the key: the one it saw is the one there.
local function is_as_seen(t, member, seen)
  -- What is not indexed is not stored, and most who ask have found nothing.
  if not t.indexed[member] then return seen == 0 end
  local visible, unseen = visible_sequence(t, member)
  return visible == seen or (is_hashed(member) and unseen > 0 and unseen == seen)
end

local function hold(t, member, sequence, ms, token)
  t.leases[member] = struct.pack(LEASE, sequence, now_ms + ms) .. token
  t.held[member] = true
  t.last_ms = math.max(t.last_ms, now_ms + ms)
end

local function apply(t, kind, member, seen, ms, token)
  if kind == SEIZE or kind == GRANT then
    if kind == GRANT then
      if not is_as_seen(t, member, seen) then return CHANGED, 0 end
      local _, deadline_ms = standing_lease(t, member)
      if deadline_ms then return HELD, deadline_ms - now_ms end
    end
    t.seq = t.seq + 1
    hold(t, member, t.seq, ms, token)
    return YES, t.seq
  end
  if not held_with(t, member, token) then return NO, 0 end
  if kind == PROLONG then
    local sequence = standing_lease(t, member)
    if not sequence then return NO, 0 end
    hold(t, member, sequence, ms, token)
  else
    t.leases[member], t.held[member] = false, nil
    t.released[member] = true
  end
  return YES, 0
end

local function save(t, released)
  local key, held, gone = t.meta .. 'leases', {}, {}
  for member in pairs(t.held) do
    local n = #held
    held[n + 1], held[n + 2] = member, t.leases[member]
  end
  for member in pairs(t.released) do
    if not t.held[member] then gone[#gone + 1] = member end
  end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
  if #held > 0 then
    local leased_ms = math.max(t.leased_ms, t.last_ms)
    redis.call('HSET', key, unpack(held))
    redis.call('PEXPIREAT', key, int(leased_ms))
    t.leased_ms, t.hot_changed = leased_ms, true
  end
  if #released > 0 then next_message(t) end
  if #held + #released > 0 then save_account(t) end
  if #released > 0 then
    publish(t, ARGV[1], table.concat(released))
  end
end

local function lease_of(state, members, ids, wishes)
  local t = open_tenant(state)
  load_leases(t, members)
  if t.leases == NONE then t.leases = {} end
  t.held, t.released, t.last_ms, t.indexed = {}, {}, 0, {}
  local scores = redis.call('ZMSCORE', t.exp, unpack(members))
  for i = 1, #members do t.indexed[members[i]] = scores[i] end
  local replies, released, at = {}, {}, 1
  for i = 1, #members do
    local id, wish = nil, wishes[i]
    id, at = struct.unpack('>I2c0', ids, at)
    local code, number = apply(t, wish[1], members[i], wish[2], wish[3], wish[4])
    replies[i] = struct.pack(REPLY, code, number)
    if wish[1] == END and code == YES then released[#released + 1] = struct.pack('>I2', #id) .. id end
  end
  save(t, released)
  return replies
end

local out, at = {}, 1
for group = 1, TENANTS do
  local members, ids, wishes = nil, nil, {}
  members, ids, at = unpack_names(ARGV[2], at)
  for i = 1, #members do
    local kind, seen, ms, token
    kind, seen, ms, token, at = struct.unpack('>BI6I6Bc0', ARGV[2], at)
    wishes[i] = { kind, seen, ms, token }
  end
  -- What one tenant's damaged keys raise must not fail the others.
  local ok, replies = pcall(lease_of, KEYS[group], members, ids, wishes)
  for i = 1, #members do out[#out + 1] = ok and replies[i] or struct.pack(REPLY, FAILED, 0) end
end
return table.concat(out)
