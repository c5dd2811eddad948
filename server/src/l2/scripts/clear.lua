#!lua flags=allow-oom
-- Makes every entry that a tenant has now invisible, in one step; settling returns the bytes later.
-- KEYS   1 state
-- ARGV   1 head of the bus message
-- RESULT the sequence of this clear
-- @include clock
-- @include account
-- @include clearing

local t = open_tenant(KEYS[1])
t.seq = t.seq + 1
clear_tenant(t, ARGV[1])
return { t.seq }
