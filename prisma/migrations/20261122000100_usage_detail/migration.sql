-- Three more counters, what is counted of each resource, and days that are done with.

ALTER TABLE tenant_cache_counter_parts
  ADD COLUMN stale_served bigint           NOT NULL DEFAULT 0 CHECK (stale_served >= 0),
  ADD COLUMN warnings     bigint           NOT NULL DEFAULT 0 CHECK (warnings >= 0),
  ADD COLUMN load_time_ms double precision NOT NULL DEFAULT 0 CHECK (load_time_ms >= 0);
ALTER TABLE tenant_cache_metrics
  ADD COLUMN stale_served bigint           NOT NULL DEFAULT 0 CHECK (stale_served >= 0),
  ADD COLUMN warnings     bigint           NOT NULL DEFAULT 0 CHECK (warnings >= 0),
  ADD COLUMN load_time_ms double precision NOT NULL DEFAULT 0 CHECK (load_time_ms >= 0);
ALTER TABLE tenant_cache_samples
  ADD COLUMN stale_served bigint           NOT NULL DEFAULT 0 CHECK (stale_served >= 0),
  ADD COLUMN warnings     bigint           NOT NULL DEFAULT 0 CHECK (warnings >= 0),
  ADD COLUMN load_time_ms double precision NOT NULL DEFAULT 0 CHECK (load_time_ms >= 0);

-- When the parts of a day were given up for their sum. A part that comes later is refused: nobody could tell it from one
-- that is in the sum already.
ALTER TABLE tenant_cache_metrics ADD COLUMN folded_at timestamptz(3);
CREATE INDEX tenant_cache_metrics_unfolded_idx ON tenant_cache_metrics (date) WHERE folded_at IS NULL;
-- The fleet's days: page by page in the order of tenants, and the greatest of all.
CREATE INDEX tenant_cache_metrics_date_tenant_id_idx ON tenant_cache_metrics (date, tenant_id);

-- One process's share of a resource of a tenant's UTC day, cumulative and merged by GREATEST as the parts of the day are.
-- Those of a folded day are one row, whose process is 'folded'.
CREATE TABLE tenant_cache_resource_parts (
  tenant_id     text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  date          date             NOT NULL,
  resource      text             NOT NULL CHECK (resource = '(other)' OR resource ~ '^[A-Za-z][A-Za-z0-9_.-]{0,63}$'),
  process_epoch text             NOT NULL CHECK (length(process_epoch) BETWEEN 1 AND 64),
  requests      bigint           NOT NULL DEFAULT 0 CHECK (requests >= 0),
  l1_hits       bigint           NOT NULL DEFAULT 0 CHECK (l1_hits >= 0),
  l2_hits       bigint           NOT NULL DEFAULT 0 CHECK (l2_hits >= 0),
  misses        bigint           NOT NULL DEFAULT 0 CHECK (misses >= 0),
  loads         bigint           NOT NULL DEFAULT 0 CHECK (loads >= 0),
  load_errors   bigint           NOT NULL DEFAULT 0 CHECK (load_errors >= 0),
  writes        bigint           NOT NULL DEFAULT 0 CHECK (writes >= 0),
  bytes_served  bigint           NOT NULL DEFAULT 0 CHECK (bytes_served >= 0),
  bytes_written bigint           NOT NULL DEFAULT 0 CHECK (bytes_written >= 0),
  load_time_ms  double precision NOT NULL DEFAULT 0 CHECK (load_time_ms >= 0),
  PRIMARY KEY (tenant_id, date, resource, process_epoch)
);

ALTER TABLE tenant_cache_resource_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_resource_parts FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON tenant_cache_resource_parts TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON tenant_cache_resource_parts TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE ON tenant_cache_resource_parts TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_cache_resource_parts TO tenantcache_admin;
