// Made by embed-scripts.mjs from scripts/*.lua: change those, then run it.
const account = `local EPOCH_S = 1735689600
local SEQUENCES_PER_MS = 256
local UNITS = 2097152
local UNIT_BYTES = 16
local function int(number)
return string.format('%d', number)
end
local function open_tenant(state)
local meta, id = string.sub(state, 1, -6), string.sub(state, 6, -7)
local stored = redis.call('HMGET', state, 'used', 'seq', 'cleared', 'inv', 'done', 'fence', 'leased', 'tagged', 'msg')
return {
state = state, lru = meta .. 'lru', exp = meta .. 'exp', meta = meta, prefix = 'tenant:' .. id .. ':',
used = tonumber(stored[1]) or 0, seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * SEQUENCES_PER_MS, cleared = tonumber(stored[3]) or 0,
inv = tonumber(stored[4]) or 0, done = tonumber(stored[5]) or 0, fence = tonumber(stored[6]) or 0,
leased_ms = tonumber(stored[7]) or 0, tagged = stored[8] and true,
msg = tonumber(stored[9]) or 0,
}
end
local function save_account(t)
redis.call('HSET', t.state, 'used', int(t.used), 'seq', int(t.seq), 'msg', int(t.msg))
end
local function next_message(t)
t.msg = t.msg + 1
end
local function publish(t, head, rest)
redis.call('PUBLISH', t.meta .. 'bus', head .. struct.pack('>I6', t.msg) .. rest)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local due = (now_s - EPOCH_S) * UNITS + UNITS - 1
local due_score = int(due)
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
if t.tagged then redis.call('HDEL', t.meta .. 'tags', unpack(members)) end
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
`;
const clearing = `local function clear_tenant(t, head)
t.cleared = t.seq
next_message(t)
redis.call('HSET', t.state, 'seq', t.seq, 'cleared', t.cleared, 'msg', t.msg)
redis.call('HDEL', t.state, 'inv', 'done', 'pass', 'phase', 'cursor', 'fold')
redis.call('UNLINK', t.meta .. 'inv')
publish(t, head, struct.pack('>I6', t.seq))
end
`;
const clock = `local redis, struct, string, math, table = redis, struct, string, math, table
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
`;
const evict = `local function evict(t, goal, bound, keep)
local order = t.policy == 'ttl' and t.exp or t.lru
local evicted, evicted_bytes = 0, 0
while t.used > goal and evicted < bound do
local entries = redis.call('ZCARD', order)
if entries == 0 then break end
local want = math.min(bound - evicted, math.ceil((t.used - goal) * entries / t.used))
local found = redis.call('ZRANGE', order, 0, want)
local scores = redis.call('ZMSCORE', t.exp, unpack(found))
local members, bytes = {}, 0
for i = 1, #found do
if #members == want or t.used - bytes <= goal then break end
if found[i] ~= keep then
members[#members + 1] = found[i]
bytes = bytes + size_of(scores[i])
end
end
if #members == 0 then break end
remove_entries(t, members, bytes)
evicted = evicted + #members
evicted_bytes = evicted_bytes + bytes
end
return evicted, evicted_bytes
end
`;
const expire = `local function expire(t, bound)
if redis.call('ZCOUNT', t.exp, '-inf', due_score) == 0 then return 0 end
local found = redis.call('ZRANGE', t.exp, '-inf', due_score, 'BYSCORE', 'LIMIT', 0, bound, 'WITHSCORES')
if #found == 0 then return 0 end
local members, bytes = {}, 0
for i = 1, #found, 2 do
members[#members + 1] = found[i]
bytes = bytes + size_of(found[i + 1])
end
remove_entries(t, members, bytes)
return #members
end
`;
const fold = `local KEPT_MS = 60000
local MAX_RECORDS = 1024
local MAX_ARGUMENTS = 500
local function fold(t)
local records = t.meta .. 'inv'
local count = t.done > 0 and redis.call('HLEN', records) or 0
if count == 0 then return end
local due_ms = tonumber(redis.call('HGET', t.state, 'fold')) or 0
if due_ms > now_ms and count <= MAX_RECORDS then return end
local fields, finished, next_ms = redis.call('HGETALL', records), {}, now_ms + KEPT_MS
for i = 1, #fields, 2 do
local sequence, made_ms = struct.unpack(RECORD, fields[i + 1])
if sequence <= t.done then finished[#finished + 1] = { fields[i], sequence, made_ms + KEPT_MS } end
end
table.sort(finished, function(a, b) return a[2] < b[2] end)
local gone = {}
for i = 1, #finished do
if finished[i][3] > now_ms and count - #gone <= MAX_RECORDS then
next_ms = finished[i][3]
break
end
gone[#gone + 1] = finished[i][1]
t.fence = math.max(t.fence, finished[i][2])
end
for first = 1, #gone, MAX_ARGUMENTS do
redis.call('HDEL', records, unpack(gone, first, math.min(#gone, first + MAX_ARGUMENTS - 1)))
end
redis.call('HSET', t.state, 'fence', t.fence, 'fold', next_ms)
if #gone == count then redis.call('HDEL', t.state, 'inv', 'done', 'fold') end
end
`;
const leases = `local LEASE = '>I6I6'
local LEASE_BYTES = 12
local NONE = {}
local function load_leases(t, members)
t.leases, t.ended = NONE, NONE
if t.leased_ms <= now_ms then return end
t.leases, t.ended = {}, {}
local found = redis.call('HMGET', t.meta .. 'leases', unpack(members))
for i = 1, #members do t.leases[members[i]] = found[i] end
end
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
local function standing_lease(t, member, tags)
local lease = t.leases[member]
if not lease then return nil end
local sequence, deadline_ms = struct.unpack(LEASE, lease)
if deadline_ms <= now_ms or sequence <= t.fence or hidden(t, member, sequence, tags) then return nil end
return sequence, deadline_ms
end
`;
const names = `local function unpack_names(packed, at)
local count, members = struct.unpack('>I2', packed, at), {}
local first = at + 2
at = first
for i = 1, count do members[i], at = struct.unpack('>I2c0', packed, at) end
local ids, after = struct.unpack('>I4c0', packed, at)
if ids == '' then ids = string.sub(packed, first, at - 1) end
return members, ids, after
end
`;
const queue = `local GROUP = 'persist'
local ITEM_OVERHEAD_BYTES = 128
local function stream_id(sequence)
return string.format('%.0f', sequence) .. '-0'
end
local function sequence_of(id)
return string.match(id, '^%d+')
end
local function holds(state, consumer, hold_ms)
if redis.call('HGET', state, 'owner') ~= consumer then return false end
redis.call('HSET', state, 'until', now_ms + hold_ms)
return true
end
local function next_sequence(state)
local last = tonumber(redis.call('HGET', state, 'seq'))
return (last or (now_ms - 1735689600000) * 64) + 1
end
local function item_bytes(values, entry, sequence)
return #entry + redis.call('HSTRLEN', values, sequence) + ITEM_OVERHEAD_BYTES
end
local function forget_newest(newest, entry, sequence)
if redis.call('HGET', newest, entry) == sequence then redis.call('HDEL', newest, entry) end
end
`;
const reclaim = `local LOOKED_AT_RATIO = 4
local function remove_counted(t, members)
if #members == 0 then return end
local scores, bytes = redis.call('ZMSCORE', t.exp, unpack(members)), 0
for i = 1, #members do bytes = bytes + size_of(scores[i]) end
remove_entries(t, members, bytes)
end
local function reclaim_cleared(t, bound)
if t.cleared == 0 then return 0 end
local members = redis.call('ZRANGE', t.lru, '-inf', t.cleared, 'BYSCORE', 'LIMIT', 0, bound)
remove_counted(t, members)
return #members
end
local function covered_in(t, page, records, bound, tagged)
local members = {}
for i = 1, #page, 2 do
if #members == bound then break end
local member = page[i]
local newest = covered_by(records, member, tagged and page[i + 1] or nil)
local covered = newest > 0 and not tagged and tonumber(page[i + 1]) <= newest
if covered or (newest > 0 and stored_sequence(t, member) <= newest) then members[#members + 1] = member end
end
return members
end
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
if #members < bound then cursor = page[1] end
if #members == bound or cursor ~= '0' or (phase == 'tags' and has_prefixes) then
if #members < bound and cursor == '0' then phase = 'entries' end
redis.call('HSET', t.state, 'pass', goal, 'phase', phase, 'cursor', cursor)
return false
end
t.done = goal
redis.call('HDEL', t.state, 'pass', 'phase', 'cursor')
redis.call('HSET', t.state, 'done', goal)
return t.inv <= t.done
end
`;
const records = `local RECORD = '>I6I6'
local HASH_MARKER = '~'
local function resource_of(member)
return string.sub(member, 1, string.find(member, ':', 1, true) - 1)
end
local function load_records(t, after)
local fields, tags, prefixes = redis.call('HGETALL', t.meta .. 'inv'), {}, {}
for i = 1, #fields, 2 do
local sequence, name = struct.unpack(RECORD, fields[i + 1]), string.sub(fields[i], 2)
if sequence > after then
if string.byte(fields[i]) == 116 then
tags[name] = sequence
else
local resource = resource_of(name)
local list = prefixes[resource] or {}
list[#list + 1] = { name, sequence }
prefixes[resource] = list
end
end
end
return { tags = tags, prefixes = prefixes }
end
local function covered_by(records, member, tags)
local newest = 0
if tags then
for tag in string.gmatch(tags, '[^%z]+') do newest = math.max(newest, records.tags[tag] or 0) end
end
local list = records.prefixes[resource_of(member)]
if not list then return newest end
local hashed = string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte(HASH_MARKER)
for i = 1, #list do
local prefix = list[i][1]
if list[i][2] > newest and (hashed or string.sub(member, 1, #prefix) == prefix) then newest = list[i][2] end
end
return newest
end
local function hidden(t, member, sequence, tags)
if sequence <= t.cleared then return true end
if sequence > t.inv then return false end
t.records = t.records or load_records(t, 0)
return sequence <= covered_by(t.records, member, tags)
end
`;
const rules = `local STORED, TOO_LARGE, FULL, AGAIN, FAILED, VOID = 0, 1, 2, 3, 4, 5
local EVICT_DOWN_TO_RATIO = 0.9
local MAX_ENTRIES_TO_WAIT_FOR = 65536
local function reclaim(t)
t.room = t.room - reclaim_cleared(t, t.room)
if t.dead or t.room == 0 then return false end
return reclaim_invalidated(t) or redis.call('ZCARD', t.exp) > MAX_ENTRIES_TO_WAIT_FOR
end
local function make_room(t, member, size)
local clean = reclaim(t)
local old = t.old[member] or 0
if t.used - old + size <= t.limit then return STORED, 0, 0 end
if not clean then return AGAIN, 0, 0 end
if t.policy == 'reject' then return FULL, 0, 0 end
local goal = math.floor(t.limit * EVICT_DOWN_TO_RATIO) - size + old
local evicted, bytes = evict(t, goal, t.room, member)
t.room = t.room - evicted
if t.used - old + size <= t.limit then return STORED, evicted, bytes end
return t.room == 0 and AGAIN or FULL, evicted, bytes
end
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
`;
const value = `local HEADER = '>BI6I6'
local HEADER_BYTES = 13
local VERSION = 1
local ENVELOPE_BYTES = 20
local MAX_FLAGS = 15
local function life_and_tags(value)
local flags, ttl_ms, at = struct.unpack('>BI6', value, HEADER_BYTES + 1)
if flags == 0 then return ttl_ms, nil end
local grace_ms, tags = 0, nil
if flags % 2 == 1 then
grace_ms = struct.unpack('>I6', value, at)
at = at + 6
end
if flags % 4 >= 2 then at = at + 4 end
if flags % 8 >= 4 then tags = struct.unpack('>I2c0', value, at) end
return ttl_ms + grace_ms, tags
end
local function stored_sequence(t, member)
local key = t.prefix .. member
local head = redis.call('GETRANGE', key, 0, ENVELOPE_BYTES - 1)
if #head < ENVELOPE_BYTES then return 0 end
local version, sequence, _, flags = struct.unpack(HEADER .. 'B', head)
if version ~= VERSION or flags > MAX_FLAGS then return 0 end
if flags > 0 then
local needed = ENVELOPE_BYTES + (flags % 2) * 6 + (flags % 4 >= 2 and 4 or 0)
if flags % 8 >= 4 then
local length = redis.call('GETRANGE', key, needed, needed + 1)
needed = needed + 2 + (#length == 2 and struct.unpack('>I2', length) or 0)
end
if redis.call('STRLEN', key) < needed then return 0 end
end
return sequence
end
local function visible_sequence(t, member)
local sequence = stored_sequence(t, member)
if sequence == 0 or (sequence > t.cleared and sequence > t.inv) then return sequence, 0 end
local tags = t.tagged and redis.call('HGET', t.meta .. 'tags', member) or nil
if hidden(t, member, sequence, tags) then return 0, sequence end
return sequence, 0
end
`;

export const SCRIPTS = {
  clear: {
    sha1: 'aa18fa73c7f50b1b3a9650ce511c3cdb5df5c977',
    lua: `#!lua flags=allow-oom
${clock}${account}${clearing}local t = open_tenant(KEYS[1])
t.seq = t.seq + 1
clear_tenant(t, ARGV[1])
return { t.seq }
`,
  },
  delete: {
    sha1: '56f66e9fc0ee3f7d7b5352dfe911188fa008df30',
    lua: `#!lua flags=allow-oom
${clock}${account}${records}${value}${leases}${names}local GONE, NONE, FAILED = 1, 0, 4
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
publish(t, ARGV[1], ids)
return codes
end
local at = 1
for group = 1, #KEYS do
local members, ids
members, ids, at = unpack_names(ARGV[2], at)
local ok, codes = pcall(delete_from, KEYS[group], members, ids)
for i = 1, #members do out[#out + 1] = string.char(ok and codes[i] or FAILED) end
end
return table.concat(out)
`,
  },
  invalidate: {
    sha1: '114c89ffc0504d184b8631fee099081c5c16cdd9',
    lua: `#!lua flags=allow-oom
${clock}${account}${records}${clearing}local MAX_UNFINISHED = 4096
local FOLD_AFTER_MS = 60000
local t = open_tenant(KEYS[1])
t.seq = t.seq + 1
local record, fields, names = struct.pack(RECORD, t.seq, now_ms), {}, {}
for i = 3, #ARGV do
fields[#fields + 1], fields[#fields + 2] = ARGV[i], record
names[#names + 1] = struct.pack('>I2', #ARGV[i]) .. ARGV[i]
end
redis.call('HSET', t.meta .. 'inv', unpack(fields))
if redis.call('HLEN', t.meta .. 'inv') > MAX_UNFINISHED then
clear_tenant(t, ARGV[2])
return { t.seq, 1 }
end
next_message(t)
redis.call('HSET', t.state, 'seq', t.seq, 'inv', t.seq, 'msg', t.msg)
redis.call('HSETNX', t.state, 'fold', now_ms + FOLD_AFTER_MS)
publish(t, ARGV[1], struct.pack('>I6', t.seq) .. table.concat(names))
return { t.seq, 0 }
`,
  },
  lease: {
    sha1: '4f9f86d1e655945c73bca79fc2d76d3be13eaf7c',
    lua: `#!lua flags=allow-oom
${clock}${account}${records}${value}${leases}${names}local GRANT, SEIZE, PROLONG, END = 0, 1, 2, 3
local NO, YES, CHANGED, HELD, FAILED = 0, 1, 2, 3, 4
local REPLY = '>BI6'
local function is_hashed(member)
return string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte(HASH_MARKER)
end
local function is_as_seen(t, member, seen)
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
redis.call('HSET', t.state, 'seq', int(t.seq), 'leased', int(leased_ms))
end
if #released > 0 then
next_message(t)
save_account(t)
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
for group = 1, #KEYS do
local members, ids, wishes = nil, nil, {}
members, ids, at = unpack_names(ARGV[2], at)
for i = 1, #members do
local kind, seen, ms, token
kind, seen, ms, token, at = struct.unpack('>BI6I6Bc0', ARGV[2], at)
wishes[i] = { kind, seen, ms, token }
end
local ok, replies = pcall(lease_of, KEYS[group], members, ids, wishes)
for i = 1, #members do out[#out + 1] = ok and replies[i] or struct.pack(REPLY, FAILED, 0) end
end
return table.concat(out)
`,
  },
  preview: {
    sha1: '591ccb780b499e55896daa18b763108be7714289',
    lua: `#!lua flags=no-writes
${clock}${account}local MAX_CANDIDATES = 1000
local CHUNK = 250
local t = open_tenant(KEYS[1])
local limit, policy = tonumber(ARGV[1]), ARGV[2]
local entries = redis.call('ZCARD', t.exp)
local enforced = (ARGV[3] == 'hard' or ARGV[3] == 'soft') and policy ~= 'reject'
if not enforced or t.used <= limit then return { t.used, entries, 0, 0, 1 } end
local order = policy == 'ttl' and t.exp or t.lru
local need, bytes, count = t.used - limit, 0, 0
while bytes < need and count < MAX_CANDIDATES do
local members = redis.call('ZRANGE', order, count, count + CHUNK - 1)
if #members == 0 then break end
local scores = redis.call('ZMSCORE', t.exp, unpack(members))
for i = 1, #members do
if bytes >= need then break end
bytes = bytes + size_of(scores[i])
count = count + 1
end
end
if bytes >= need then return { t.used, entries, bytes, count, 1 } end
return { t.used, entries, need, math.ceil(count * need / math.max(bytes, 1)), 0 }
`,
  },
  'queue-append': {
    sha1: '5cc6b4e6ed43122c902eacb9632c6d9695640b3c',
    lua: `#!lua
${clock}${queue}local stream, state, newest, values = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local entry, payload = ARGV[1], ARGV[2]
local totals = redis.call('HMGET', state, 'bytes', 'items')
local bytes, items = tonumber(totals[1]) or 0, tonumber(totals[2]) or 0
local replaced, freed = false, 0
if ARGV[5] == '1' then
replaced = redis.call('HGET', newest, entry)
if replaced then freed = item_bytes(values, entry, replaced) end
end
local new_bytes = bytes - freed + #entry + #payload + ITEM_OVERHEAD_BYTES
local new_items = items + (replaced and 0 or 1)
if new_bytes > tonumber(ARGV[3]) or new_items > tonumber(ARGV[4]) then return { 0, bytes, items } end
local sequence = string.format('%.0f', next_sequence(state))
redis.call('XADD', stream, sequence .. '-0', 'e', entry, 't', now_ms)
redis.call('HSET', values, sequence, payload)
redis.call('HSET', newest, entry, sequence)
redis.call('SADD', KEYS[5], sequence)
if replaced then
redis.call('XACK', stream, GROUP, replaced .. '-0')
redis.call('XDEL', stream, replaced .. '-0')
redis.call('HDEL', values, replaced)
redis.call('SREM', KEYS[5], replaced)
end
redis.call('PERSIST', state)
redis.call('HSET', state, 'bytes', new_bytes, 'items', new_items, 'seq', sequence)
return { 1, tonumber(sequence) }
`,
  },
  'queue-begin': {
    sha1: '14cf822facadffbfd1305ef0024534b2b61e8fac',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, id = KEYS[1], stream_id(ARGV[3])
if not holds(KEYS[2], ARGV[1], tonumber(ARGV[2])) then return { 0 } end
local item = redis.call('XRANGE', stream, id, id)[1]
local payload = redis.call('HGET', KEYS[3], ARGV[3])
if not item or not payload then
redis.call('XACK', stream, GROUP, id)
return { 1 }
end
local delivered = redis.call('XPENDING', stream, GROUP, id, id, 1)[1]
local attempts = (delivered and delivered[4] or 1) - 1 + tonumber(ARGV[4])
redis.call('XCLAIM', stream, GROUP, ARGV[1], 0, id, 'RETRYCOUNT', attempts + 1, 'FORCE', 'JUSTID')
return { 2, attempts, item[2][4], payload }
`,
  },
  'queue-confirm': {
    sha1: 'b3cab2149092fd53e86f54dfc7ef980803a2843e',
    lua: `#!lua flags=allow-oom
redis.call('SREM', KEYS[3], ARGV[2])
local newest = redis.call('HGET', KEYS[2], ARGV[1]) or redis.call('HGET', KEYS[1], 'seq')
return { newest == ARGV[2] and 1 or 0 }
`,
  },
  'queue-dead': {
    sha1: '9ed100ca0f272f152fb2eecaa4c84c0bed954d00',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, state, newest, values, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local out = {}
for i = 2, #ARGV do
local letter = redis.call('ZRANGE', dead, ARGV[i], ARGV[i], 'BYSCORE')[1]
local payload = letter and redis.call('HGET', values, ARGV[i])
if payload then
local entry = cjson.decode(letter)[1]
if ARGV[1] == 'replay' then
local sequence = string.format('%.0f', next_sequence(state))
redis.call('XADD', stream, sequence .. '-0', 'e', entry, 't', now_ms)
redis.call('HSET', values, sequence, payload)
redis.call('HSET', newest, entry, sequence)
redis.call('HSET', state, 'seq', sequence)
else
redis.call('HINCRBY', state, 'bytes', -item_bytes(values, entry, ARGV[i]))
redis.call('HINCRBY', state, 'items', -1)
end
redis.call('HDEL', values, ARGV[i])
redis.call('ZREM', dead, letter)
redis.call('HINCRBY', state, 'dead', -1)
out[#out + 1] = entry
end
end
return out
`,
  },
  'queue-finish': {
    sha1: 'd072a6608f6c821f83e5ebfc45575fa8162a98ed',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, state, sequence = KEYS[1], KEYS[2], ARGV[1]
local id = stream_id(sequence)
local dead = ARGV[3] ~= nil
if dead and not holds(state, ARGV[3], tonumber(ARGV[4])) then return { 0 } end
if ARGV[2] == '0' and redis.call('SISMEMBER', KEYS[6], sequence) == 1 then return { 0 } end
redis.call('SREM', KEYS[6], sequence)
redis.call('XACK', stream, GROUP, id)
local item = redis.call('XRANGE', stream, id, id)[1]
if not item then return { 1 } end
local entry = item[2][2]
if dead then
redis.call('ZADD', KEYS[5], sequence, cjson.encode({ entry, item[2][4], ARGV[5], ARGV[6], now_ms }))
redis.call('HINCRBY', state, 'dead', 1)
else
redis.call('HINCRBY', state, 'bytes', -item_bytes(KEYS[4], entry, sequence))
redis.call('HINCRBY', state, 'items', -1)
redis.call('HDEL', KEYS[4], sequence)
end
redis.call('XDEL', stream, id)
forget_newest(KEYS[3], entry, sequence)
return { 1 }
`,
  },
  'queue-release': {
    sha1: 'a7dce42c7ec7eb575dadbd2da8e958558c69b3e0',
    lua: `#!lua flags=allow-oom
local stream, state = KEYS[1], KEYS[2]
local owner = redis.call('HGET', state, 'owner')
if owner and owner ~= ARGV[1] then return { 1 } end
local empty = redis.call('XLEN', stream) == 0
if not empty and ARGV[2] == '1' then return { 0 } end
redis.call('HDEL', state, 'owner', 'until', 'claim')
if empty then
redis.call('DEL', stream)
if (tonumber(redis.call('HGET', state, 'items')) or 0) == 0 then redis.call('PEXPIRE', state, 60000) end
end
return { 1 }
`,
  },
  'queue-take': {
    sha1: '5b101b84e87f569c830f209f5edb7bae49e9fc53',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, state, consumer, most = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local held = redis.call('HMGET', state, 'owner', 'until', 'claim')
local owner, claim = held[1], held[3]
if owner and owner ~= consumer and tonumber(held[2]) > now_ms then return { 0 } end
if redis.call('EXISTS', stream) == 0 then return { 1, 0 } end
redis.call('HSET', state, 'owner', consumer, 'until', now_ms + tonumber(ARGV[2]))
if owner ~= consumer or ARGV[4] == '1' then
claim = '0-0'
redis.pcall('XGROUP', 'CREATE', stream, GROUP, '0')
end
local out = { 1, 0 }
if claim then
local claimed = redis.call('XAUTOCLAIM', stream, GROUP, consumer, 0, claim, 'COUNT', most, 'JUSTID')
for _, id in ipairs(claimed[2]) do
local item = redis.call('XRANGE', stream, id, id)[1]
if item then
out[#out + 1] = sequence_of(id)
out[#out + 1] = item[2][2]
end
end
out[2] = 1
if claimed[1] ~= '0-0' then
redis.call('HSET', state, 'claim', claimed[1])
else
redis.call('HDEL', state, 'claim')
for _, other in ipairs(redis.call('XINFO', 'CONSUMERS', stream, GROUP)) do
if other[2] ~= consumer and other[4] == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, GROUP, other[2]) end
end
end
return out
end
local read = redis.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', most, 'STREAMS', stream, '>')
if read then
for _, item in ipairs(read[1][2]) do
out[#out + 1] = sequence_of(item[1])
out[#out + 1] = item[2][2]
end
if #read[1][2] == tonumber(most) then out[2] = 1 end
end
return out
`,
  },
  'queue-tenants': {
    sha1: '11cca0df836194903f36beac69fae9613d6822fc',
    lua: `#!lua
${clock}if ARGV[2] == '' then
redis.call('ZADD', KEYS[1], now_ms, ARGV[1])
return { 1 }
end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return { 0 } end
return { redis.call('ZREM', KEYS[1], ARGV[1]) }
`,
  },
  settle: {
    sha1: 'c534fa89c10111052d01a4f61bec2f1861e8cc57',
    lua: `#!lua flags=allow-oom
${clock}${account}${expire}${records}${value}${reclaim}${fold}${evict}local LEASES_PAGE = 128
local function drop_stale_leases(t)
local key = t.meta .. 'leases'
if t.leased_ms == 0 or redis.call('HLEN', key) < LEASES_PAGE then return end
local page = redis.call('HSCAN', key, redis.call('HGET', t.state, 'swept') or '0', 'COUNT', LEASES_PAGE)
local stale = {}
for i = 1, #page[2], 2 do
local _, deadline_ms = struct.unpack('>I6I6', page[2][i + 1])
if deadline_ms <= now_ms and #stale < MAX_ARGUMENTS then stale[#stale + 1] = page[2][i] end
end
if #stale > 0 then redis.call('HDEL', key, unpack(stale)) end
redis.call('HSET', t.state, 'swept', page[1])
end
local bound = tonumber(ARGV[1])
local t = open_tenant(KEYS[1])
t.limit, t.policy, t.room = tonumber(ARGV[2]), ARGV[3], bound
local used = t.used
local expired = expire(t, bound)
local dead_left = reclaim_cleared(t, bound) == bound or expired == bound
dead_left = not reclaim_invalidated(t) or dead_left
fold(t)
local evicted, evicted_bytes = 0, 0
local enforced = (ARGV[4] == 'hard' or ARGV[4] == 'soft') and t.policy ~= 'reject'
if enforced and not dead_left then evicted, evicted_bytes = evict(t, t.limit, bound) end
drop_stale_leases(t)
if t.tagged and redis.call('EXISTS', t.meta .. 'tags') == 0 then redis.call('HDEL', t.state, 'tagged') end
if t.used ~= used then save_account(t) end
local entries = redis.call('ZCARD', t.exp)
local more = dead_left or (enforced and t.used > t.limit and entries > 0)
return { t.used, entries, expired, evicted, evicted_bytes, more and 1 or 0 }
`,
  },
  touch: {
    sha1: 'fa8a731fb75fbd7191df2414291f03d0a0b20d62',
    lua: `#!lua flags=allow-oom
${clock}${account}local marked = 0
local function touch(state, members)
local t = open_tenant(state)
local scores, accesses = redis.call('ZMSCORE', t.lru, unpack(members)), {}
for i = 1, #members do
local score = tonumber(scores[i])
if score and score > t.cleared then
t.seq = t.seq + 1
accesses[#accesses + 1] = t.seq
accesses[#accesses + 1] = members[i]
end
end
if #accesses == 0 then return end
redis.call('ZADD', t.lru, 'XX', unpack(accesses))
redis.call('HSET', t.state, 'seq', t.seq)
marked = marked + #accesses / 2
end
local at = 1
for group = 1, #KEYS do
local members = {}
for i = 1, tonumber(ARGV[at]) do members[i] = ARGV[at + i] end
pcall(touch, KEYS[group], members)
at = at + 1 + #members
end
return { marked }
`,
  },
  write: {
    sha1: '40a5a15dd12be184c94131b020f61e4cf663ce0e',
    lua: `#!lua
${clock}${account}${expire}${records}${value}${leases}${names}${reclaim}${evict}${rules}local OVERHEAD_BYTES = 128
local MAX_DEADLINE_S = 4294967295
local SUMMARY, PLAIN, MORE = '>I6I4B', '>BI6', '>BI6I4I6I6B'
local MAX_BEHIND_MS, MAX_AHEAD_MS = 1000, 50
local MAX_EXPECTED = (now_ms + MAX_AHEAD_MS - EPOCH_S * 1000) * SEQUENCES_PER_MS
local MORE_FOLLOWS = 16
local bound = tonumber(ARGV[2])
local waiting, accesses, deadlines, values = 0, {}, {}, {}
local expiry_s, expiry = -1, nil
local function flush(t)
if waiting == 0 then return end
redis.call('ZADD', t.lru, unpack(accesses, 1, waiting * 2))
redis.call('ZADD', t.exp, unpack(deadlines, 1, waiting * 2))
for i = 1, waiting * 4, 4 do
redis.call('SET', values[i], values[i + 1], 'PXAT', values[i + 2])
if values[i + 3] then redis.call('SETRANGE', values[i], 0, values[i + 3]) end
end
waiting = 0
end
local function tag(t, member, tags)
if tags then
redis.call('HSET', t.meta .. 'tags', member, tags)
if not t.tagged then redis.call('HSET', t.state, 'tagged', 1) end
t.tagged = true
elseif t.tagged then
redis.call('HDEL', t.meta .. 'tags', member)
end
end
local function store(t, member, value, life_ms, size, leased_sequence)
local _, expected, made_ms = struct.unpack(HEADER, value)
local timely = made_ms >= now_ms - MAX_BEHIND_MS and made_ms <= now_ms + MAX_AHEAD_MS
local taken = timely and not leased_sequence and expected > t.seq and expected <= MAX_EXPECTED
local seq = taken and expected or t.seq + 1
local sequence = leased_sequence or seq
local as_expected = timely and sequence == expected
t.seq = seq
local deadline_s = math.min(math.ceil((now_ms + life_ms) / 1000), MAX_DEADLINE_S + EPOCH_S)
if deadline_s ~= expiry_s then expiry_s, expiry = deadline_s, int(deadline_s * 1000) end
local n, v = waiting * 2, waiting * 4
accesses[n + 1], accesses[n + 2] = int(seq), member
deadlines[n + 1], deadlines[n + 2] = int((deadline_s - EPOCH_S) * UNITS + size / UNIT_BYTES), member
values[v + 1], values[v + 2], values[v + 3] = t.prefix .. member, value, expiry
values[v + 4] = not as_expected and struct.pack(HEADER, VERSION, sequence, now_ms)
waiting = waiting + 1
t.used = t.used - (t.old[member] or 0) + size
t.old[member] = size
t.stored = true
return sequence, as_expected
end
local function admit(t, member, size)
if t.enforcement == 'off' then return STORED, 0, 0, 0, 0 end
if t.enforcement == 'observe' then
flush(t)
return STORED, 0, 0, observe(t, member, size)
end
if size > t.limit then return TOO_LARGE, 0, 0, 0, 0 end
flush(t)
local status, evicted, bytes = make_room(t, member, size)
return status, evicted, bytes, 0, 0
end
local function write(t, member, token, value)
if t.again then return AGAIN, 0, false end
local life_ms, tags = life_and_tags(value)
local leased_sequence
if token then
local own = held_with(t, member, token)
leased_sequence = own and standing_lease(t, member, tags)
if not leased_sequence then
if own then end_lease(t, member) end
return VOID, 0, false
end
end
local size = math.ceil((#t.prefix + #member + #value + OVERHEAD_BYTES) / UNIT_BYTES) * UNIT_BYTES
local status, evicted, bytes, would_evict, would_reject = STORED, 0, 0, 0, 0
if size > t.limit or t.used - (t.old[member] or 0) + size > t.limit then
status, evicted, bytes, would_evict, would_reject = admit(t, member, size)
end
t.again = status == AGAIN
if not t.again then end_lease(t, member) end
if status ~= STORED then return status, 0, false, evicted, bytes, would_evict, would_reject end
if tags or t.tagged then tag(t, member, tags) end
local sequence, expected = store(t, member, value, life_ms, size, leased_sequence)
return STORED, sequence, expected, evicted, bytes, would_evict, would_reject
end
local function packed_reply(status, sequence, evicted, bytes, would_evict, would_reject)
if (evicted or 0) + (would_evict or 0) + (would_reject or 0) == 0 then return struct.pack(PLAIN, status, sequence) end
return struct.pack(MORE, status + MORE_FOLLOWS, sequence, evicted, bytes, would_evict, would_reject)
end
local function write_each(t, members, tokens, first_value)
local replies
for i = 1, #members do
local token = tokens and tokens[i] ~= '' and tokens[i] or nil
local status, sequence, expected, evicted, bytes, would_evict, would_reject =
write(t, members[i], token, ARGV[first_value + i])
local plain = expected and evicted + would_evict + would_reject == 0
if not plain and not replies then
replies = {}
for j = 1, i - 1 do
local _, sequence_before = struct.unpack(HEADER, ARGV[first_value + j])
replies[j] = struct.pack(PLAIN, STORED, sequence_before)
end
end
if replies then replies[i] = packed_reply(status, sequence, evicted, bytes, would_evict, would_reject) end
end
return replies
end
local function write_tenant(t, members, ids, tokens, first_value)
local used = t.used
t.dead = expire(t, bound) == bound
local scores = redis.call('ZMSCORE', t.exp, unpack(members))
load_leases(t, members)
t.old, t.room = {}, bound
for i = 1, #members do
if scores[i] then t.old[members[i]] = size_of(scores[i]) end
end
local replies = write_each(t, members, tokens, first_value)
flush(t)
save_ended(t)
local changed = t.stored or #t.ended > 0
if changed then next_message(t) end
if changed or t.used ~= used then save_account(t) end
if changed then publish(t, ARGV[1], ids) end
local entries = redis.call('ZCARD', t.exp)
local summary = struct.pack(SUMMARY, math.max(0, t.used), entries, replies and 0 or 1)
return replies and summary .. table.concat(replies) or summary
end
local function write_group(state, limit, policy, enforcement, members, ids, tokens, first_value)
local t = open_tenant(state)
t.limit, t.policy, t.enforcement = limit, policy, enforcement
return write_tenant(t, members, ids, tokens, first_value)
end
local out, at, first_value = { struct.pack('>I6', now_ms) }, 1, 3
for group = 1, #KEYS do
local limit, policy, enforcement, members, ids, has_tokens, tokens
limit, policy, enforcement, at = struct.unpack('>dBc0Bc0', ARGV[3], at)
members, ids, at = unpack_names(ARGV[3], at)
has_tokens, at = string.byte(ARGV[3], at) == 1, at + 1
if has_tokens then
tokens = {}
for i = 1, #members do tokens[i], at = struct.unpack('>Bc0', ARGV[3], at) end
end
local ok, replies = pcall(write_group, KEYS[group], limit, policy, enforcement, members, ids, tokens, first_value)
if not ok then
waiting = 0
replies = struct.pack(SUMMARY, 0, 0, 0) .. string.rep(struct.pack(PLAIN, FAILED, 0), #members)
end
out[group + 1] = replies
first_value = first_value + #members
end
return table.concat(out)
`,
  },
} as const;

export type ScriptName = keyof typeof SCRIPTS;
