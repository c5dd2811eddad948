-- Invalidations on record: field `t<tag>` or `p<resource>:<prefix>`, value its sequence and its time in ms.
local RECORD = '>I6I6'
-- Opens the stored form of a key that was too long: its prefixes are not known, so any of its resource covers it.
local HASH_MARKER = '~'

local function resource_of(member)
  return string.sub(member, 1, string.find(member, ':', 1, true) - 1)
end

-- Sequences by tag, and by resource those of its prefixes, with their lengths: a member is looked up once for each length,
-- however many prefixes there are. Of those above `after` only.
local function load_records(t, after)
  local fields, tags, prefixes = redis.call('HGETALL', t.meta .. 'inv'), {}, {}
  for i = 1, #fields, 2 do
    local sequence, name = struct.unpack(RECORD, fields[i + 1]), string.sub(fields[i], 2)
    if sequence > after then
      if string.byte(fields[i]) == 116 then
        tags[name] = sequence
      else
        local resource = resource_of(name)
        local known = prefixes[resource] or { lengths = {}, newest = 0, seen = {} }
        if not known.seen[#name] then
          known.seen[#name] = true
          known.lengths[#known.lengths + 1] = #name
        end
        known[name] = sequence
        known.newest = math.max(known.newest, sequence)
        prefixes[resource] = known
      end
    end
  end
  return { tags = tags, prefixes = prefixes }
end

-- The newest of the records that cover a member with these tags (joined by \0); 0 where there is none.
local function covered_by(records, member, tags)
  local newest = 0
  if tags then
    for tag in string.gmatch(tags, '[^%z]+') do newest = math.max(newest, records.tags[tag] or 0) end
  end
  local known = records.prefixes[resource_of(member)]
  if not known or known.newest <= newest then return newest end
  local hashed = string.byte(member, string.find(member, ':', 1, true) + 1) == string.byte(HASH_MARKER)
  if hashed then return known.newest end
  for i = 1, #known.lengths do
    newest = math.max(newest, known[string.sub(member, 1, known.lengths[i])] or 0)
  end
  return newest
end

-- Whether a clear or an invalidation on record is newer than what has this sequence.
local function hidden(t, member, sequence, tags)
  if sequence <= t.cleared then return true end
  if sequence > t.inv then return false end
  t.records = t.records or load_records(t, 0)
  return sequence <= covered_by(t.records, member, tags)
end
