#!lua flags=allow-oom
-- Marks entries of many tenants as just used, in the order given; never lifts one that a clear made invisible.
-- KEYS   per tenant: state, lru
-- ARGV   1 number of tenants; then per tenant: number of members, members
-- RESULT how many entries were marked
-- @include clock
-- @include account

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
  -- A tenant with damaged keys loses its marks; the others keep theirs.
  pcall(touch, { state = KEYS[group * 2 + 1], lru = KEYS[group * 2 + 2] }, members)
  at = at + 1 + #members
end
return { marked }
