#!lua flags=allow-oom
-- Makes every entry that a tenant has now invisible, in one step; settling returns the bytes later.
-- KEYS   1 state
-- ARGV   1 channel, 2 bus message up to the sequence
-- RESULT the sequence of this clear
-- @include clock
-- @include account

local t = { state = KEYS[1] }
load_account(t)
t.seq = t.seq + 1
redis.call('HSET', t.state, 'seq', t.seq, 'cleared', t.seq)
redis.call('PUBLISH', ARGV[1], ARGV[2] .. string.format('%.0f', t.seq) .. '}')
return { t.seq }
