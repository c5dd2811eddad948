-- Leases: field member, value sequence, deadline in ms, token.
local LEASE = '>I6I6'
local LEASE_BYTES = 12
local NONE = {}

-- Leases by member of those that are asked for; members that have none are false.
local function load_leases(t, members)
  t.leases, t.ended = NONE, NONE
  if t.leased_ms <= now_ms then return end
  t.leases, t.ended = {}, {}
  local found = redis.call('HMGET', t.meta .. 'leases', unpack(members))
  for i = 1, #members do t.leases[members[i]] = found[i] end
end

-- The lease is over, whoever holds it.
local function end_lease(t, member)
  if not t.leases[member] then return false end
  t.leases[member] = false
  t.ended[#t.ended + 1] = member
  return true
end

local function save_ended(t)
  if #t.ended > 0 then redis.call('HDEL', t.meta .. 'leases', unpack(t.ended)) end
end

local function held_with(t, member, token)
  local lease = t.leases[member]
  return lease and string.sub(lease, LEASE_BYTES + 1) == token
end

-- The sequence of the member's lease while it stands for an entry with these tags, and its deadline; else nil.
local function standing_lease(t, member, tags)
  local lease = t.leases[member]
  if not lease then return nil end
  local sequence, deadline_ms = struct.unpack(LEASE, lease)
  if deadline_ms <= now_ms or sequence <= t.fence or hidden(t, member, sequence, tags) then return nil end
  return sequence, deadline_ms
end
