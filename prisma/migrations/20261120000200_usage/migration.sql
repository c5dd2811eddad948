-- What tenants used. No foreign keys to tenants: a tenant unknown to the directory is served the default plan, and counted.

-- One process's share of a tenant's UTC day, cumulative; merged by GREATEST, so a repeated flush doubles nothing.
CREATE TABLE tenant_cache_counter_parts (
  tenant_id            text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  date                 date             NOT NULL,
  process_epoch        text             NOT NULL CHECK (length(process_epoch) BETWEEN 1 AND 64),
  requests             bigint           NOT NULL DEFAULT 0 CHECK (requests >= 0),
  l1_hits              bigint           NOT NULL DEFAULT 0 CHECK (l1_hits >= 0),
  l2_hits              bigint           NOT NULL DEFAULT 0 CHECK (l2_hits >= 0),
  misses               bigint           NOT NULL DEFAULT 0 CHECK (misses >= 0),
  loads                bigint           NOT NULL DEFAULT 0 CHECK (loads >= 0),
  load_errors          bigint           NOT NULL DEFAULT 0 CHECK (load_errors >= 0),
  writes               bigint           NOT NULL DEFAULT 0 CHECK (writes >= 0),
  evictions            bigint           NOT NULL DEFAULT 0 CHECK (evictions >= 0),
  evicted_bytes        bigint           NOT NULL DEFAULT 0 CHECK (evicted_bytes >= 0),
  expirations          bigint           NOT NULL DEFAULT 0 CHECK (expirations >= 0),
  invalidations        bigint           NOT NULL DEFAULT 0 CHECK (invalidations >= 0),
  rejections           bigint           NOT NULL DEFAULT 0 CHECK (rejections >= 0),
  bytes_served         bigint           NOT NULL DEFAULT 0 CHECK (bytes_served >= 0),
  bytes_written        bigint           NOT NULL DEFAULT 0 CHECK (bytes_written >= 0),
  response_time_ms     double precision NOT NULL DEFAULT 0 CHECK (response_time_ms >= 0),
  PRIMARY KEY (tenant_id, date, process_epoch)
);

-- The sum of the day's parts.
CREATE TABLE tenant_cache_metrics (
  tenant_id            text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  date                 date             NOT NULL,
  requests             bigint           NOT NULL DEFAULT 0 CHECK (requests >= 0),
  l1_hits              bigint           NOT NULL DEFAULT 0 CHECK (l1_hits >= 0),
  l2_hits              bigint           NOT NULL DEFAULT 0 CHECK (l2_hits >= 0),
  misses               bigint           NOT NULL DEFAULT 0 CHECK (misses >= 0),
  loads                bigint           NOT NULL DEFAULT 0 CHECK (loads >= 0),
  load_errors          bigint           NOT NULL DEFAULT 0 CHECK (load_errors >= 0),
  writes               bigint           NOT NULL DEFAULT 0 CHECK (writes >= 0),
  evictions            bigint           NOT NULL DEFAULT 0 CHECK (evictions >= 0),
  evicted_bytes        bigint           NOT NULL DEFAULT 0 CHECK (evicted_bytes >= 0),
  expirations          bigint           NOT NULL DEFAULT 0 CHECK (expirations >= 0),
  invalidations        bigint           NOT NULL DEFAULT 0 CHECK (invalidations >= 0),
  rejections           bigint           NOT NULL DEFAULT 0 CHECK (rejections >= 0),
  total_bytes_served   bigint           NOT NULL DEFAULT 0 CHECK (total_bytes_served >= 0),
  total_bytes_written  bigint           NOT NULL DEFAULT 0 CHECK (total_bytes_written >= 0),
  response_time_ms     double precision NOT NULL DEFAULT 0 CHECK (response_time_ms >= 0),
  hit_rate             double precision GENERATED ALWAYS AS ((l1_hits + l2_hits)::double precision / NULLIF(requests, 0)) STORED,
  avg_response_time_ms double precision GENERATED ALWAYS AS (response_time_ms / NULLIF(requests, 0)) STORED,
  updated_at           timestamptz(3)   NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, date)
);

-- One process's share of a tenant's sample bucket. Counters are merged by GREATEST; of the gauges the last write stays.
CREATE TABLE tenant_cache_samples (
  tenant_id            text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  bucket_start         timestamptz(3)   NOT NULL,
  process_epoch        text             NOT NULL CHECK (length(process_epoch) BETWEEN 1 AND 64),
  bucket_ms            integer          NOT NULL CHECK (bucket_ms > 0),
  requests             bigint           NOT NULL DEFAULT 0 CHECK (requests >= 0),
  l1_hits              bigint           NOT NULL DEFAULT 0 CHECK (l1_hits >= 0),
  l2_hits              bigint           NOT NULL DEFAULT 0 CHECK (l2_hits >= 0),
  misses               bigint           NOT NULL DEFAULT 0 CHECK (misses >= 0),
  loads                bigint           NOT NULL DEFAULT 0 CHECK (loads >= 0),
  load_errors          bigint           NOT NULL DEFAULT 0 CHECK (load_errors >= 0),
  writes               bigint           NOT NULL DEFAULT 0 CHECK (writes >= 0),
  evictions            bigint           NOT NULL DEFAULT 0 CHECK (evictions >= 0),
  evicted_bytes        bigint           NOT NULL DEFAULT 0 CHECK (evicted_bytes >= 0),
  expirations          bigint           NOT NULL DEFAULT 0 CHECK (expirations >= 0),
  invalidations        bigint           NOT NULL DEFAULT 0 CHECK (invalidations >= 0),
  rejections           bigint           NOT NULL DEFAULT 0 CHECK (rejections >= 0),
  bytes_served         bigint           NOT NULL DEFAULT 0 CHECK (bytes_served >= 0),
  bytes_written        bigint           NOT NULL DEFAULT 0 CHECK (bytes_written >= 0),
  response_time_ms     double precision NOT NULL DEFAULT 0 CHECK (response_time_ms >= 0),
  used_bytes           bigint           NOT NULL CHECK (used_bytes >= 0),
  entries              bigint           NOT NULL CHECK (entries >= 0),
  quota_bytes          bigint           NOT NULL CHECK (quota_bytes >= 0),
  hard_limit_bytes     bigint           NOT NULL CHECK (hard_limit_bytes >= 0),
  PRIMARY KEY (tenant_id, bucket_start, process_epoch)
);
CREATE INDEX tenant_cache_samples_bucket_start_idx ON tenant_cache_samples (bucket_start);

ALTER TABLE tenant_cache_counter_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_counter_parts FORCE  ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_metrics       ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_metrics       FORCE  ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_samples       ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_samples       FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON tenant_cache_counter_parts TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON tenant_cache_metrics TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON tenant_cache_samples TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON tenant_cache_counter_parts TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON tenant_cache_metrics TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON tenant_cache_samples TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE ON tenant_cache_counter_parts, tenant_cache_metrics, tenant_cache_samples TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_cache_counter_parts, tenant_cache_metrics, tenant_cache_samples TO tenantcache_admin;
