-- Whatever the tenant has is invisible from this sequence on, which makes older invalidations and leases moot.
local function clear_tenant(t, head)
  t.cleared = t.seq
  next_message(t)
  redis.call('HSET', t.state, 'seq', t.seq, 'cleared', t.cleared, 'msg', t.msg)
  redis.call('HDEL', t.state, 'inv', 'done', 'pass', 'phase', 'cursor', 'fold')
  redis.call('UNLINK', t.meta .. 'inv')
  publish(t, head, struct.pack('>I6', t.seq))
end
