-- Who signs in to the dashboard. The app role has no right here at all: sign-in goes through asAdmin.

CREATE TABLE users (
  id              uuid           PRIMARY KEY DEFAULT gen_random_uuid(),
  email           text           NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  name            text           NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  role            text           NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'tenant_admin', 'tenant_viewer')),
  tenant_id       text           REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  password_hash   text           NOT NULL,
  failed_attempts integer        NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
  locked_until    timestamptz(3),
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  -- Staff without a tenant and tenant users with one: a tenant user whose tenant is lost must not become staff.
  CONSTRAINT users_role_fits_tenant CHECK ((role IN ('tenant_admin', 'tenant_viewer')) = (tenant_id IS NOT NULL))
);
CREATE INDEX users_tenant_id_idx ON users (tenant_id);

CREATE TABLE sessions (
  id_hash      text           PRIMARY KEY CHECK (id_hash ~ '^[0-9a-f]{64}$'),
  user_id      uuid           NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  expires_at   timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at   timestamptz(3)
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);

ALTER TABLE users    ENABLE ROW LEVEL SECURITY;
ALTER TABLE users    FORCE  ROW LEVEL SECURITY;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE  ROW LEVEL SECURITY;

CREATE POLICY admin ON users TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY admin ON sessions TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions TO tenantcache_admin;
