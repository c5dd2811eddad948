-- What a script reads and writes of a stored value: version, sequence, time; then flags, ttl, and what the flags name.
local HEADER = '>BI6I6'
local VERSION = 1
local ENVELOPE_BYTES = 20
local MAX_FLAGS = 63
-- Of the flags, the priority is what stands from here on.
local PRIORITY = 16

-- Sequence and time in the header of a value, ttl + grace in ms, the tags (joined by \0) or nil, and the priority.
local function head_of(value)
  local _, sequence, made_ms, flags, ttl_ms, at = struct.unpack('>BI6I6BI6', value)
  if flags == 0 then return sequence, made_ms, ttl_ms, nil, 0 end
  local grace_ms, tags = 0, nil
  if flags % 2 == 1 then
    grace_ms = struct.unpack('>I6', value, at)
    at = at + 6
  end
  if flags % 4 >= 2 then at = at + 4 end
  if flags % 8 >= 4 then tags = struct.unpack('>I2c0', value, at) end
  return sequence, made_ms, ttl_ms + grace_ms, tags, math.floor(flags / PRIORITY)
end

-- Sequence of the stored entry, 0 where there is none that a reader could read.
local function stored_sequence(t, member)
  local key = t.prefix .. member
  local head = redis.call('GETRANGE', key, 0, ENVELOPE_BYTES - 1)
  if #head < ENVELOPE_BYTES then return 0 end
  local version, sequence, _, flags = struct.unpack(HEADER .. 'B', head)
  if version ~= VERSION or flags > MAX_FLAGS then return 0 end
  if flags > 0 then
    local needed = ENVELOPE_BYTES + (flags % 2) * 6 + (flags % 4 >= 2 and 4 or 0)
    if flags % 8 >= 4 then
      local length = redis.call('GETRANGE', key, needed, needed + 1)
      needed = needed + 2 + (#length == 2 and struct.unpack('>I2', length) or 0)
    end
    if redis.call('STRLEN', key) < needed then return 0 end
  end
  return sequence
end

-- The entry that a reader sees has this sequence; 0 where it sees none. Then the sequence of what it does not see.
local function visible_sequence(t, member)
  local sequence = stored_sequence(t, member)
  if sequence == 0 or (sequence > t.cleared and sequence > t.inv) then return sequence, 0 end
  local tags = t.tagged and redis.call('HGET', t.meta .. 'tags', member) or nil
  if hidden(t, member, sequence, tags) then return 0, sequence end
  return sequence, 0
end
