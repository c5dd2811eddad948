// Made by embed-scripts.mjs from scripts/*.lua: change those, then run it.
export const SCRIPTS = {
  clear: {
    sha1: '4166606e927cdff03cc0832fdbf9f4e7f617caef',
    lua: `#!lua flags=allow-oom
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16
local function load_account(t)
local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
t.used = tonumber(stored[1]) or 0
t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
t.cleared = tonumber(stored[3]) or 0
end
local function save_account(t)
redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local function due_score()
return (now_s - EPOCH_S) * UNITS + UNITS - 1
end
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
local t = { state = KEYS[1] }
load_account(t)
t.seq = t.seq + 1
redis.call('HSET', t.state, 'seq', t.seq, 'cleared', t.seq)
redis.call('PUBLISH', ARGV[1], ARGV[2] .. string.format('%.0f', t.seq) .. '}')
return { t.seq }
`,
  },
  delete: {
    sha1: '5e85bd7658f61c11d3822c6e3f61412181e06e3a',
    lua: `#!lua flags=allow-oom
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16
local function load_account(t)
local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
t.used = tonumber(stored[1]) or 0
t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
t.cleared = tonumber(stored[3]) or 0
end
local function save_account(t)
redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local function due_score()
return (now_s - EPOCH_S) * UNITS + UNITS - 1
end
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
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
`,
  },
  preview: {
    sha1: '9a5ba951b38f7f32a18b9629ac3b5cd79c643936',
    lua: `#!lua flags=no-writes
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16
local function load_account(t)
local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
t.used = tonumber(stored[1]) or 0
t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
t.cleared = tonumber(stored[3]) or 0
end
local function save_account(t)
redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local function due_score()
return (now_s - EPOCH_S) * UNITS + UNITS - 1
end
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
local MAX_CANDIDATES = 1000
local CHUNK = 250
local t = { state = KEYS[1] }
load_account(t)
local limit, policy = tonumber(ARGV[1]), ARGV[2]
local entries = redis.call('ZCARD', KEYS[3])
local enforced = (ARGV[3] == 'hard' or ARGV[3] == 'soft') and policy ~= 'reject'
if not enforced or t.used <= limit then return { t.used, entries, 0, 0, 1 } end
local order = policy == 'ttl' and KEYS[3] or KEYS[2]
local need, bytes, count = t.used - limit, 0, 0
while bytes < need and count < MAX_CANDIDATES do
local members = redis.call('ZRANGE', order, count, count + CHUNK - 1)
if #members == 0 then break end
local scores = redis.call('ZMSCORE', KEYS[3], unpack(members))
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
  settle: {
    sha1: 'b776a33baf73cb8436176e217d5dc8dfdbbf03b5',
    lua: `#!lua flags=allow-oom
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16
local function load_account(t)
local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
t.used = tonumber(stored[1]) or 0
t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
t.cleared = tonumber(stored[3]) or 0
end
local function save_account(t)
redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local function due_score()
return (now_s - EPOCH_S) * UNITS + UNITS - 1
end
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
local function expire(t, bound)
local found = redis.call('ZRANGE', t.exp, '-inf', due_score(), 'BYSCORE', 'LIMIT', 0, bound, 'WITHSCORES')
if #found == 0 then return 0 end
local members, bytes = {}, 0
for i = 1, #found, 2 do
members[#members + 1] = found[i]
bytes = bytes + size_of(found[i + 1])
end
remove_entries(t, members, bytes)
return #members
end
local function reclaim(t, bound)
if t.cleared == 0 then return 0 end
local members = redis.call('ZRANGE', t.lru, '-inf', t.cleared, 'BYSCORE', 'LIMIT', 0, bound)
if #members == 0 then return 0 end
local scores, bytes = redis.call('ZMSCORE', t.exp, unpack(members)), 0
for i = 1, #members do bytes = bytes + size_of(scores[i]) end
remove_entries(t, members, bytes)
return #members
end
local function evict(t, goal, bound, keep)
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
local bound = tonumber(ARGV[2])
local t = {
state = KEYS[1], lru = KEYS[2], exp = KEYS[3], prefix = ARGV[1], limit = tonumber(ARGV[3]), policy = ARGV[4],
}
load_account(t)
local used = t.used
local expired = expire(t, bound)
local reclaimed = reclaim(t, bound)
local dead_left = expired == bound or reclaimed == bound
local evicted, evicted_bytes = 0, 0
local enforced = (ARGV[5] == 'hard' or ARGV[5] == 'soft') and t.policy ~= 'reject'
if enforced and not dead_left then evicted, evicted_bytes = evict(t, t.limit, bound) end
if t.used ~= used then save_account(t) end
local entries = redis.call('ZCARD', t.exp)
local more = dead_left or (enforced and t.used > t.limit and entries > 0)
return { t.used, entries, expired, evicted, evicted_bytes, more and 1 or 0 }
`,
  },
  touch: {
    sha1: 'ec436f3e30a66eb2e241b8adde4cb46ed4810359',
    lua: `#!lua flags=allow-oom
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16
local function load_account(t)
local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
t.used = tonumber(stored[1]) or 0
t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
t.cleared = tonumber(stored[3]) or 0
end
local function save_account(t)
redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local function due_score()
return (now_s - EPOCH_S) * UNITS + UNITS - 1
end
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
local marked = 0
local function touch(t, members)
load_account(t)
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
local at = 2
for group = 0, tonumber(ARGV[1]) - 1 do
local members = {}
for i = 1, tonumber(ARGV[at]) do members[i] = ARGV[at + i] end
pcall(touch, { state = KEYS[group * 2 + 1], lru = KEYS[group * 2 + 2] }, members)
at = at + 1 + #members
end
return { marked }
`,
  },
  write: {
    sha1: '54c2379c6fe88577a38446a8a40329fc6d3466d3',
    lua: `#!lua
local clock = redis.call('TIME')
local now_s = tonumber(clock[1])
local now_ms = now_s * 1000 + math.floor(tonumber(clock[2]) / 1000)
local EPOCH_S = 1735689600
local UNITS = 2097152
local UNIT_BYTES = 16
local function load_account(t)
local stored = redis.call('HMGET', t.state, 'used', 'seq', 'cleared')
t.used = tonumber(stored[1]) or 0
t.seq = tonumber(stored[2]) or (now_ms - EPOCH_S * 1000) * 64
t.cleared = tonumber(stored[3]) or 0
end
local function save_account(t)
redis.call('HSET', t.state, 'used', t.used, 'seq', t.seq)
end
local function size_of(score)
score = tonumber(score)
if not score then return 0 end
return (score % UNITS) * UNIT_BYTES
end
local function due_score()
return (now_s - EPOCH_S) * UNITS + UNITS - 1
end
local function remove_entries(t, members, bytes)
local keys = {}
for i = 1, #members do keys[i] = t.prefix .. members[i] end
redis.call('UNLINK', unpack(keys))
redis.call('ZREM', t.lru, unpack(members))
redis.call('ZREM', t.exp, unpack(members))
t.used = t.used - bytes
if t.old then
for i = 1, #members do t.old[members[i]] = nil end
end
end
local function expire(t, bound)
local found = redis.call('ZRANGE', t.exp, '-inf', due_score(), 'BYSCORE', 'LIMIT', 0, bound, 'WITHSCORES')
if #found == 0 then return 0 end
local members, bytes = {}, 0
for i = 1, #found, 2 do
members[#members + 1] = found[i]
bytes = bytes + size_of(found[i + 1])
end
remove_entries(t, members, bytes)
return #members
end
local function reclaim(t, bound)
if t.cleared == 0 then return 0 end
local members = redis.call('ZRANGE', t.lru, '-inf', t.cleared, 'BYSCORE', 'LIMIT', 0, bound)
if #members == 0 then return 0 end
local scores, bytes = redis.call('ZMSCORE', t.exp, unpack(members)), 0
for i = 1, #members do bytes = bytes + size_of(scores[i]) end
remove_entries(t, members, bytes)
return #members
end
local function evict(t, goal, bound, keep)
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
local STORED, TOO_LARGE, FULL, AGAIN, FAILED = 0, 1, 2, 3, 4
local EVICT_DOWN_TO_RATIO = 0.9
local function make_room(t, member, size)
t.room = t.room - reclaim(t, t.room)
local old = t.old[member] or 0
if t.used - old + size <= t.limit then return STORED, 0, 0 end
if t.dead or t.room == 0 then return AGAIN, 0, 0 end
if t.policy == 'reject' then return FULL, 0, 0 end
local goal = math.floor(t.limit * EVICT_DOWN_TO_RATIO) - size + old
local evicted, bytes = evict(t, goal, t.room, member)
t.room = t.room - evicted
if t.used - old + size <= t.limit then return STORED, evicted, bytes end
return t.room == 0 and AGAIN or FULL, evicted, bytes
end
local function observe(t, member, size)
if size > t.limit then return 0, 1 end
if t.used - (t.old[member] or 0) + size > t.limit then t.room = t.room - reclaim(t, t.room) end
local old = t.old[member] or 0
local after = t.used - old + size
if after <= t.limit then return 0, 0 end
if t.policy == 'reject' then return 0, 1 end
if t.used > t.limit then return math.max(0, size - old), 0 end
return after - math.floor(t.limit * EVICT_DOWN_TO_RATIO), 0
end
local HEADER = '>BI6I6'
local VERSION = 1
local OVERHEAD_BYTES = 128
local MAX_DEADLINE_S = 4294967295
local out = {}
local bound = tonumber(ARGV[2])
local function index(t)
if #t.accesses == 0 then return end
redis.call('ZADD', t.lru, unpack(t.accesses))
redis.call('ZADD', t.exp, unpack(t.deadlines))
t.accesses, t.deadlines = {}, {}
end
local function store(t, member, body, life_ms, size)
t.seq = t.seq + 1
local deadline_s = math.min(math.ceil((now_ms + life_ms) / 1000) - EPOCH_S, MAX_DEADLINE_S)
local value = struct.pack(HEADER, VERSION, t.seq, now_ms) .. body
redis.call('SET', t.prefix .. member, value, 'PXAT', (deadline_s + EPOCH_S) * 1000)
local n = #t.accesses
t.accesses[n + 1], t.accesses[n + 2] = t.seq, member
t.deadlines[n + 1], t.deadlines[n + 2] = deadline_s * UNITS + size / UNIT_BYTES, member
t.used = t.used - (t.old[member] or 0) + size
t.old[member] = size
t.stored = true
end
local function write(t, member, body, life_ms)
local size = math.ceil((#t.prefix + #member + 13 + #body + OVERHEAD_BYTES) / UNIT_BYTES) * UNIT_BYTES
local old = t.old[member] or 0
local status, evicted, bytes, would_evict, would_reject = STORED, 0, 0, 0, 0
if t.again then
status = AGAIN
elseif t.enforcement == 'observe' then
if t.used - old + size > t.limit then index(t) end
would_evict, would_reject = observe(t, member, size)
elseif t.enforcement ~= 'off' then
if size > t.limit then
status = TOO_LARGE
elseif t.used - old + size > t.limit then
index(t)
status, evicted, bytes = make_room(t, member, size)
end
end
if status == STORED then
store(t, member, body, life_ms, size)
elseif status == AGAIN then
t.again = true
end
local n = #out
out[n + 1], out[n + 2], out[n + 3] = status, status == STORED and t.seq or 0, size
out[n + 4], out[n + 5], out[n + 6], out[n + 7] = evicted, bytes, would_evict, would_reject
end
local function write_tenant(t, at, writes)
load_account(t)
local used = t.used
redis.call('ZCARD', t.lru)
t.dead = expire(t, bound) == bound
local members = {}
for i = 1, writes do members[i] = ARGV[at + (i - 1) * 3] end
local scores = redis.call('ZMSCORE', t.exp, unpack(members))
t.old, t.accesses, t.deadlines, t.room = {}, {}, {}, bound
for i = 1, writes do
if scores[i] then t.old[members[i]] = size_of(scores[i]) end
end
local head = #out
out[head + 1], out[head + 2] = 0, 0
for i = 1, writes do
local first = at + (i - 1) * 3
write(t, ARGV[first], ARGV[first + 1], tonumber(ARGV[first + 2]))
end
index(t)
if t.stored or t.used ~= used then save_account(t) end
if t.stored then redis.call('PUBLISH', t.channel, t.message) end
out[head + 1], out[head + 2] = t.used, redis.call('ZCARD', t.exp)
end
local at = 3
for group = 0, tonumber(ARGV[1]) - 1 do
local t = {
state = KEYS[group * 3 + 1], lru = KEYS[group * 3 + 2], exp = KEYS[group * 3 + 3],
prefix = ARGV[at], channel = ARGV[at + 1], message = ARGV[at + 2],
limit = tonumber(ARGV[at + 3]), policy = ARGV[at + 4], enforcement = ARGV[at + 5],
}
local writes = tonumber(ARGV[at + 6])
local head = #out
if not pcall(write_tenant, t, at + 7, writes) then
for i = #out, head + 1, -1 do out[i] = nil end
for i = 1, 2 + writes * 7 do out[head + i] = (i > 2 and (i - 2) % 7 == 1) and FAILED or 0 end
end
at = at + 7 + writes * 3
end
return out
`,
  },
} as const;

export type ScriptName = keyof typeof SCRIPTS;
