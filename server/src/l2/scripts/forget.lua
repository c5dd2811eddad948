#!lua flags=allow-oom
-- One bounded step that forgets a tenant: removes entries, and once there are none all that is kept beside them.
-- KEYS   1 state
-- ARGV   1 head of the bus message, 2 entries that a step may remove, 3 1 where what is kept beside them is to go, too
-- RESULT entries removed, their bytes, 1 where another step is due
-- @include clock
-- @include account
-- @include clearing

-- Of redis-keys.ts those that are no channel and that may exist.
local KINDS = {
  'state', 'lru', 'exp', 'freq', 'tags', 'inv', 'leases', 'wb', 'wb-state', 'wb-newest', 'wb-values', 'wb-open',
  'wb-dead', 'counters',
}

local t = open_tenant(KEYS[1])
local last = tonumber(ARGV[2]) - 1
local found = redis.call('ZRANGE', t.exp, 0, last, 'WITHSCORES')
local members, bytes = {}, 0
for i = 1, #found, 2 do
  members[#members + 1] = found[i]
  bytes = bytes + size_of(found[i + 1])
end
-- Those that lost their deadline count for nobody, and could be read all the same.
if #members == 0 then members = redis.call('ZRANGE', t.lru, 0, last) end
if #members > 0 then
  remove_entries(t, members, bytes)
  save_account(t)
  return { #members, bytes, 1 }
end
if ARGV[3] == '1' then
  t.seq = t.seq + 1
  clear_tenant(t, ARGV[1])
  local keys = {}
  for i = 1, #KINDS do keys[i] = t.meta .. KINDS[i] end
  redis.call('UNLINK', unpack(keys))
end
return { 0, 0, 0 }
