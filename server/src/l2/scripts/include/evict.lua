-- At most `count` members, those that go first under the tenant's policy.
local function first_to_go(t, count, keep)
  if t.index and kind_of(t.policy) then return frequency().first(t, count, keep) end
  return redis.call('ZRANGE', t.policy == 'ttl' and t.exp or t.lru, 0, count - 1)
end

-- Evicts in the order of the policy until `used` is at most `goal`: at most `bound` entries, never the member `keep`.
-- Returns how many entries and how many bytes.
local function evict(t, goal, bound, keep)
  local evicted, evicted_bytes = 0, 0
  while t.used > goal and evicted < bound do
    local entries = redis.call('ZCARD', t.exp)
    if entries == 0 then break end
    -- Asks for as many as would do if all were of the mean size; the loop corrects a wrong guess.
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
