-- Gives the bytes of at most `bound` entries whose deadline has come back to the tenant; returns how many.
local function expire(t, bound)
  -- Nearly always there is none, and to count them is cheaper than to ask for them.
  if redis.call('ZCOUNT', t.exp, '-inf', due_score) == 0 then return 0 end
  local found = redis.call('ZRANGE', t.exp, '-inf', due_score, 'BYSCORE', 'LIMIT', 0, bound, 'WITHSCORES')
  if #found == 0 then return 0 end
  local members, bytes = {}, 0
  for i = 1, #found, 2 do
    members[#members + 1] = found[i]
    bytes = bytes + size_of(found[i + 1])
  end
  remove_entries(t, members, bytes)
  return #members
end
