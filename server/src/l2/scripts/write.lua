#!lua
-- Stores up to 32 entries of many tenants, each within its tenant's quota.
-- KEYS   per tenant: state
-- ARGV   1 head of the bus message, 2 entries that each tenant may lose in this call, 3 packed, per tenant: quota,
--        limit in force and ceiling of these writes (negative: none) in bytes (double each), policy and enforcement (u8 length, text), members and ids as
--        `delete` has them, 1 where tokens follow (u8), per write the token of its lease (u8 length, bytes; none: 0);
--        from 4 the values, with the sequence and time that the writer expects in the header
-- RESULT packed: time in ms (u48); per tenant: used bytes (u48), entries (u32), flags (u8: 1 all writes were stored as
--        the writer expected and none evicted anything, 2 the level changed: 4 times the one before and 16 times the new
--        one more, 64 entries had expired: their number (u8) follows); where not all were, per write: status (u8: 0 stored, 1 too large, 2 full, 3 again, 4 failed, 5 void;
--        16 more where the rest follows), sequence (u48), and the rest: evicted entries (u32), evicted bytes (u48),
--        bytes to evict if enforced (u48), 1 if refused if enforced (u8)
-- @include clock
-- @include account
-- @include expire
-- @include records
-- @include value
-- @include leases
-- @include names
-- @include reclaim
-- @include frequency
-- @include evict
-- @include rules

local OVERHEAD_BYTES = 128
local MAX_DEADLINE_S = 4294967295
local SUMMARY, PLAIN, MORE = '>I6I4B', '>BI6', '>BI6I4I6I6B'
-- How far what a writer expects may be from the server's clock.
local MAX_BEHIND_MS, MAX_AHEAD_MS = 1000, 50
local MAX_EXPECTED = (now_ms + MAX_AHEAD_MS - EPOCH_S * 1000) * SEQUENCES_PER_MS
local MORE_FOLLOWS = 16
local ALL_PLAIN, CROSSED, FROM, TO, EXPIRED = 1, 2, 4, 16, 64
local RANKED_PER_WRITE = 64

local bound = tonumber(ARGV[2])

-- What waits to be indexed and stored. The tables serve all tenants in turn, for one costs more than what is in it.
local waiting, accesses, deadlines, values, ranks = 0, {}, {}, {}, {}
local expiry_s, expiry = -1, nil

-- Indexing and storing wait for the end of the tenant's writes, or for an eviction that needs the index. The index comes
-- first: where it is damaged nothing is stored uncounted.
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

-- Lua hashes every byte of every text that it makes, so a value is stored as it came; where its header is not what it
-- must be, it is corrected in place. Returns the sequence, and whether the writer expected it.
local function store(t, member, value, expected, made_ms, life_ms, priority, size, leased_sequence)
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
  if t.index then ranks[n + 1], ranks[n + 2] = frequency().rank_written(t, member, priority), member end
  values[v + 4] = not as_expected and struct.pack(HEADER, VERSION, sequence, now_ms)
  waiting = waiting + 1
  if deadline_s - EPOCH_S < t.due_s then t.due_s = deadline_s - EPOCH_S end
  t.used = t.used - (t.old[member] or 0) + size
  t.old[member] = size
  t.stored = true
  return sequence, as_expected
end

-- Status, evicted entries and bytes, bytes to evict and 1 for a refusal if it were enforced.
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

-- What takes no more than it replaces makes nothing worse.
local function passes_ceiling(t, old, size)
  return size > old and t.used - old + size > t.ceiling
end

-- Status, sequence, whether it was expected; then what `admit` says, where it was asked.
local function write(t, member, token, value)
  -- A tenant's writes keep their order: what follows one that must come again comes again with it.
  if t.again then return AGAIN, 0, false end
  local expected, made_ms, life_ms, tags, priority = head_of(value)
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
  if t.ceiling >= 0 and passes_ceiling(t, t.old[member] or 0, size) then
    end_lease(t, member)
    return FULL, 0, false, 0, 0, 0, 0
  end
  local status, evicted, bytes, would_evict, would_reject = STORED, 0, 0, 0, 0
  if size > t.limit or t.used - (t.old[member] or 0) + size > t.limit then
    status, evicted, bytes, would_evict, would_reject = admit(t, member, size)
  end
  t.again = status == AGAIN
  if not t.again then end_lease(t, member) end
  if status ~= STORED then return status, 0, false, evicted, bytes, would_evict, would_reject end
  if tags or t.tagged then tag(t, member, tags) end
  local sequence, as_expected =
    store(t, member, value, expected, made_ms, life_ms, priority, size, leased_sequence)
  return STORED, sequence, as_expected, evicted, bytes, would_evict, would_reject
end

local function packed_reply(status, sequence, evicted, bytes, would_evict, would_reject)
  if (evicted or 0) + (would_evict or 0) + (would_reject or 0) == 0 then return struct.pack(PLAIN, status, sequence) end
  return struct.pack(MORE, status + MORE_FOLLOWS, sequence, evicted, bytes, would_evict, would_reject)
end

-- Writes in turn. Returns the packed replies where not all were stored as expected, without evictions.
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
  local expired = expire(t, bound)
  t.dead = expired == bound
  local scores = redis.call('ZMSCORE', t.exp, unpack(members))
  load_leases(t, members)
  t.old, t.room = {}, bound
  for i = 1, #members do
    if scores[i] then t.old[members[i]] = size_of(scores[i]) end
  end
  if t.frequency or kind_of(t.policy) then
    frequency().follow(t, RANKED_PER_WRITE)
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
  local flags = (replies and 0 or ALL_PLAIN) + (from and CROSSED + from * FROM + t.level * TO or 0)
  local summary = struct.pack(SUMMARY, math.max(0, t.used), entries, expired > 0 and flags + EXPIRED or flags)
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
    -- What one tenant's damaged keys raise must not fail the writes of the others.
    waiting = 0
    replies = struct.pack(SUMMARY, 0, 0, 0) .. string.rep(struct.pack(PLAIN, FAILED, 0), #members)
  end
  out[group + 1] = replies
  first_value = first_value + #members
end
return table.concat(out)
