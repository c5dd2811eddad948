#!lua flags=allow-oom
-- Marks entries of many tenants as just used, in the order given; never lifts one that a clear made invisible.
-- KEYS   per tenant: state
-- ARGV   per tenant: number of members, how often each was used (u8 each), members
-- RESULT how many entries were marked
-- @include clock
-- @include account
-- @include frequency

local marked = 0

-- Ranks where the tenant's accesses are counted.
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
  -- A tenant with damaged keys loses its marks; the others keep theirs.
  pcall(touch, KEYS[group], members, ARGV[at + 1])
  at = at + 2 + #members
end
return { marked }
