-- The example's own data. Keys begin with the tenant, so no reference can cross from one tenant to another.

CREATE TABLE portfolios (
  tenant_id     text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  id            text           NOT NULL CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  name          text           NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  base_currency text           NOT NULL DEFAULT 'USDT' CHECK (length(base_currency) BETWEEN 2 AND 10),
  cash          numeric(20, 8) NOT NULL DEFAULT 0 CHECK (cash >= 0),
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE positions (
  tenant_id     text            NOT NULL,
  portfolio_id  text            NOT NULL,
  symbol        text            NOT NULL CHECK (length(symbol) BETWEEN 1 AND 40),
  quantity      numeric(28, 10) NOT NULL,
  average_price numeric(20, 8)  NOT NULL CHECK (average_price >= 0),
  opened_at     timestamptz(3)  NOT NULL DEFAULT now(),
  updated_at    timestamptz(3)  NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, portfolio_id, symbol),
  FOREIGN KEY (tenant_id, portfolio_id) REFERENCES portfolios (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);

ALTER TABLE portfolios ENABLE ROW LEVEL SECURITY;
ALTER TABLE portfolios FORCE  ROW LEVEL SECURITY;
ALTER TABLE positions  ENABLE ROW LEVEL SECURITY;
ALTER TABLE positions  FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON portfolios TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON positions TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON portfolios TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON positions TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON portfolios, positions TO tenantcache_app, tenantcache_admin;
