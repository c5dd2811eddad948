-- What the example's tenants traded, and signals that were computed for them. Amounts are numeric, never floats.

CREATE TABLE trades (
  tenant_id    text            NOT NULL,
  -- Chosen by the client, so that a trade which is sent twice is one.
  id           text            NOT NULL CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  portfolio_id text            NOT NULL,
  symbol       text            NOT NULL CHECK (length(symbol) BETWEEN 1 AND 40),
  side         text            NOT NULL CHECK (side IN ('buy', 'sell')),
  quantity     numeric(28, 10) NOT NULL CHECK (quantity > 0 AND quantity < 'Infinity'),
  price        numeric(20, 8)  NOT NULL CHECK (price > 0 AND price < 'Infinity'),
  at           timestamptz(3)  NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, portfolio_id) REFERENCES portfolios (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
-- Pages of a portfolio, newest first, go on from the last trade that was seen.
CREATE INDEX trades_tenant_id_portfolio_id_at_id_idx ON trades (tenant_id, portfolio_id, at DESC, id DESC);

CREATE TABLE signals (
  tenant_id   text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  symbol      text           NOT NULL CHECK (length(symbol) BETWEEN 1 AND 40),
  timeframe   text           NOT NULL CHECK (timeframe IN ('1m', '5m', '15m', '1h', '4h', '1d')),
  kind        text           NOT NULL CHECK (kind ~ '^[a-z][a-z-]{0,31}$'),
  -- From -1 (sell) to 1 (buy).
  strength    numeric(5, 4)  NOT NULL CHECK (strength BETWEEN -1 AND 1),
  computed_at timestamptz(3) NOT NULL,
  valid_until timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, symbol, timeframe, kind),
  CHECK (valid_until > computed_at)
);

ALTER TABLE trades  ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades  FORCE  ROW LEVEL SECURITY;
ALTER TABLE signals ENABLE ROW LEVEL SECURITY;
ALTER TABLE signals FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON trades TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON signals TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON trades TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON signals TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

-- A trade is a fact: the app adds some, and changes none.
GRANT SELECT, INSERT ON trades TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON signals TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON trades, signals TO tenantcache_admin;
