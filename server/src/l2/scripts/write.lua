#!lua
-- Stores up to 32 entries of many tenants, each within its tenant's quota.
-- KEYS   per tenant: state, lru, exp
-- ARGV   1 number of tenants, 2 entries that each tenant may lose in this call; then per tenant: key prefix, channel,
--        bus message, limit in force in bytes, policy, enforcement, number of writes; then per write: member, body,
--        life in ms
-- RESULT flat integers, per tenant: used bytes, entries; then per write: status (0 stored, 1 too large, 2 full, 3 again,
--        4 failed), sequence, size, evicted entries, evicted bytes, bytes to evict if enforced, 1 if refused if enforced
-- @include clock
-- @include account
-- @include expire
-- @include evict
-- @include rules

local HEADER = '>BI6I6'
local VERSION = 1
local OVERHEAD_BYTES = 128
local MAX_DEADLINE_S = 4294967295

local out = {}
local bound = tonumber(ARGV[2])

-- Indexing waits for the end of the tenant's writes, or for an eviction that needs the index.
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
    -- A tenant's writes keep their order: what follows one that must come again comes again with it.
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
  -- A damaged index must fail the writes before the first of them is stored.
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
  -- What one tenant's damaged keys raise must not fail the writes of the others.
  if not pcall(write_tenant, t, at + 7, writes) then
    for i = #out, head + 1, -1 do out[i] = nil end
    for i = 1, 2 + writes * 7 do out[head + i] = (i > 2 and (i - 2) % 7 == 1) and FAILED or 0 end
  end
  at = at + 7 + writes * 3
end
return out
