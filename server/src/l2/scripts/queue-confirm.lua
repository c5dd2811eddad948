#!lua flags=allow-oom
-- Notes that the cache of its writer shows an item.
-- KEYS   1 state, 2 newest sequence by entry, 3 sequences not confirmed
-- ARGV   1 entry id, 2 sequence
-- RESULT 1 it is the newest of its entry; 0 it may not be
redis.call('SREM', KEYS[3], ARGV[2])
-- Where none waits, this one was persisted; nothing came after it only if nothing came at all.
local newest = redis.call('HGET', KEYS[2], ARGV[1]) or redis.call('HGET', KEYS[1], 'seq')
return { newest == ARGV[2] and 1 or 0 }
