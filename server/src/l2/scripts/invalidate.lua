#!lua flags=allow-oom
-- Makes the entries that some scopes cover invisible, in one step; settling returns the bytes later.
-- KEYS   1 state
-- ARGV   1 head of the bus message, 2 head of that of a clear, from 3 fields of records
-- RESULT the sequence of this invalidation, 1 where so many are unfinished that the whole tenant was cleared instead
-- @include clock
-- @include account
-- @include records
-- @include clearing

local MAX_UNFINISHED = 4096
local FOLD_AFTER_MS = 60000

local t = open_tenant(KEYS[1])
t.seq = t.seq + 1
local record, fields, names = struct.pack(RECORD, t.seq, now_ms), {}, {}
for i = 3, #ARGV do
  fields[#fields + 1], fields[#fields + 2] = ARGV[i], record
  names[#names + 1] = struct.pack('>I2', #ARGV[i]) .. ARGV[i]
end
redis.call('HSET', t.meta .. 'inv', unpack(fields))
if redis.call('HLEN', t.meta .. 'inv') > MAX_UNFINISHED then
  clear_tenant(t, ARGV[2])
  return { t.seq, 1 }
end
next_message(t)
t.inv, t.cold_changed = t.seq, true
save_account(t)
redis.call('HSETNX', t.state, 'fold', now_ms + FOLD_AFTER_MS)
publish(t, ARGV[1], struct.pack('>I6', t.seq) .. table.concat(names))
return { t.seq, 0 }
