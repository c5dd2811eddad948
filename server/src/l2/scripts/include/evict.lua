-- Evicts in the order of the policy until `used` is at most `goal`: at most `bound` entries, never the member `keep`.
-- Returns how many entries and how many bytes.
local function evict(t, goal, bound, keep)
  local order = t.policy == 'ttl' and t.exp or t.lru
  local evicted, evicted_bytes = 0, 0
  while t.used > goal and evicted < bound do
    local entries = redis.call('ZCARD', order)
    if entries == 0 then break end
    -- Asks for as many as would do if all were of the mean size; the loop corrects a wrong guess.
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
