-- A packed list of members, and the ids by which other processes know them, packed as the bus sends them.
-- Returns also where the list ends.
local function unpack_names(packed, at)
  local count, members = struct.unpack('>I2', packed, at), {}
  local first = at + 2
  at = first
  for i = 1, count do members[i], at = struct.unpack('>I2c0', packed, at) end
  local ids, after = struct.unpack('>I4c0', packed, at)
  if ids == '' then ids = string.sub(packed, first, at - 1) end
  return members, ids, after
end
