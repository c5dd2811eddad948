-- What each tenant used in each of its periods, and who looks after what one process should do.

-- Fences of leaders: each new one is greater than all before it.
CREATE SEQUENCE leadership_fences;
GRANT USAGE, UPDATE ON SEQUENCE leadership_fences TO tenantcache_app, tenantcache_admin;

-- `quota_reset_at` is the end of the period under way, which began with the end of the last statement. The day of the
-- month is kept as it was before a short month cut it: from the 31st the 28th of February, and the 31st again in March.
ALTER TABLE tenant_cache_quotas ADD COLUMN reset_day integer CHECK (reset_day BETWEEN 1 AND 31);
CREATE INDEX tenant_cache_quotas_quota_reset_at_idx ON tenant_cache_quotas (quota_reset_at);

-- What the shared store integrated of a tenant's use since `since`, when the account began; another account is another
-- row. Merged by GREATEST. `closed_*` is what of it is in closed statements: the rest is of the period under way.
CREATE TABLE tenant_cache_meters (
  tenant_id              text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  since                  timestamptz(3)   NOT NULL,
  read_at                timestamptz(3)   NOT NULL,
  byte_ms                double precision NOT NULL CHECK (byte_ms >= 0),
  overage_byte_ms        double precision NOT NULL CHECK (overage_byte_ms >= 0),
  peak_bytes             bigint           NOT NULL CHECK (peak_bytes >= 0),
  times_exceeded         bigint           NOT NULL CHECK (times_exceeded >= 0),
  -- The use as of read_at, and the greatest that was read since the last statement.
  used_bytes             bigint           NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
  seen_bytes             bigint           NOT NULL DEFAULT 0 CHECK (seen_bytes >= 0),
  closed_at              timestamptz(3),
  closed_byte_ms         double precision NOT NULL DEFAULT 0 CHECK (closed_byte_ms >= 0),
  closed_overage_byte_ms double precision NOT NULL DEFAULT 0 CHECK (closed_overage_byte_ms >= 0),
  closed_peak_bytes      bigint           NOT NULL DEFAULT 0 CHECK (closed_peak_bytes >= 0),
  closed_times_exceeded  bigint           NOT NULL DEFAULT 0 CHECK (closed_times_exceeded >= 0),
  PRIMARY KEY (tenant_id, since)
);

-- Closed figures. No foreign key to tenants: what was used is owed, also by who has left.
CREATE TABLE tenant_cache_statements (
  tenant_id        text             NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  period_start     timestamptz(3)   NOT NULL,
  period_end       timestamptz(3)   NOT NULL,
  closed_at        timestamptz(3)   NOT NULL DEFAULT now(),
  quota_bytes      bigint           NOT NULL CHECK (quota_bytes >= 0),
  peak_bytes       bigint           NOT NULL CHECK (peak_bytes >= 0),
  byte_ms          double precision NOT NULL CHECK (byte_ms >= 0),
  overage_byte_ms  double precision NOT NULL CHECK (overage_byte_ms >= 0),
  times_exceeded   bigint           NOT NULL CHECK (times_exceeded >= 0),
  requests         bigint           NOT NULL CHECK (requests >= 0),
  bytes_served     bigint           NOT NULL CHECK (bytes_served >= 0),
  bytes_written    bigint           NOT NULL CHECK (bytes_written >= 0),
  PRIMARY KEY (tenant_id, period_start),
  CHECK (period_end > period_start)
);

-- Grants bind the two roles; this binds the owner of the table, too.
CREATE FUNCTION refuse_statement_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'tenant_cache_statements is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER tenant_cache_statements_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON tenant_cache_statements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_statement_change();

ALTER TABLE tenant_cache_meters     ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_meters     FORCE  ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_statements FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON tenant_cache_meters TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON tenant_cache_statements TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON tenant_cache_meters TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON tenant_cache_statements TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT ON tenant_cache_meters, tenant_cache_statements TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_cache_meters TO tenantcache_admin;
GRANT SELECT, INSERT ON tenant_cache_statements TO tenantcache_admin;
