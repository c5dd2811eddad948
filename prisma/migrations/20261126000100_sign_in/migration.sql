-- People sign in with a password or with a company account, see their sessions, and staff look at a tenant's pages as it does.

-- A company account has no password here. It is who its issuer says under a subject, and never found by its e-mail.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;
ALTER TABLE users ADD COLUMN oidc_issuer text CHECK (length(oidc_issuer) BETWEEN 1 AND 500);
ALTER TABLE users ADD COLUMN oidc_subject text CHECK (length(oidc_subject) BETWEEN 1 AND 255);
-- Set where the password is one that an admin passed on: it opens nothing but the page where another is chosen.
ALTER TABLE users ADD COLUMN password_expires_at timestamptz(3);
ALTER TABLE users ADD CONSTRAINT users_oidc_key UNIQUE (oidc_issuer, oidc_subject);
ALTER TABLE users ADD CONSTRAINT users_signs_in_one_way CHECK (
  (oidc_issuer IS NULL) = (oidc_subject IS NULL)
  AND (oidc_subject IS NULL) = (password_hash IS NOT NULL)
  AND (password_expires_at IS NULL OR password_hash IS NOT NULL));

-- As its browser called itself at sign-in, in two words.
ALTER TABLE sessions ADD COLUMN browser text CHECK (length(browser) BETWEEN 1 AND 100);
-- Whose pages a member of staff sees with this session, read only, and until when at the latest.
ALTER TABLE sessions ADD COLUMN view_as_tenant_id text REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE sessions ADD COLUMN view_as_until timestamptz(3);
CREATE INDEX sessions_view_as_tenant_id_idx ON sessions (view_as_tenant_id) WHERE view_as_tenant_id IS NOT NULL;

-- What was done to whose account. No foreign key to users: the events outlive the account. `account` is its e-mail.
CREATE TABLE account_events (
  id      bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz(3) NOT NULL DEFAULT now(),
  actor   text           NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
  account text           NOT NULL CHECK (length(account) BETWEEN 3 AND 254),
  action  text           NOT NULL
    CHECK (action IN ('invited', 'linked', 'role', 'password', 'one-time-password', 'sessions-ended', 'removed')),
  detail  text           NOT NULL DEFAULT '' CHECK (length(detail) <= 500)
);

CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER account_events_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON account_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();

ALTER TABLE account_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_events FORCE  ROW LEVEL SECURITY;
-- An event names the actor of its own transaction and nobody else.
CREATE POLICY admin ON account_events TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (actor = current_actor());
GRANT SELECT, INSERT ON account_events TO tenantcache_admin;

-- Staff began or ended to see a tenant's pages as it does.
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_action_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_action_check
  CHECK (action IN ('quota', 'clear', 'fleet', 'reset', 'reconcile', 'alert-rules', 'alert', 'webhook',
                    'tenant', 'invalidate', 'entry', 'api-key', 'shared', 'warming', 'view'));
