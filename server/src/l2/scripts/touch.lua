#!lua flags=allow-oom
-- Marks entries of many tenants as just used, in the order given; never lifts one that a clear made invisible.
-- KEYS   per tenant: state
-- ARGV   per tenant: number of members, members
-- RESULT how many entries were marked
-- @include clock
-- @include account

local marked = 0

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
  -- A tenant with damaged keys loses its marks; the others keep theirs.
  pcall(touch, KEYS[group], members)
  at = at + 1 + #members
end
return { marked }
