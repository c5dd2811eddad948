-- Two more eviction policies, what holds for all tenants, and what became of each tenant's use.

ALTER TABLE plans DROP CONSTRAINT plans_policy_check;
ALTER TABLE plans ADD CONSTRAINT plans_policy_check CHECK (policy IN ('lru', 'lfu', 'ttl', 'hybrid', 'reject'));
ALTER TABLE tenant_cache_quotas DROP CONSTRAINT tenant_cache_quotas_policy_check;
ALTER TABLE tenant_cache_quotas ADD CONSTRAINT tenant_cache_quotas_policy_check
  CHECK (policy IN ('lru', 'lfu', 'ttl', 'hybrid', 'reject'));

-- One row, which every process reads: it says nothing of any one tenant.
CREATE TABLE fleet_settings (
  id                     boolean        PRIMARY KEY DEFAULT true CHECK (id),
  enforced_percentage    numeric(5, 2)  NOT NULL DEFAULT 100 CHECK (enforced_percentage BETWEEN 0 AND 100),
  enforcement_of_others  text           NOT NULL DEFAULT 'observe' CHECK (enforcement_of_others IN ('off', 'observe', 'soft')),
  shared_store_bypassed  boolean        NOT NULL DEFAULT false,
  version                integer        NOT NULL DEFAULT 1 CHECK (version > 0),
  updated_at             timestamptz(3) NOT NULL DEFAULT now()
);
INSERT INTO fleet_settings DEFAULT VALUES;

-- A change of what holds for all concerns no one tenant; nobody but an admin reads it.
ALTER TABLE quota_changes ALTER COLUMN tenant_id DROP NOT NULL;
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_action_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_action_check
  CHECK (action IN ('quota', 'clear', 'fleet', 'reset', 'reconcile'));
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_fleet_check CHECK ((tenant_id IS NULL) = (action = 'fleet'));

-- Use that passed a threshold, by the clock of the shared store. The key keeps a repeated delivery from doubling a row.
-- No foreign key to tenants: a tenant unknown to the directory is served the default plan, and warned.
CREATE TABLE tenant_cache_crossings (
  tenant_id        text           NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  at               timestamptz(3) NOT NULL,
  from_state       text           NOT NULL CHECK (from_state IN ('ok', 'warning', 'exceeded', 'critical')),
  to_state         text           NOT NULL CHECK (to_state IN ('ok', 'warning', 'exceeded', 'critical')),
  used_bytes       bigint         NOT NULL CHECK (used_bytes >= 0),
  quota_bytes      bigint         NOT NULL CHECK (quota_bytes >= 0),
  hard_limit_bytes bigint         NOT NULL CHECK (hard_limit_bytes >= 0),
  PRIMARY KEY (tenant_id, at, from_state, to_state, used_bytes)
);
CREATE INDEX tenant_cache_crossings_at_idx ON tenant_cache_crossings (at);

ALTER TABLE fleet_settings         ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet_settings         FORCE  ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_crossings ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_crossings FORCE  ROW LEVEL SECURITY;

CREATE POLICY everybody ON fleet_settings FOR SELECT TO tenantcache_app USING (true);
CREATE POLICY admin ON fleet_settings TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY tenant ON tenant_cache_crossings TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON tenant_cache_crossings TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT ON fleet_settings TO tenantcache_app;
-- No INSERT and no DELETE: there is one row, always.
GRANT SELECT, UPDATE ON fleet_settings TO tenantcache_admin;
GRANT SELECT, INSERT ON tenant_cache_crossings TO tenantcache_app;
GRANT SELECT, INSERT, DELETE ON tenant_cache_crossings TO tenantcache_admin;
