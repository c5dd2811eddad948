-- Requests that were sent with an Idempotency-Key, for a day. Neither the key nor who sent it is kept: `id` is a hash of both.
CREATE TABLE idempotency_keys (
  id           text           PRIMARY KEY CHECK (id ~ '^[0-9a-f]{64}$'),
  fingerprint  text           NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  -- Of who runs it: an outcome under another's is not kept.
  token        uuid           NOT NULL,
  locked_until timestamptz(3) NOT NULL,
  expires_at   timestamptz(3) NOT NULL,
  -- Null while it runs.
  answer       jsonb          CHECK (jsonb_typeof(answer) = 'object')
);
CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE  ROW LEVEL SECURITY;

-- Answers of the admin API: no tenant reads them.
CREATE POLICY admin ON idempotency_keys TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO tenantcache_admin;
