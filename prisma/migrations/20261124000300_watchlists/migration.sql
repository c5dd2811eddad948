-- What a tenant watches of a shared dataset, by the names that it gave its lists.
CREATE TABLE watchlists (
  tenant_id  text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  name       text           NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  -- Groups in the tenant's order, each once.
  groups     jsonb          NOT NULL CHECK (jsonb_typeof(groups) = 'array' AND jsonb_array_length(groups) <= 500),
  updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, name)
);

ALTER TABLE watchlists ENABLE ROW LEVEL SECURITY;
ALTER TABLE watchlists FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON watchlists TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON watchlists TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON watchlists TO tenantcache_app, tenantcache_admin;
