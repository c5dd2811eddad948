-- Plans, tenants, their quotas, and the audit of every change.

-- Rights go to two group roles without sign-in; each database has its own sign-in roles that are members of them.
DO $$
BEGIN
  IF to_regrole('tenantcache_app') IS NULL OR to_regrole('tenantcache_admin') IS NULL THEN
    RAISE EXCEPTION 'The roles tenantcache_app and tenantcache_admin are missing.'
      USING HINT = 'Run provision() first, or have them created: docs/features/database.md, section Roles.';
  END IF;
END $$;

GRANT USAGE ON SCHEMA public TO tenantcache_app, tenantcache_admin;

-- The tenant of this transaction. After a transaction the setting is '' and not NULL, hence NULLIF: '' is no tenant.
CREATE FUNCTION current_tenant() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.tenant_id', true), '');

-- Who acts in this transaction. Without an actor the admin role reaches no row either.
CREATE FUNCTION current_actor() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.actor', true), '');

CREATE TABLE plans (
  name            text    PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
  quota_mb        integer NOT NULL CHECK (quota_mb > 0),
  overage_allowed boolean NOT NULL DEFAULT false,
  overage_limit_mb integer NOT NULL DEFAULT 0 CHECK (overage_limit_mb >= 0),
  policy          text    NOT NULL DEFAULT 'lru'  CHECK (policy IN ('lru', 'ttl', 'reject')),
  enforcement     text    NOT NULL DEFAULT 'hard' CHECK (enforcement IN ('off', 'observe', 'soft', 'hard')),
  is_default      boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX plans_one_default ON plans (is_default) WHERE is_default;

CREATE TABLE tenants (
  tenant_id  text        PRIMARY KEY CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  plan       text        NOT NULL REFERENCES plans (name) ON UPDATE CASCADE ON DELETE RESTRICT,
  suspended  boolean     NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX tenants_plan_idx ON tenants (plan);

CREATE TABLE tenant_cache_quotas (
  tenant_id        text           PRIMARY KEY REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  quota_mb         integer        NOT NULL CHECK (quota_mb > 0),
  current_usage_mb numeric(20, 6) NOT NULL DEFAULT 0 CHECK (current_usage_mb >= 0),
  usage_at         timestamptz(3),
  quota_reset_at   timestamptz(3) NOT NULL DEFAULT ((date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'),
  overage_allowed  boolean        NOT NULL DEFAULT false,
  overage_limit_mb integer        NOT NULL DEFAULT 0 CHECK (overage_limit_mb >= 0),
  policy           text           NOT NULL DEFAULT 'lru'  CHECK (policy IN ('lru', 'ttl', 'reject')),
  enforcement      text           NOT NULL DEFAULT 'hard' CHECK (enforcement IN ('off', 'observe', 'soft', 'hard')),
  version          integer        NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now()
);

-- No foreign key to tenants: the audit outlives its tenant.
CREATE TABLE quota_changes (
  id           bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id    text           NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  at           timestamptz(3) NOT NULL DEFAULT now(),
  actor        text           NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
  on_behalf_of text           CHECK (length(on_behalf_of) BETWEEN 1 AND 200),
  source       text           NOT NULL CHECK (source IN ('api', 'dashboard', 'system')),
  ip           inet,
  action       text           NOT NULL CHECK (action IN ('quota', 'clear')),
  before       jsonb,
  after        jsonb,
  reason       text           NOT NULL CHECK (length(reason) BETWEEN 3 AND 500)
);
CREATE INDEX quota_changes_tenant_id_id_idx ON quota_changes (tenant_id, id DESC);
CREATE INDEX quota_changes_actor_id_idx ON quota_changes (actor, id DESC);

-- Grants bind the two roles; this binds the owner of the table, too.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'quota_changes is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER quota_changes_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON quota_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

ALTER TABLE tenants             ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants             FORCE  ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_quotas ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_cache_quotas FORCE  ROW LEVEL SECURITY;
ALTER TABLE quota_changes       ENABLE ROW LEVEL SECURITY;
ALTER TABLE quota_changes       FORCE  ROW LEVEL SECURITY;

CREATE POLICY tenant ON tenants TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON tenant_cache_quotas TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY tenant ON quota_changes TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());

CREATE POLICY admin ON tenants TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON tenant_cache_quotas TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
-- An audit row names the actor of its own transaction and nobody else.
CREATE POLICY admin ON quota_changes TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (actor = current_actor());

GRANT SELECT ON plans, tenants, tenant_cache_quotas, quota_changes TO tenantcache_app;
-- What a flush writes without an admin connection; never the quota itself.
GRANT UPDATE (current_usage_mb, usage_at) ON tenant_cache_quotas TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plans, tenants, tenant_cache_quotas TO tenantcache_admin;
GRANT SELECT, INSERT ON quota_changes TO tenantcache_admin;
