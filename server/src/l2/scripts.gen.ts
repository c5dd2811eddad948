// Made by embed-scripts.mjs from scripts/*.lua: change those, then run it.
const account = `local TENANTS = string.sub(KEYS[#KEYS], -7) == ':absent' and #KEYS - 1 or #KEYS
local function int(number)
return string.format('%d', number)
end
local function open_tenant(state)
local meta, id = string.sub(state, 1, -6), string.sub(state, 6, -7)
local stored = redis.call('HMGET', state, 'a', 'b')
local used, seq, msg, leased_ms, due_s, flags, stamp_ms, byte_ms, over_byte_ms =
0, (now_ms - 1735689600 * 1000) * 256, 0, 0, 0, 0, now_ms, 0, 0
local cleared, inv, done, fence, quota, since_ms, peak, times_exceeded = 0, 0, 0, 0, 0, now_ms, 0, 0
if stored[1] then
used, seq, msg, leased_ms, due_s, flags, stamp_ms, byte_ms, over_byte_ms = struct.unpack('>I6I6I6I6I4BI6dd', stored[1])
seq = math.max(seq, (now_ms - 1735689600 * 1000 - 250) * 256)
end
if stored[2] then cleared, inv, done, fence, quota, since_ms, peak, times_exceeded = struct.unpack('>I6I6I6I6dI6I6I4', stored[2]) end
if now_ms > stamp_ms and used > 0 then
byte_ms = byte_ms + used * (now_ms - stamp_ms)
if quota > 0 and used > quota then over_byte_ms = over_byte_ms + (used - quota) * (now_ms - stamp_ms) end
end
if now_ms > stamp_ms then stamp_ms = now_ms end
return {
state = state, lru = meta .. 'lru', exp = meta .. 'exp', meta = meta, prefix = (string.find(id, ':', 1, true) and '' or 'tenant:') .. id .. ':',
used = used, seq = seq, msg = msg,
used_before = used, high = used,
cleared = cleared, inv = inv, done = done, fence = fence,
leased_ms = leased_ms, tagged = flags % 2 == 1, frequency = flags % 4 >= 2, level = (flags - flags % 4) / 4,
due_s = due_s, byte_ms = byte_ms, over_byte_ms = over_byte_ms,
quota = quota, stamp_ms = stamp_ms, since_ms = since_ms, peak = peak, times_exceeded = times_exceeded,
hot_changed = false, cold_changed = false,
fresh = not stored[2],
limit = false, ceiling = -1, policy = false, enforcement = false, old = false, index = false, room = 0,
}
end
local function save_account(t)
if t.high > t.peak and t.high > t.used then t.peak, t.cold_changed = t.high, true end
local flags = (t.tagged and 1 or 0) + (t.frequency and 2 or 0) + t.level * 4
local due_s = t.due_s < math.huge and t.due_s or 0
local hot = struct.pack(
'>I6I6I6I6I4BI6dd', t.used > 0 and t.used or 0, t.seq, t.msg, t.leased_ms, due_s, flags, t.stamp_ms, t.byte_ms, t.over_byte_ms)
if not t.cold_changed and not t.fresh then
redis.call('HSET', t.state, 'a', hot)
return
end
redis.call(
'HSET', t.state, 'a', hot, 'b',
struct.pack('>I6I6I6I6dI6I6I4', t.cleared, t.inv, t.done, t.fence, t.quota, t.since_ms, t.peak, t.times_exceeded))
end
local function save_if_changed(t)
if t.used ~= t.used_before or t.hot_changed or t.cold_changed then save_account(t) end
end
local function set_quota(t, quota)
if quota == t.quota then return end
t.quota, t.cold_changed = quota, t.cold_changed or not t.fresh
end
local function next_message(t)
t.msg = t.msg + 1
end
local function publish(t, head, rest)
redis.call('SPUBLISH', t.meta .. 'bus', head .. struct.pack('>I6', t.msg) .. rest)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % 2097152) * 16
end
local due = (now_s - 1735689600) * 2097152 + 2097152 - 1
local due_score = int(due)
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
local gone = redis.call('ZREM', t.exp, unpack(members))
if t.frequency then redis.call('ZREM', t.meta .. 'freq', unpack(members)) end
if t.index then t.index.entries = t.index.entries - gone end
if t.tagged then redis.call('HDEL', t.meta .. 'tags', unpack(members)) end
if t.used > t.high then t.high = t.used end
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
`;
const clearing = `local function clear_tenant(t, head)
t.cleared, t.inv, t.done, t.cold_changed = t.seq, 0, 0, true
next_message(t)
save_account(t)
redis.call('HDEL', t.state, 'pass', 'phase', 'cursor', 'fold')
redis.call('UNLINK', t.meta .. 'inv')
publish(t, head, struct.pack('>I6', t.seq))
end
`;
const clock = `local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
`;
const evict = `local function first_to_go(t, count, keep)
if t.index and kind_of(t.policy) then return frequency().first(t, count, keep) end
return redis.call('ZRANGE', t.policy == 'ttl' and t.exp or t.lru, 0, count - 1)
end
local function evict(t, goal, bound, keep)
local evicted, evicted_bytes = 0, 0
while t.used > goal and evicted < bound do
local entries = redis.call('ZCARD', t.exp)
if entries == 0 then break end
local want = math.min(bound - evicted, math.ceil((t.used - goal) * entries / t.used))
local found = first_to_go(t, want + 1, keep)
if #found == 0 then break end
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
if t.due_s > now_s - 1735689600 then return 0 end
local found = redis.call('ZRANGE', t.exp, '-inf', due_score, 'BYSCORE', 'LIMIT', 0, bound, 'WITHSCORES')
local members, bytes = {}, 0
for i = 1, #found, 2 do
members[#members + 1] = found[i]
bytes = bytes + size_of(found[i + 1])
end
if #members > 0 then remove_entries(t, members, bytes) end
if #members < bound then
local first = redis.call('ZRANGE', t.exp, 0, 0, 'WITHSCORES')
t.due_s = first[2] and math.floor(first[2] / 2097152) or math.huge
if first[2] then t.hot_changed = true end
end
return #members
end
`;
const fold = `local function fold(t)
local records = t.meta .. 'inv'
local count = t.done > 0 and redis.call('HLEN', records) or 0
if count == 0 then return end
local due_ms = tonumber(redis.call('HGET', t.state, 'fold')) or 0
if due_ms > now_ms and count <= 1024 then return end
local fields, finished, next_ms = redis.call('HGETALL', records), {}, now_ms + 60000
for i = 1, #fields, 2 do
local sequence, made_ms = struct.unpack('>I6I6', fields[i + 1])
if sequence <= t.done then finished[#finished + 1] = { fields[i], sequence, made_ms + 60000 } end
end
table.sort(finished, function(a, b) return a[2] < b[2] end)
local gone = {}
for i = 1, #finished do
if finished[i][3] > now_ms and count - #gone <= 1024 then
next_ms = finished[i][3]
break
end
gone[#gone + 1] = finished[i][1]
t.fence = math.max(t.fence, finished[i][2])
end
for first = 1, #gone, 500 do
redis.call('HDEL', records, unpack(gone, first, math.min(#gone, first + 500 - 1)))
end
t.cold_changed = true
if #gone == count then
t.inv, t.done = 0, 0
redis.call('HDEL', t.state, 'fold')
else
redis.call('HSET', t.state, 'fold', next_ms)
end
end
`;
const frequency = `local function kind_of(policy)
return policy == 'lfu' and 1 or policy == 'hybrid' and 2 or nil
end
local made
local function frequency()
if made then return made end
local ACCESSES_PER_HALF_LIFE = { 4, 1 }
local function counted(score, time, accesses)
local now = math.floor(time * 65536)
local exponent, mantissa = math.floor(now / 65536), (65536 + now % 65536) * accesses
while mantissa >= 2 * 65536 do
mantissa, exponent = math.floor(mantissa / 2), exponent + 1
end
local added = exponent * 65536 + mantissa - 65536
if not score then return added end
local high, low = math.max(score, added), math.min(score, added)
local above = math.floor(high / 65536) - math.floor(low / 65536)
if above > 17 then return high end
local sum = 65536 + high % 65536 + math.floor((65536 + low % 65536) / 2 ^ above)
local whole = high - high % 65536
if sum < 2 * 65536 then return whole + sum - 65536 end
return whole + math.floor(sum / 2)
end
local function rank_for(score, priority)
return (score + priority * 65536) * 4 + priority
end
local function tick(index, accesses)
return accesses / (math.max(index.entries, 64) * ACCESSES_PER_HALF_LIFE[index.kind])
end
local function next_rank(index, rank, accesses, priority)
rank = tonumber(rank)
index.time = index.time + tick(index, accesses)
local kept = rank and rank % 4 or 0
local score = rank and math.floor(rank / 4) - kept * 65536
return rank_for(counted(score, index.time, accesses), index.kind == 2 and (priority or kept) or 0)
end
local function rank_again(t, index)
index.past, index.unranked = index.time, t.seq
end
local function load_index(t)
local packed = t.frequency and redis.call('HGET', t.state, 'freq')
if not packed then return nil end
local index = { key = t.meta .. 'freq', entries = redis.call('ZCARD', t.exp), packed = packed }
index.time, index.past, index.unranked, index.kind = struct.unpack('>ddI6B', packed)
t.index = index
return index
end
local function begin_index(t)
local index = { key = t.meta .. 'freq', entries = redis.call('ZCARD', t.exp), time = 64, kind = 2 }
redis.call('UNLINK', index.key)
rank_again(t, index)
t.index, t.frequency, t.hot_changed = index, true, true
return index
end
local function build(t, index, bound)
if index.unranked == 0 then return end
local last = int(index.unranked)
local found = redis.call('ZRANGE', t.lru, last, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, bound, 'WITHSCORES')
local ranks = {}
for i = 1, #found, 2 do
index.past = math.max(0, index.past - tick(index, 1))
ranks[i], ranks[i + 1] = int(rank_for(counted(nil, index.past, 1), 0)), found[i]
end
if #ranks > 0 then redis.call('ZADD', index.key, 'NX', unpack(ranks)) end
index.unranked = #found == bound * 2 and tonumber(found[#found]) - 1 or 0
end
local function follow(t, bound)
local kind = kind_of(t.policy)
local index = load_index(t) or begin_index(t)
if kind then
index.kind = kind
build(t, index, bound)
end
end
local function save_index(t)
local index = t.index
local packed = struct.pack('>ddI6B', index.time, index.past, index.unranked, index.kind)
if packed ~= index.packed then redis.call('HSET', t.state, 'freq', packed) end
end
local function drop_index(t)
redis.call('UNLINK', t.meta .. 'freq')
redis.call('HDEL', t.state, 'freq')
t.frequency, t.hot_changed = false, true
end
local function first_by_frequency(t, count, keep)
local index = t.index
if index.unranked == 0 and redis.call('ZCARD', index.key) < index.entries then rank_again(t, index) end
if index.unranked > 0 then
local found = redis.call('ZRANGE', t.lru, '-inf', int(index.unranked), 'BYSCORE', 'LIMIT', 0, count)
if #found > 1 or (found[1] and found[1] ~= keep) then return found end
end
return redis.call('ZRANGE', index.key, 0, count - 1)
end
local function load_ranks(t, members)
local found = redis.call('ZMSCORE', t.index.key, unpack(members))
t.ranks = {}
for i = 1, #members do t.ranks[members[i]] = found[i] or nil end
end
local function rank_written(t, member, priority)
if not t.old[member] then
t.index.entries, t.ranks[member] = t.index.entries + 1, nil
end
t.ranks[member] = int(next_rank(t.index, t.ranks[member], 1, priority))
return t.ranks[member]
end
made = {
counted = counted, next_rank = next_rank, load = load_index, begin = begin_index, follow = follow, save = save_index,
drop = drop_index, first = first_by_frequency, load_ranks = load_ranks, rank_written = rank_written,
}
return made
end
`;
const leases = `local NONE = {}
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
return lease and string.sub(lease, 12 + 1) == token
end
local function standing_lease(t, member, tags)
local lease = t.leases[member]
if not lease then return nil end
local sequence, deadline_ms = struct.unpack('>I6I6', lease)
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
const queue = `local function stream_id(sequence)
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
local last = tonumber(redis.call('HGET', state, 'seq')) or 0
return math.max(last, (now_ms - 1735689600000) * 64) + 1
end
local function item_bytes(values, entry, sequence)
return #entry + redis.call('HSTRLEN', values, sequence) + 128
end
local function forget_newest(newest, entry, sequence)
if redis.call('HGET', newest, entry) == sequence then redis.call('HDEL', newest, entry) end
end
`;
const reclaim = `local function remove_counted(t, members)
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
page = redis.call('ZSCAN', t.lru, cursor, 'COUNT', bound * 4)
elseif has_tags and t.tagged then
page = redis.call('HSCAN', t.meta .. 'tags', cursor, 'COUNT', bound * 4)
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
t.done, t.cold_changed = goal, true
redis.call('HDEL', t.state, 'pass', 'phase', 'cursor')
return t.inv <= t.done
end
`;
const records = `local function resource_of(member)
return string.sub(member, 1, string.find(member, ':', 1, true) - 1)
end
local function load_records(t, after)
local fields, tags, prefixes = redis.call('HGETALL', t.meta .. 'inv'), {}, {}
for i = 1, #fields, 2 do
local sequence, name = struct.unpack('>I6I6', fields[i + 1]), string.sub(fields[i], 2)
if sequence > after then
if string.byte(fields[i]) == 116 then
tags[name] = sequence
else
local resource = resource_of(name)
local known = prefixes[resource] or { lengths = {}, newest = 0, seen = {} }
if not known.seen[#name] then
known.seen[#name] = true
known.lengths[#known.lengths + 1] = #name
end
known[name] = sequence
known.newest = math.max(known.newest, sequence)
prefixes[resource] = known
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
local known = records.prefixes[resource_of(member)]
if not known or known.newest <= newest then return newest end
local hashed = string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte('~')
if hashed then return known.newest end
for i = 1, #known.lengths do
newest = math.max(newest, known[string.sub(member, 1, known.lengths[i])] or 0)
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
const rules = `local function next_level(t)
if t.enforcement == 'off' then return 0 end
local warning, level = t.quota * 0.8, 0
if t.used > t.limit then level = 3
elseif t.used > t.quota then level = 2
elseif t.used >= warning then level = 1
end
local kept = t.level
while kept > level do
local threshold = kept == 3 and t.limit or kept == 2 and t.quota or warning
if t.used > threshold * 0.95 then return kept end
kept = kept - 1
end
return level
end
local function cross(t)
local from, to = t.level, next_level(t)
if from == to then return nil end
if from < 2 and to >= 2 then
t.times_exceeded, t.cold_changed = t.times_exceeded + 1, true
end
t.level, t.hot_changed = to, true
return from
end
local function reclaim(t)
t.room = t.room - reclaim_cleared(t, t.room)
if t.dead or t.room == 0 then return false end
return reclaim_invalidated(t) or redis.call('ZCARD', t.exp) > 65536
end
local function make_room(t, member, size)
local clean = reclaim(t)
local old = t.old[member] or 0
if t.used - old + size <= t.limit then return 0, 0, 0 end
if not clean then return 3, 0, 0 end
if t.policy == 'reject' then return 2, 0, 0 end
local goal = math.floor(t.limit * 0.9) - size + old
local evicted, bytes = evict(t, goal, t.room, member)
t.room = t.room - evicted
if t.used - old + size <= t.limit then return 0, evicted, bytes end
return t.room == 0 and 3 or 2, evicted, bytes
end
local function observe(t, member, size)
if size > t.limit then return 0, 1 end
if t.used - (t.old[member] or 0) + size > t.limit then reclaim(t) end
local old = t.old[member] or 0
local after = t.used - old + size
if after <= t.limit then return 0, 0 end
if t.policy == 'reject' then return 0, 1 end
if t.used > t.limit then return math.max(0, size - old), 0 end
return after - math.floor(t.limit * 0.9), 0
end
`;
const value = `local function head_of(value)
local _, sequence, made_ms, flags, ttl_ms, at = struct.unpack('>BI6I6BI6', value)
if flags == 0 then return sequence, made_ms, ttl_ms, nil, 0 end
local grace_ms, tags = 0, nil
if flags % 2 == 1 then
grace_ms = struct.unpack('>I6', value, at)
at = at + 6
end
if flags % 4 >= 2 then at = at + 4 end
if flags % 8 >= 4 then tags = struct.unpack('>I2c0', value, at) end
return sequence, made_ms, ttl_ms + grace_ms, tags, math.floor(flags / 16)
end
local function stored_sequence(t, member)
local key = t.prefix .. member
local head = redis.call('GETRANGE', key, 0, 20 - 1)
if #head < 20 then return 0 end
local version, sequence, _, flags = struct.unpack('>BI6I6' .. 'B', head)
if version ~= 1 or flags > 63 then return 0 end
if flags > 0 then
local needed = 20 + (flags % 2) * 6 + (flags % 4 >= 2 and 4 or 0)
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
  browse: {
    sha1: '8d8e8b08fd64559a03cce6fa2ed44e0f74009807',
    lua: `#!lua flags=no-writes
${clock}${account}${records}${value}local t = open_tenant(KEYS[1])
local run_id = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local asked, position = string.match(ARGV[1], '^(%x+) (%d+)$')
if asked ~= run_id then position = '0' end
local resource, opening = ARGV[2], ARGV[2] .. ':' .. ARGV[3]
local page = redis.call('ZSCAN', t.exp, position, 'COUNT', ARGV[4])
local found, unnamed = { '', now_ms, #page[2] / 2, 0 }, 0
local function add(member, score)
local head = redis.pcall('GETRANGE', t.prefix .. member, 0, 26 - 1)
if type(head) ~= 'string' or #head < 20 then return end
local version, sequence, made_ms, flags, ttl_ms, at = struct.unpack('>BI6I6BI6', head)
local graced = flags % 2 == 1
if version ~= 1 or flags > 63 or (graced and #head < 26) then return end
local grace_ms = graced and struct.unpack('>I6', head, at) or 0
if made_ms + ttl_ms + grace_ms <= now_ms then return end
if sequence <= t.cleared or sequence <= t.inv then
local tags = t.tagged and flags % 8 >= 4 and redis.call('HGET', t.meta .. 'tags', member) or nil
if hidden(t, member, sequence, tags) then return end
end
if string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte('~') then
unnamed = unnamed + 1
return
end
local n = #found
found[n + 1], found[n + 2], found[n + 3] = member, size_of(score), made_ms
found[n + 4], found[n + 5] = ttl_ms, grace_ms
end
local hashed = resource .. ':' .. '~'
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
`,
  },
  clear: {
    sha1: '911d4a4a26519c4c76f2f434dfbc69f7e907471b',
    lua: `#!lua flags=allow-oom
${clock}${account}${clearing}local t = open_tenant(KEYS[1])
t.seq = t.seq + 1
clear_tenant(t, ARGV[1])
return { t.seq }
`,
  },
  'counters-forget': {
    sha1: '8483f8700bd3006f7513aaa3df74c7579f6dfa92',
    lua: `#!lua flags=allow-oom
local dropped = 0
for i = 1, #KEYS do
local field = ARGV[2 * i - 1]
if redis.pcall('HGET', KEYS[i], field) == ARGV[2 * i] then dropped = dropped + redis.call('HDEL', KEYS[i], field) end
end
return { dropped }
`,
  },
  'counters-mark': {
    sha1: '6830344527a229ebc84de57d71699a641360186d',
    lua: `#!lua flags=allow-oom
${clock}local rows = {}
for i = 1, #ARGV do rows[2 * i - 1], rows[2 * i] = string.format('%d', now_ms), ARGV[i] end
return { redis.call('ZADD', KEYS[1], unpack(rows)) }
`,
  },
  'counters-put': {
    sha1: '19327df1746b669d397f332b074e69a2c7cae07b',
    lua: `#!lua flags=allow-oom
local function shed(key, epoch)
local own = {}
for _, field in ipairs(redis.call('HKEYS', key)) do
local of, start = string.match(field, '^(%S+) (%d+)$')
if of == epoch then own[#own + 1] = { ms = tonumber(start), field = field } end
end
table.sort(own, function(a, b) return a.ms < b.ms end)
for i = 1, #own - 24 do
if math.floor(own[i].ms / 86400000) == math.floor(own[i + 1].ms / 86400000) then redis.call('HDEL', key, own[i].field) end
end
end
local added = {}
for i = 1, #KEYS do
local key, field, value = KEYS[i], ARGV[2 * i - 1], ARGV[2 * i]
local new = redis.pcall('HSET', key, field, value)
if type(new) == 'table' then
redis.call('UNLINK', key)
new = redis.call('HSET', key, field, value)
end
if new == 1 and redis.call('HLEN', key) > 64 then shed(key, string.match(field, '^%S+')) end
added[i] = new
end
return added
`,
  },
  'counters-sentinel': {
    sha1: 'f44d8ef264a98d23fc17305aabe65905b0f4dd43',
    lua: `#!lua flags=allow-oom
local kept = redis.pcall('GET', KEYS[1])
local number = type(kept) == 'string' and string.match(kept, '^%d+$') and tonumber(kept)
if not number or number >= 2 ^ 48 then
number = tonumber(ARGV[1])
redis.call('SET', KEYS[1], ARGV[1])
end
return { number }
`,
  },
  'counters-strike': {
    sha1: '9869c99c01fcb9bddbfdf61dd4192a2b4b96d7f6',
    lua: `#!lua flags=allow-oom
local before_ms, struck = tonumber(ARGV[1]), 0
for i = 2, #ARGV do
local marked_ms = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]))
if marked_ms and marked_ms < before_ms then struck = struck + redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return { struck }
`,
  },
  delete: {
    sha1: '0f0e312281e314649aaec764958306ab729d70f0',
    lua: `#!lua flags=allow-oom
${clock}${account}${records}${value}${leases}${names}local out = {}
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
codes[i] = alive and 1 or 0
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
for group = 1, TENANTS do
local members, ids
members, ids, at = unpack_names(ARGV[2], at)
local ok, codes = pcall(delete_from, KEYS[group], members, ids)
for i = 1, #members do out[#out + 1] = string.char(ok and codes[i] or 4) end
end
return table.concat(out)
`,
  },
  forget: {
    sha1: '70e3a39d0380d6529fd29893e853af6baaebe5eb',
    lua: `#!lua flags=allow-oom
${clock}${account}${clearing}local KINDS = {
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
`,
  },
  invalidate: {
    sha1: 'd627b346232294132231099d1e411e47fc492223',
    lua: `#!lua flags=allow-oom
${clock}${account}${records}${clearing}local t = open_tenant(KEYS[1])
t.seq = t.seq + 1
local record, fields, names = struct.pack('>I6I6', t.seq, now_ms), {}, {}
for i = 3, #ARGV do
fields[#fields + 1], fields[#fields + 2] = ARGV[i], record
names[#names + 1] = struct.pack('>I2', #ARGV[i]) .. ARGV[i]
end
redis.call('HSET', t.meta .. 'inv', unpack(fields))
if redis.call('HLEN', t.meta .. 'inv') > 4096 then
clear_tenant(t, ARGV[2])
return { t.seq, 1 }
end
next_message(t)
t.inv, t.cold_changed = t.seq, true
save_account(t)
redis.call('HSETNX', t.state, 'fold', now_ms + 60000)
publish(t, ARGV[1], struct.pack('>I6', t.seq) .. table.concat(names))
return { t.seq, 0 }
`,
  },
  leader: {
    sha1: '3063abd180e26ee99e4dd1037ff1fe7921f32791',
    lua: `#!lua flags=allow-oom
${clock}local stored = redis.call('HMGET', KEYS[1], 'holder', 'fence', 'until')
local holder, fence, until_ms = stored[1], tonumber(stored[2]) or 0, tonumber(stored[3]) or 0
local ttl_ms = tonumber(ARGV[2])
if ttl_ms == 0 then
if holder == ARGV[1] then redis.call('HSET', KEYS[1], 'until', 0) end
return { 0 }
end
local stands = until_ms > now_ms
if stands and holder ~= ARGV[1] then return { 0 } end
if not stands then fence = math.max(fence + 1, now_ms) end
redis.call(
'HSET', KEYS[1], 'holder', ARGV[1], 'fence', string.format('%d', fence), 'until',
string.format('%d', now_ms + ttl_ms))
return { fence }
`,
  },
  lease: {
    sha1: '1a44f253b3e9a367d0ec57c58e567a039b5d6460',
    lua: `#!lua flags=allow-oom
${clock}${account}${records}${value}${leases}${names}local function is_hashed(member)
return string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte('~')
end
local function is_as_seen(t, member, seen)
if not t.indexed[member] then return seen == 0 end
local visible, unseen = visible_sequence(t, member)
return visible == seen or (is_hashed(member) and unseen > 0 and unseen == seen)
end
local function hold(t, member, sequence, ms, token)
t.leases[member] = struct.pack('>I6I6', sequence, now_ms + ms) .. token
t.held[member] = true
t.last_ms = math.max(t.last_ms, now_ms + ms)
end
local function apply(t, kind, member, seen, ms, token)
if kind == 1 or kind == 0 then
if kind == 0 then
if not is_as_seen(t, member, seen) then return 2, 0 end
local _, deadline_ms = standing_lease(t, member)
if deadline_ms then return 3, deadline_ms - now_ms end
end
t.seq = t.seq + 1
hold(t, member, t.seq, ms, token)
return 1, t.seq
end
if not held_with(t, member, token) then return 0, 0 end
if kind == 2 then
local sequence = standing_lease(t, member)
if not sequence then return 0, 0 end
hold(t, member, sequence, ms, token)
else
t.leases[member], t.held[member] = false, nil
t.released[member] = true
end
return 1, 0
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
replies[i] = struct.pack('>BI6', code, number)
if wish[1] == 3 and code == 1 then released[#released + 1] = struct.pack('>I2', #id) .. id end
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
local ok, replies = pcall(lease_of, KEYS[group], members, ids, wishes)
for i = 1, #members do out[#out + 1] = ok and replies[i] or struct.pack('>BI6', 4, 0) end
end
return table.concat(out)
`,
  },
  orphans: {
    sha1: '84e766fd40e03bdd317aac88ed5492308923ad81',
    lua: `#!lua flags=allow-oom
${clock}${account}local fence = tonumber(ARGV[1])
if fence > 0 and fence < (tonumber(redis.call('HGET', KEYS[1], 'upkeep')) or 0) then return { 0, 0 } end
local t = open_tenant(KEYS[1])
local members = {}
for i = 2, #ARGV do members[i - 1] = ARGV[i] end
local deadlines, accesses = redis.call('ZMSCORE', t.exp, unpack(members)), redis.call('ZMSCORE', t.lru, unpack(members))
local keys = {}
for i = 1, #members do
if not deadlines[i] and not accesses[i] then keys[#keys + 1] = t.prefix .. members[i] end
end
return { 1, #keys > 0 and redis.call('UNLINK', unpack(keys)) or 0 }
`,
  },
  preview: {
    sha1: 'ec911a102e8aa7ba3f09e8c9110c8f163269888e',
    lua: `#!lua flags=no-writes
${clock}${account}${frequency}local t = open_tenant(KEYS[1])
local limit, policy = tonumber(ARGV[1]), ARGV[2]
local entries = redis.call('ZCARD', t.exp)
local enforced = (ARGV[3] == 'hard' or ARGV[3] == 'soft') and policy ~= 'reject'
if not enforced or t.used <= limit then return { t.used, entries, 0, 0, 1 } end
local unranked = 0
if kind_of(policy) and frequency().load(t) and t.index.unranked > 0 then
unranked = redis.call('ZCOUNT', t.lru, '-inf', int(t.index.unranked))
end
local function candidates(from)
local order = policy == 'ttl' and t.exp or t.lru
if t.index and from >= unranked then order, from = t.index.key, from - unranked end
local last = from + 250 - 1
if order == t.lru and t.index then last = math.min(last, unranked - 1) end
return redis.call('ZRANGE', order, int(from), int(last))
end
local need, bytes, count = t.used - limit, 0, 0
while bytes < need and count < 1000 do
local members = candidates(count)
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
    sha1: 'd8d711e79a79358988e24c9d4f78e9f13cad4da5',
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
local new_bytes = bytes - freed + #entry + #payload + 128
local new_items = items + (replaced and 0 or 1)
if new_bytes > tonumber(ARGV[3]) or new_items > tonumber(ARGV[4]) then return { 0, bytes, items } end
local sequence = string.format('%.0f', next_sequence(state))
redis.call('XADD', stream, sequence .. '-0', 'e', entry, 't', now_ms)
redis.call('HSET', values, sequence, payload)
redis.call('HSET', newest, entry, sequence)
redis.call('SADD', KEYS[5], sequence)
if replaced then
redis.call('XACK', stream, 'persist', replaced .. '-0')
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
    sha1: '6cf16ae43c91577b7ea6245c22c622830f943ac2',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, id = KEYS[1], stream_id(ARGV[3])
if not holds(KEYS[2], ARGV[1], tonumber(ARGV[2])) then return { 0 } end
local item = redis.call('XRANGE', stream, id, id)[1]
local payload = redis.call('HGET', KEYS[3], ARGV[3])
if not item or not payload then
redis.call('XACK', stream, 'persist', id)
return { 1 }
end
local delivered = redis.call('XPENDING', stream, 'persist', id, id, 1)[1]
local attempts = (delivered and delivered[4] or 1) - 1 + tonumber(ARGV[4])
redis.call('XCLAIM', stream, 'persist', ARGV[1], 0, id, 'RETRYCOUNT', attempts + 1, 'FORCE', 'JUSTID')
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
    sha1: 'f2b0ea07e6aea4c65858c3365125211c10db84c9',
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
    sha1: '44e2f500ea89ce4ae6fc22b83320d77825bacf4d',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, state, sequence = KEYS[1], KEYS[2], ARGV[1]
local id = stream_id(sequence)
local dead = ARGV[3] ~= nil
if dead and not holds(state, ARGV[3], tonumber(ARGV[4])) then return { 0 } end
if ARGV[2] == '0' and redis.call('SISMEMBER', KEYS[6], sequence) == 1 then return { 0 } end
redis.call('SREM', KEYS[6], sequence)
redis.call('XACK', stream, 'persist', id)
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
    sha1: '80581f36a485c016d36931f19c3e561bbbcf0704',
    lua: `#!lua flags=allow-oom
${clock}${queue}local stream, state, consumer, most = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local held = redis.call('HMGET', state, 'owner', 'until', 'claim')
local owner, claim = held[1], held[3]
if owner and owner ~= consumer and tonumber(held[2]) > now_ms then return { 0 } end
if redis.call('EXISTS', stream) == 0 then return { 1, 0 } end
redis.call('HSET', state, 'owner', consumer, 'until', now_ms + tonumber(ARGV[2]))
if owner ~= consumer or ARGV[4] == '1' then
claim = '0-0'
redis.pcall('XGROUP', 'CREATE', stream, 'persist', '0')
end
local out = { 1, 0 }
if claim then
local claimed = redis.call('XAUTOCLAIM', stream, 'persist', consumer, 0, claim, 'COUNT', most, 'JUSTID')
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
for _, other in ipairs(redis.call('XINFO', 'CONSUMERS', stream, 'persist')) do
if other[2] ~= consumer and other[4] == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, 'persist', other[2]) end
end
end
return out
end
local read = redis.call('XREADGROUP', 'GROUP', 'persist', consumer, 'COUNT', most, 'STREAMS', stream, '>')
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
    sha1: 'a973085e6dd27877974c5ff56e6b5bc0d5d5887a',
    lua: `#!lua
${clock}if ARGV[2] == '' then
redis.call('ZADD', KEYS[1], now_ms, ARGV[1])
return { 1 }
end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return { 0 } end
return { redis.call('ZREM', KEYS[1], ARGV[1]) }
`,
  },
  'rate-reserve': {
    sha1: '24cdba41d9b72de2bad48bae2725684e8d002a61',
    lua: `#!lua flags=allow-oom
local limit, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local ends_in_ms = redis.call('PTTL', KEYS[1])
local used = ends_in_ms > 0 and tonumber(redis.call('GET', KEYS[1])) or 0
local free = math.max(0, limit - used)
local reserved = free >= least and math.min(most, math.max(least, math.ceil(free / 8))) or 0
if ends_in_ms > 0 then
if reserved > 0 then redis.call('INCRBY', KEYS[1], reserved) end
else
redis.call('SET', KEYS[1], reserved, 'PX', ARGV[4])
ends_in_ms = tonumber(ARGV[4])
end
return { reserved, free - reserved, ends_in_ms, redis.call('PEXPIRETIME', KEYS[1]) }
`,
  },
  reconcile: {
    sha1: '27cb0b5a97c19a7388a2558fe347cf1e9945d28f',
    lua: `#!lua flags=allow-oom
${clock}${account}${value}local t = open_tenant(KEYS[1])
local fence = tonumber(ARGV[1])
local upkeep = redis.call('HMGET', t.state, 'upkeep', 'repairs')
local seen, repairs = tonumber(upkeep[1]) or 0, tonumber(upkeep[2]) or 0
if fence > 0 and fence < seen then return { 0, 0, 0, 0, 0, 0, 0, 0, '' } end
local phase, position, sum, mark, sums = string.match(ARGV[2], '^(%a+) (%d+) (%d+) (%S+) (%d+)')
if not phase then phase, position, sum, mark, sums = 'entries', '0', 0, '-', 0 end
sum, sums = tonumber(sum), tonumber(sums)
local looked, ghosts, ghost_bytes, repaired, drift, compared, expired = 0, 0, 0, 0, 0, 0, 0
local function stored_size(member)
local key = t.prefix .. member
local length = redis.pcall('STRLEN', key)
if type(length) ~= 'number' or length == 0 then return nil end
return math.min(math.ceil((#key + length + 128) / 16) * 16, 33554416)
end
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
deadlines[#deadlines + 1], deadlines[#deadlines + 2] = int(score - score % 2097152 + size / 16), member
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
local deadline_s = math.ceil(ends_ms / 1000) - 1735689600
deadlines[#deadlines + 1], deadlines[#deadlines + 2] = int(deadline_s * 2097152 + size / 16), members[i]
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
local function mark_now()
return t.msg .. ',' .. t.used .. ',' .. repairs
end
local function sum_page(from)
local entries = redis.call('ZCARD', t.exp)
if from == 0 then sum, mark, sums = 0, mark_now(), sums + 1
elseif mark ~= mark_now() then
if sums == 5 then return '' end
return 'sum 0 0 - ' .. sums
end
local page = redis.call('ZRANGE', t.exp, from, from + 2000 - 1, 'WITHSCORES')
for i = 2, #page, 2 do sum = sum + size_of(page[i]) end
looked = #page / 2
if from + 2000 < entries then return table.concat({ 'sum', from + 2000, int(sum), mark, sums }, ' ') end
drift, compared = t.used_before - sum, 1
if drift ~= 0 then
t.used, t.high, t.hot_changed = sum, sum, true
end
return ''
end
local function after(name, cursor, next_name)
return (cursor == '0' and next_name or name) .. ' ' .. cursor .. ' 0 - 0'
end
local cursor
if phase == 'entries' then
local page = redis.call('ZSCAN', t.exp, position, 'COUNT', 512)
check_entries(page[2])
cursor = after('entries', page[1], 'accesses')
elseif phase == 'accesses' then
local page = redis.call('ZSCAN', t.lru, position, 'COUNT', 512)
check_others(page[2], t.lru, true)
cursor = after('accesses', page[1], t.frequency and 'ranks' or 'sum')
elseif phase == 'ranks' then
local page = redis.call('ZSCAN', t.meta .. 'freq', position, 'COUNT', 512)
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
`,
  },
  'roll-enrol': {
    sha1: '6830344527a229ebc84de57d71699a641360186d',
    lua: `#!lua flags=allow-oom
${clock}local rows = {}
for i = 1, #ARGV do rows[2 * i - 1], rows[2 * i] = string.format('%d', now_ms), ARGV[i] end
return { redis.call('ZADD', KEYS[1], unpack(rows)) }
`,
  },
  'roll-strike': {
    sha1: 'a7f10d8f8855175526ba907e75d41db0c863b80f',
    lua: `#!lua flags=allow-oom
${clock}local enrolled_ms = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]))
if not enrolled_ms or enrolled_ms > now_ms - tonumber(ARGV[2]) then return { 0 } end
return { redis.call('ZREM', KEYS[1], ARGV[1]) }
`,
  },
  'settings-append': {
    sha1: '06f1886a97cd66642c813346300a1047292995d7',
    lua: `#!lua flags=allow-oom
local time = redis.call('TIME')
local number = tonumber(time[1]) * 1000000 + tonumber(time[2])
local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if newest[2] then number = math.max(number, tonumber(newest[2]) + 1)
else redis.call('ZADD', KEYS[1], number - 1, '.') end
redis.call('ZADD', KEYS[1], number, ARGV[1])
local surplus = redis.call('ZCARD', KEYS[1]) - 10001
if surplus > 0 then
local last = redis.call('ZRANGE', KEYS[1], surplus, surplus, 'WITHSCORES')
redis.call('ZREMRANGEBYRANK', KEYS[1], 1, surplus)
redis.call('ZADD', KEYS[1], last[2], '.')
end
return { number }
`,
  },
  settle: {
    sha1: 'c6360c0d3b1486d0b6bc022cee9e133739bca1ca',
    lua: `#!lua flags=allow-oom
${clock}${account}${expire}${records}${value}${reclaim}${fold}${frequency}${evict}${rules}local function drop_stale_leases(t)
local key = t.meta .. 'leases'
if t.leased_ms == 0 or redis.call('HLEN', key) < 128 then return end
local page = redis.call('HSCAN', key, redis.call('HGET', t.state, 'swept') or '0', 'COUNT', 128)
local stale = {}
for i = 1, #page[2], 2 do
local _, deadline_ms = struct.unpack('>I6I6', page[2][i + 1])
if deadline_ms <= now_ms and #stale < 500 then stale[#stale + 1] = page[2][i] end
end
if #stale > 0 then redis.call('HDEL', key, unpack(stale)) end
redis.call('HSET', t.state, 'swept', page[1])
end
local function settle_index(t)
if t.frequency and not kind_of(t.policy) then
frequency().drop(t)
elseif t.frequency or (kind_of(t.policy) and redis.call('EXISTS', t.exp) == 1) then
frequency().follow(t, 512)
end
end
local bound = tonumber(ARGV[1])
local t = open_tenant(KEYS[1])
t.limit, t.policy, t.enforcement, t.room = tonumber(ARGV[3]), ARGV[4], ARGV[5], bound
local off = t.enforcement == 'off'
if not off then set_quota(t, tonumber(ARGV[2])) end
local expired = expire(t, bound)
local dead_left = reclaim_cleared(t, bound) == bound or expired == bound
dead_left = not reclaim_invalidated(t) or dead_left
fold(t)
if not off then settle_index(t) end
local evicted, evicted_bytes = 0, 0
local enforced = (t.enforcement == 'hard' or t.enforcement == 'soft') and t.policy ~= 'reject'
if enforced and not dead_left then evicted, evicted_bytes = evict(t, t.limit, bound) end
drop_stale_leases(t)
if t.index then frequency().save(t) end
if t.tagged and redis.call('EXISTS', t.meta .. 'tags') == 0 then t.tagged, t.hot_changed = false, true end
local from = not off and cross(t) or t.level
save_if_changed(t)
local entries = redis.call('ZCARD', t.exp)
local more = dead_left or (enforced and t.used > t.limit and entries > 0)
return {
math.max(0, t.used), entries, expired, evicted, evicted_bytes, more and 1 or 0, from, t.level, now_ms,
t.since_ms, math.max(t.peak, t.used), t.times_exceeded,
string.format('%.17g', t.byte_ms), string.format('%.17g', t.over_byte_ms),
}
`,
  },
  touch: {
    sha1: '688eafad249a9bcbbb1c80e1377474e06d620e89',
    lua: `#!lua flags=allow-oom
${clock}${account}${frequency}local marked = 0
local function count(t, members, uses)
local by_use, ranks = frequency(), {}
local index = by_use.load(t) or by_use.begin(t)
local found = redis.call('ZMSCORE', index.key, unpack(members))
for i = 1, #members do
ranks[2 * i - 1], ranks[2 * i] = int(by_use.next_rank(index, found[i], uses[i])), members[i]
end
redis.call('ZADD', index.key, unpack(ranks))
by_use.save(t)
end
local function touch(state, members, uses)
local t = open_tenant(state)
local scores, accesses, used, times = redis.call('ZMSCORE', t.lru, unpack(members)), {}, {}, {}
for i = 1, #members do
local score = tonumber(scores[i])
if score and score > t.cleared then
t.seq = t.seq + 1
accesses[#accesses + 1] = t.seq
accesses[#accesses + 1] = members[i]
used[#used + 1], times[#times + 1] = members[i], string.byte(uses, i)
end
end
if #accesses == 0 then return end
redis.call('ZADD', t.lru, 'XX', unpack(accesses))
if t.frequency then count(t, used, times) end
save_account(t)
marked = marked + #accesses / 2
end
local at = 1
for group = 1, TENANTS do
local members = {}
for i = 1, tonumber(ARGV[at]) do members[i] = ARGV[at + 1 + i] end
pcall(touch, KEYS[group], members, ARGV[at + 1])
at = at + 2 + #members
end
return { marked }
`,
  },
  write: {
    sha1: '7cb4bffa88e92cf60ab17eb7128670bf1a89d520',
    lua: `#!lua
${clock}${account}${expire}${records}${value}${leases}${names}${reclaim}${frequency}${evict}${rules}local MAX_EXPECTED = (now_ms + 50 - 1735689600 * 1000) * 256
local bound = tonumber(ARGV[2])
local waiting, accesses, deadlines, values, ranks = 0, {}, {}, {}, {}
local expiry_s, expiry = -1, nil
local function flush(t)
if waiting == 0 then return end
redis.call('ZADD', t.lru, unpack(accesses, 1, waiting * 2))
redis.call('ZADD', t.exp, unpack(deadlines, 1, waiting * 2))
if t.index then redis.call('ZADD', t.index.key, unpack(ranks, 1, waiting * 2)) end
for i = 1, waiting * 4, 4 do
redis.call('SET', values[i], values[i + 1], 'PXAT', values[i + 2])
if values[i + 3] then redis.call('SETRANGE', values[i], 0, values[i + 3]) end
end
waiting = 0
end
local function tag(t, member, tags)
if tags then
redis.call('HSET', t.meta .. 'tags', member, tags)
t.tagged = true
elseif t.tagged then
redis.call('HDEL', t.meta .. 'tags', member)
end
end
local function store(t, member, value, expected, made_ms, life_ms, priority, size, leased_sequence)
local timely = made_ms >= now_ms - 1000 and made_ms <= now_ms + 50
local taken = timely and not leased_sequence and expected > t.seq and expected <= MAX_EXPECTED
local seq = taken and expected or t.seq + 1
local sequence = leased_sequence or seq
local as_expected = timely and sequence == expected
t.seq = seq
local deadline_s = math.min(math.ceil((now_ms + life_ms) / 1000), 4294967295 + 1735689600)
if deadline_s ~= expiry_s then expiry_s, expiry = deadline_s, int(deadline_s * 1000) end
local n, v = waiting * 2, waiting * 4
accesses[n + 1], accesses[n + 2] = int(seq), member
deadlines[n + 1], deadlines[n + 2] = int((deadline_s - 1735689600) * 2097152 + size / 16), member
values[v + 1], values[v + 2], values[v + 3] = t.prefix .. member, value, expiry
if t.index then ranks[n + 1], ranks[n + 2] = frequency().rank_written(t, member, priority), member end
values[v + 4] = not as_expected and struct.pack('>BI6I6', 1, sequence, now_ms)
waiting = waiting + 1
if deadline_s - 1735689600 < t.due_s then t.due_s = deadline_s - 1735689600 end
t.used = t.used - (t.old[member] or 0) + size
t.old[member] = size
t.stored = true
return sequence, as_expected
end
local function admit(t, member, size)
if t.enforcement == 'off' then return 0, 0, 0, 0, 0 end
if t.enforcement == 'observe' then
flush(t)
return 0, 0, 0, observe(t, member, size)
end
if size > t.limit then return 1, 0, 0, 0, 0 end
flush(t)
local status, evicted, bytes = make_room(t, member, size)
return status, evicted, bytes, 0, 0
end
local function passes_ceiling(t, old, size)
return size > old and t.used - old + size > t.ceiling
end
local function write(t, member, token, value)
if t.again then return 3, 0, false end
local expected, made_ms, life_ms, tags, priority = head_of(value)
local leased_sequence
if token then
local own = held_with(t, member, token)
leased_sequence = own and standing_lease(t, member, tags)
if not leased_sequence then
if own then end_lease(t, member) end
return 5, 0, false
end
end
local size = math.ceil((#t.prefix + #member + #value + 128) / 16) * 16
if t.ceiling >= 0 and passes_ceiling(t, t.old[member] or 0, size) then
end_lease(t, member)
return 2, 0, false, 0, 0, 0, 0
end
local status, evicted, bytes, would_evict, would_reject = 0, 0, 0, 0, 0
if size > t.limit or t.used - (t.old[member] or 0) + size > t.limit then
status, evicted, bytes, would_evict, would_reject = admit(t, member, size)
end
t.again = status == 3
if not t.again then end_lease(t, member) end
if status ~= 0 then return status, 0, false, evicted, bytes, would_evict, would_reject end
if tags or t.tagged then tag(t, member, tags) end
local sequence, as_expected =
store(t, member, value, expected, made_ms, life_ms, priority, size, leased_sequence)
return 0, sequence, as_expected, evicted, bytes, would_evict, would_reject
end
local function packed_reply(status, sequence, evicted, bytes, would_evict, would_reject)
if (evicted or 0) + (would_evict or 0) + (would_reject or 0) == 0 then return struct.pack('>BI6', status, sequence) end
return struct.pack('>BI6I4I6I6B', status + 16, sequence, evicted, bytes, would_evict, would_reject)
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
local _, sequence_before = struct.unpack('>BI6I6', ARGV[first_value + j])
replies[j] = struct.pack('>BI6', 0, sequence_before)
end
end
if replies then replies[i] = packed_reply(status, sequence, evicted, bytes, would_evict, would_reject) end
end
return replies
end
local function write_tenant(t, members, ids, tokens, first_value)
local expired = expire(t, bound)
t.dead = expired == bound
local scores = redis.call('ZMSCORE', t.exp, unpack(members))
load_leases(t, members)
t.old, t.room = {}, bound
for i = 1, #members do
if scores[i] then t.old[members[i]] = size_of(scores[i]) end
end
if t.frequency or kind_of(t.policy) then
frequency().follow(t, 64)
frequency().load_ranks(t, members)
end
local replies = write_each(t, members, tokens, first_value)
flush(t)
if t.index then frequency().save(t) end
save_ended(t)
local changed = t.stored or #t.ended > 0
local from = cross(t)
if changed then
next_message(t)
save_account(t)
publish(t, ARGV[1], ids)
else
save_if_changed(t)
end
local entries = redis.call('ZCARD', t.exp)
local flags = (replies and 0 or 1) + (from and 2 + from * 4 + t.level * 16 or 0)
local summary = struct.pack('>I6I4B', math.max(0, t.used), entries, expired > 0 and flags + 64 or flags)
if expired > 0 then summary = summary .. string.char(expired) end
return replies and summary .. table.concat(replies) or summary
end
local function write_group(state, quota, limit, ceiling, policy, enforcement, members, ids, tokens, first_value)
local t = open_tenant(state)
t.limit, t.ceiling, t.policy, t.enforcement = limit, ceiling, policy, enforcement
set_quota(t, quota)
return write_tenant(t, members, ids, tokens, first_value)
end
local out, at, first_value = { struct.pack('>I6', now_ms) }, 1, 3
for group = 1, TENANTS do
local quota, limit, ceiling, policy, enforcement, members, ids, has_tokens, tokens
quota, limit, ceiling, policy, enforcement, at = struct.unpack('>dddBc0Bc0', ARGV[3], at)
members, ids, at = unpack_names(ARGV[3], at)
has_tokens, at = string.byte(ARGV[3], at) == 1, at + 1
if has_tokens then
tokens = {}
for i = 1, #members do tokens[i], at = struct.unpack('>Bc0', ARGV[3], at) end
end
local ok, replies =
pcall(write_group, KEYS[group], quota, limit, ceiling, policy, enforcement, members, ids, tokens, first_value)
if not ok then
waiting = 0
replies = struct.pack('>I6I4B', 0, 0, 0) .. string.rep(struct.pack('>BI6', 4, 0), #members)
end
out[group + 1] = replies
first_value = first_value + #members
end
return table.concat(out)
`,
  },
} as const;

export type ScriptName = keyof typeof SCRIPTS;
