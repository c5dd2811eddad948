-- Entries by how often they were used, an access weighing half as much for every half-life that it lies back (LRFU, with
-- forward decay; docs/adr/0007-eviction-policies-in-redis.md). Time is virtual and moves with accesses. Kept only for
-- tenants whose policy asks for it: sorted set `freq`, rank by member, and a field of the state: the time, and the time
-- to which what was there before is dated back, both in half-lives (double each), the access up to which entries have no
-- rank yet (u48, 0: all have one), 1 lfu or 2 hybrid (u8).
local HYBRID = 2

-- Nil where the policy counts no accesses.
local function kind_of(policy)
  return policy == 'lfu' and 1 or policy == 'hybrid' and HYBRID or nil
end

local made

-- What only such tenants need is made when the first of a call needs it: to make it takes 1.5 us, as much as a small
-- command.
local function frequency()
  if made then return made end
  local INDEX = '>ddI6B'
  local ACCESSES_PER_HALF_LIFE = { 4, 1 }
  -- A tenant with fewer entries forgets no faster than one with so many.
  local FEWEST_ENTRIES = 64
  local BEGINNING = 64
  -- Parts of a half-life that a score tells apart.
  local QUANTA = 65536
  local PRIORITIES = 4

  -- A weight of (1 + f) * 2^e is kept as e + f, in quanta: whole numbers and basic operations, equal to the bit everywhere
  -- and in frequency-order.ts. An access at time t weighs what t reads as. Returns the score after so many at `time`.
  local function counted(score, time, accesses)
    local now = math.floor(time * QUANTA)
    local exponent, mantissa = math.floor(now / QUANTA), (QUANTA + now % QUANTA) * accesses
    while mantissa >= 2 * QUANTA do
      mantissa, exponent = math.floor(mantissa / 2), exponent + 1
    end
    local added = exponent * QUANTA + mantissa - QUANTA
    if not score then return added end
    local high, low = math.max(score, added), math.min(score, added)
    local above = math.floor(high / QUANTA) - math.floor(low / QUANTA)
    -- Seventeen halvings leave nothing of a mantissa.
    if above > 17 then return high end
    local sum = QUANTA + high % QUANTA + math.floor((QUANTA + low % QUANTA) / 2 ^ above)
    local whole = high - high % QUANTA
    if sum < 2 * QUANTA then return whole + sum - QUANTA end
    return whole + math.floor(sum / 2)
  end

  -- A priority stands for so many doublings; it is kept beside them, so that a touch need not ask for it.
  local function rank_for(score, priority)
    return (score + priority * QUANTA) * PRIORITIES + priority
  end

  local function tick(index, accesses)
    return accesses / (math.max(index.entries, FEWEST_ENTRIES) * ACCESSES_PER_HALF_LIFE[index.kind])
  end

  -- The rank after so many accesses more; without a priority it stays the one that is in the rank.
  local function next_rank(index, rank, accesses, priority)
    rank = tonumber(rank)
    index.time = index.time + tick(index, accesses)
    local kept = rank and rank % PRIORITIES or 0
    local score = rank and math.floor(rank / PRIORITIES) - kept * QUANTA
    return rank_for(counted(score, index.time, accesses), index.kind == HYBRID and (priority or kept) or 0)
  end

  -- Everything that is there now is to be ranked, before the time as it is.
  local function rank_again(t, index)
    index.past, index.unranked = index.time, t.seq
  end

  -- Nil where there is none.
  local function load_index(t)
    local packed = t.frequency and redis.call('HGET', t.state, 'freq')
    if not packed then return nil end
    local index = { key = t.meta .. 'freq', entries = redis.call('ZCARD', t.exp), packed = packed }
    index.time, index.past, index.unranked, index.kind = struct.unpack(INDEX, packed)
    t.index = index
    return index
  end

  local function begin_index(t)
    local index = { key = t.meta .. 'freq', entries = redis.call('ZCARD', t.exp), time = BEGINNING, kind = HYBRID }
    redis.call('UNLINK', index.key)
    rank_again(t, index)
    t.index, t.frequency, t.hot_changed = index, true, true
    return index
  end

  -- Ranks at most `bound` of what was there before as used once each, the most recent first, so that what has no rank yet
  -- has been used before all that has one.
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

  -- Counts accesses from now on where the policy asks for it; goes on counting where it did.
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
    local packed = struct.pack(INDEX, index.time, index.past, index.unranked, index.kind)
    if packed ~= index.packed then redis.call('HSET', t.state, 'freq', packed) end
  end

  local function drop_index(t)
    redis.call('UNLINK', t.meta .. 'freq')
    redis.call('HDEL', t.state, 'freq')
    t.frequency, t.hot_changed = false, true
  end

  -- At most `count` members, those that go first; what has no rank goes before what has one, least recently used first.
  local function first_by_frequency(t, count, keep)
    local index = t.index
    if index.unranked == 0 and redis.call('ZCARD', index.key) < index.entries then rank_again(t, index) end
    if index.unranked > 0 then
      local found = redis.call('ZRANGE', t.lru, '-inf', int(index.unranked), 'BYSCORE', 'LIMIT', 0, count)
      if #found > 1 or (found[1] and found[1] ~= keep) then return found end
    end
    return redis.call('ZRANGE', index.key, 0, count - 1)
  end

  -- Ranks of what is about to be written.
  local function load_ranks(t, members)
    local found = redis.call('ZMSCORE', t.index.key, unpack(members))
    t.ranks = {}
    for i = 1, #members do t.ranks[members[i]] = found[i] or nil end
  end

  -- The rank of an entry that is written now.
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
