-- API keys of tenants: of each its SHA-256 and a prefix to recognise it by, never the key.
CREATE TABLE api_keys (
  key_id     uuid           PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id  text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  name       text           NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  prefix     text           NOT NULL CHECK (length(prefix) = 12),
  digest     text           NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
  scopes     jsonb          NOT NULL CHECK (jsonb_typeof(scopes) = 'array'),
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  created_by text           NOT NULL CHECK (length(created_by) BETWEEN 1 AND 200),
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX api_keys_tenant_id_created_at_idx ON api_keys (tenant_id, created_at DESC);

-- When each key was last used. It names no tenant, so that a process may write it down for the keys of many at once; no
-- foreign key either, for one key that was removed meanwhile would stop the others' times.
CREATE TABLE api_key_uses (
  key_id  uuid           PRIMARY KEY,
  used_at timestamptz(3) NOT NULL
);

-- Keys that were changed or removed, for whoever remembers one. `xid` is the transaction that did it: those below the
-- oldest one under way have all ended, so a reader that goes on from there misses none, in whatever order they commit.
CREATE TABLE api_key_changes (
  id     bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_id uuid           NOT NULL,
  xid    bigint         NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
  at     timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX api_key_changes_xid_idx ON api_key_changes (xid);

-- By whatever way a key is changed, a tenant's removal included. Not SECURITY DEFINER: who may change keys may tell so.
CREATE FUNCTION tell_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_key_changes (key_id) VALUES (OLD.key_id);
  IF TG_OP = 'DELETE' THEN
    DELETE FROM api_key_uses WHERE key_id = OLD.key_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER api_keys_changed AFTER UPDATE OR DELETE ON api_keys
  FOR EACH ROW EXECUTE FUNCTION tell_api_key_change();

ALTER TABLE api_keys        ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys        FORCE  ROW LEVEL SECURITY;
-- Not forced on these two: where a tenant's removal takes its keys along, Postgres 18 runs the trigger as their owner.
ALTER TABLE api_key_uses    ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key_changes ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON api_keys TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
-- Before a request is authenticated no tenant is known. Who shows a digest sees the one row that has it, and no other.
CREATE POLICY holder ON api_keys FOR SELECT TO tenantcache_app
  USING (digest = NULLIF(current_setting('app.api_key_digest', true), ''));
CREATE POLICY admin ON api_keys TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
-- Ids without a tenant, and times: they say nothing of anybody.
CREATE POLICY everybody ON api_key_uses TO tenantcache_app USING (true) WITH CHECK (true);
CREATE POLICY everybody ON api_key_changes FOR SELECT TO tenantcache_app USING (true);
CREATE POLICY admin ON api_key_uses TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON api_key_changes TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT ON api_keys, api_key_changes TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE ON api_key_uses TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys, api_key_uses, api_key_changes TO tenantcache_admin;

-- The key with a digest. Its rights are the caller's, not the owner's: row level security shows it what `holder` lets
-- through. The setting is gone when it returns, and where
-- it fails with the transaction.
CREATE FUNCTION api_key_by_digest(wanted text)
  RETURNS TABLE (key_id text, tenant_id text, name text, prefix text, scopes jsonb, created_at timestamptz,
                 created_by text, expires_at timestamptz, revoked_at timestamptz, used_at timestamptz)
  LANGUAGE plpgsql SECURITY INVOKER
  SET search_path = pg_catalog, public
AS $$
BEGIN
  PERFORM set_config('app.api_key_digest', wanted, true);
  RETURN QUERY
    SELECT k.key_id::text, k.tenant_id, k.name, k.prefix, k.scopes, k.created_at, k.created_by, k.expires_at,
           k.revoked_at, u.used_at
      FROM public.api_keys k LEFT JOIN public.api_key_uses u ON u.key_id = k.key_id
     WHERE k.digest = wanted;
  PERFORM set_config('app.api_key_digest', '', true);
END $$;
REVOKE ALL ON FUNCTION api_key_by_digest(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_key_by_digest(text) TO tenantcache_app;
