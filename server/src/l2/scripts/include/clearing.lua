-- Whatever the tenant has is invisible from this sequence on, which makes older invalidations and leases moot.
local function clear_tenant(t, head)
  t.cleared, t.inv, t.done, t.cold_changed = t.seq, 0, 0, true
  next_message(t)
  save_account(t)
  redis.call('HDEL', t.state, 'pass', 'phase', 'cursor', 'fold')
  redis.call('UNLINK', t.meta .. 'inv')
  publish(t, head, struct.pack('>I6', t.seq))
end
