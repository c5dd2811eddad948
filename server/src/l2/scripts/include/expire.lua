-- Gives the bytes of at most `bound` entries whose deadline has come back to the tenant; returns how many.
local function expire(t, bound)
  -- Nearly always none has come, as the account knows.
  if t.due_s > now_s - EPOCH_S then return 0 end
  local found = redis.call('ZRANGE', t.exp, '-inf', due_score, 'BYSCORE', 'LIMIT', 0, bound, 'WITHSCORES')
  local members, bytes = {}, 0
  for i = 1, #found, 2 do
    members[#members + 1] = found[i]
    bytes = bytes + size_of(found[i + 1])
  end
  if #members > 0 then remove_entries(t, members, bytes) end
  if #members < bound then
    local first = redis.call('ZRANGE', t.exp, 0, 0, 'WITHSCORES')
    t.due_s = first[2] and math.floor(first[2] / UNITS) or math.huge
    if first[2] then t.hot_changed = true end
  end
  return #members
end
