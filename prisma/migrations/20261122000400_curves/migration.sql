-- What each process sampled of a tenant's requests, for advice: the last state of one process start and stay of the
-- tenant in it, so that a save that comes twice or late changes nothing.
CREATE TABLE tenant_cache_curves (
  tenant_id     text           NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  process_epoch text           NOT NULL CHECK (length(process_epoch) BETWEEN 1 AND 64),
  saved_at      timestamptz(3) NOT NULL,
  -- The sums; what came before `decayedAtMs` in it weighs x 0.9 for each hour.
  sample        jsonb          NOT NULL CHECK (jsonb_typeof(sample) = 'object'),
  PRIMARY KEY (tenant_id, process_epoch)
);
CREATE INDEX tenant_cache_curves_saved_at_idx ON tenant_cache_curves (saved_at);

ALTER TABLE tenant_cache_curves ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_curves FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON tenant_cache_curves TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON tenant_cache_curves TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE ON tenant_cache_curves TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_cache_curves TO tenantcache_admin;
