-- What the admin API also changes, or shows that is not for every eye.
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_action_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_action_check
  CHECK (action IN ('quota', 'clear', 'fleet', 'reset', 'reconcile', 'alert-rules', 'alert', 'webhook',
                    'tenant', 'invalidate', 'entry', 'api-key'));
CREATE INDEX quota_changes_at_idx ON quota_changes (at DESC);
