-- Who may do what in a tenant of the example. Keys begin with the tenant, so no reference can cross from one to another.

-- Users of a tenant, by the `sub` of their tokens. They have nothing to do with `users`, who sign in to the dashboard.
CREATE TABLE members (
  tenant_id  text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  id         text           NOT NULL CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9_.@|:+-]{0,127}$'),
  name       text           NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  active     boolean        NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE teams (
  tenant_id  text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  id         text           NOT NULL CHECK (id ~ '^[a-z][a-z0-9-]{0,63}$'),
  name       text           NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE roles (
  tenant_id  text           NOT NULL REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  id         text           NOT NULL CHECK (id ~ '^[a-z][a-z0-9-]{0,63}$'),
  name       text           NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

-- One effect per action and object of a role: a role that both allows and denies the same thing says nothing. Actions and
-- objects are those of the authorisation cache; the object '*' is any.
CREATE TABLE role_permissions (
  tenant_id text NOT NULL,
  role_id   text NOT NULL,
  action    text NOT NULL CHECK (action ~ '^(\*|([A-Za-z][A-Za-z0-9_-]{0,63}:){0,3}([A-Za-z][A-Za-z0-9_-]{0,63}|\*))$'),
  object    text NOT NULL DEFAULT '*' CHECK (length(object) <= 512
                                             AND object ~ '^(\*|([A-Za-z0-9_~@:+=.-]{1,255}/){0,7}([A-Za-z0-9_~@:+=.-]{1,255}|\*))$'
                                             AND object !~ '(^|/)\.{1,2}(/|$)'),
  effect    text NOT NULL DEFAULT 'allow' CHECK (effect IN ('allow', 'deny')),
  PRIMARY KEY (tenant_id, role_id, action, object),
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);

CREATE TABLE team_members (
  tenant_id text NOT NULL,
  member_id text NOT NULL,
  team_id   text NOT NULL,
  PRIMARY KEY (tenant_id, member_id, team_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX team_members_tenant_id_team_id_idx ON team_members (tenant_id, team_id);

CREATE TABLE member_roles (
  tenant_id text NOT NULL,
  member_id text NOT NULL,
  role_id   text NOT NULL,
  PRIMARY KEY (tenant_id, member_id, role_id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES members (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX member_roles_tenant_id_role_id_idx ON member_roles (tenant_id, role_id);

CREATE TABLE team_roles (
  tenant_id text NOT NULL,
  team_id   text NOT NULL,
  role_id   text NOT NULL,
  PRIMARY KEY (tenant_id, team_id, role_id),
  FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX team_roles_tenant_id_role_id_idx ON team_roles (tenant_id, role_id);

-- Which state of a tenant's access is the present one. A number is used once, also for a tenant that is deleted and made
-- anew, so equal numbers are the same state.
CREATE SEQUENCE access_version_numbers AS bigint;
CREATE TABLE access_versions (
  tenant_id  text           PRIMARY KEY REFERENCES tenants (tenant_id) ON UPDATE CASCADE ON DELETE CASCADE,
  version    bigint         NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- By whatever way access is changed, a tenant's removal included. SECURITY DEFINER: who may change access may not say
-- that nothing was changed.
CREATE FUNCTION tell_access_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('app.access_view', 'on', true);
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.access_versions (tenant_id, version)
      SELECT t.tenant_id, nextval('public.access_version_numbers')
        FROM (SELECT DISTINCT c.tenant_id FROM changed c ORDER BY c.tenant_id) t
      ON CONFLICT (tenant_id) DO UPDATE SET version = EXCLUDED.version, changed_at = clock_timestamp();
  -- From here on no INSERT: what is changed or removed was inserted before, and a tenant on its way out gets no new row.
  ELSIF TG_OP = 'UPDATE' THEN
    UPDATE public.access_versions v SET version = nextval('public.access_version_numbers'), changed_at = clock_timestamp()
     WHERE v.tenant_id IN (SELECT c.tenant_id FROM changed c UNION ALL SELECT b.tenant_id FROM became b);
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE public.access_versions v SET version = nextval('public.access_version_numbers'), changed_at = clock_timestamp()
     WHERE v.tenant_id IN (SELECT c.tenant_id FROM changed c);
  ELSE
    UPDATE public.access_versions SET version = nextval('public.access_version_numbers'), changed_at = clock_timestamp();
  END IF;
  PERFORM set_config('app.access_view', '', true);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tell_access_change() FROM PUBLIC;

DO $$
DECLARE
  tab text;
BEGIN
  FOREACH tab IN ARRAY ARRAY['members', 'teams', 'roles', 'role_permissions', 'team_members', 'member_roles', 'team_roles'] LOOP
    EXECUTE format('CREATE TRIGGER access_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
                    FOR EACH STATEMENT EXECUTE FUNCTION tell_access_change()', tab);
    EXECUTE format('CREATE TRIGGER access_updated AFTER UPDATE ON %I REFERENCING OLD TABLE AS changed NEW TABLE AS became
                    FOR EACH STATEMENT EXECUTE FUNCTION tell_access_change()', tab);
    EXECUTE format('CREATE TRIGGER access_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
                    FOR EACH STATEMENT EXECUTE FUNCTION tell_access_change()', tab);
    EXECUTE format('CREATE TRIGGER access_truncated AFTER TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION tell_access_change()', tab);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
    EXECUTE format('CREATE POLICY tenant ON %I TO tenantcache_app
                    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', tab);
    EXECUTE format('CREATE POLICY admin ON %I TO tenantcache_admin
                    USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL)', tab);
    -- The owner sees all tenants while it makes the view anew, and at no other time. The setting opens nothing to others.
    EXECUTE format('CREATE POLICY view ON %I FOR SELECT TO CURRENT_USER
                    USING (current_setting(''app.access_view'', true) = ''on'')', tab);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tenantcache_app, tenantcache_admin', tab);
  END LOOP;
END $$;

ALTER TABLE access_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_versions FORCE  ROW LEVEL SECURITY;
CREATE POLICY tenant ON access_versions TO tenantcache_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY admin ON access_versions TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);
CREATE POLICY view ON access_versions TO CURRENT_USER
  USING (current_setting('app.access_view', true) = 'on')
  WITH CHECK (current_setting('app.access_view', true) = 'on');
-- UPDATE of nothing but the time: it is what SELECT … FOR UPDATE asks for, so that changes of a tenant follow one another.
GRANT SELECT, UPDATE (changed_at) ON access_versions TO tenantcache_app, tenantcache_admin;

-- The one place that says what a member may do: its own roles and those of its teams, and of each role what it says.
-- Who is not active has no row. With the caller's rights, so row level security holds. Grouped for all tenants at once,
-- which takes a third of the time that a subquery for each member takes; for one member the planner goes by the keys.
CREATE VIEW live_permissions WITH (security_invoker = true) AS
  WITH held AS (
    SELECT mr.tenant_id, mr.member_id, mr.role_id FROM member_roles mr
    UNION
    SELECT tm.tenant_id, tm.member_id, tr.role_id FROM team_members tm JOIN team_roles tr USING (tenant_id, team_id)
  ), said AS (
    SELECT p.tenant_id, p.role_id,
           jsonb_agg(jsonb_strip_nulls(jsonb_build_object('action', p.action, 'object', nullif(p.object, '*'),
                                                          'effect', p.effect))
                     ORDER BY p.action, p.object) AS permissions
      FROM role_permissions p GROUP BY p.tenant_id, p.role_id
  ), by_role AS (
    SELECT h.tenant_id, h.member_id, array_agg(h.role_id ORDER BY h.role_id) AS roles,
           jsonb_object_agg(h.role_id, coalesce(s.permissions, '[]')) AS permissions
      FROM held h LEFT JOIN said s USING (tenant_id, role_id) GROUP BY h.tenant_id, h.member_id
  ), by_team AS (
    SELECT tm.tenant_id, tm.member_id, array_agg(tm.team_id ORDER BY tm.team_id) AS teams
      FROM team_members tm GROUP BY tm.tenant_id, tm.member_id
  )
  SELECT m.tenant_id, m.id AS member_id, coalesce(r.roles, '{}') AS roles, coalesce(t.teams, '{}') AS teams,
         coalesce(r.permissions, '{}') AS permissions
    FROM members m
    LEFT JOIN by_role r ON r.tenant_id = m.tenant_id AND r.member_id = m.id
    LEFT JOIN by_team t ON t.tenant_id = m.tenant_id AND t.member_id = m.id
   WHERE m.active;
GRANT SELECT ON live_permissions TO tenantcache_app, tenantcache_admin;

-- The same, made ahead. The row of a tenant whose member is '' has the version of the tenant's other rows; the unique index
-- lets it be made anew beside its readers. Nobody has a right on it: row level security does not reach a materialised view.
CREATE MATERIALIZED VIEW effective_permissions AS
  SELECT tenant_id, '' AS member_id, version AS access_version, NULL::text[] AS roles, NULL::text[] AS teams,
         NULL::jsonb AS permissions
    FROM access_versions
  UNION ALL
  SELECT tenant_id, member_id, NULL, roles, teams, permissions FROM live_permissions;
CREATE UNIQUE INDEX effective_permissions_key ON effective_permissions (tenant_id, member_id);
REVOKE ALL ON effective_permissions FROM PUBLIC;

-- What the view has of one member of the transaction's tenant, with the version it is of; no row where it has nothing of
-- the tenant. Its rights are the owner's, so it filters by itself and leaves nothing to the caller.
CREATE FUNCTION viewed_permissions(member text)
  RETURNS TABLE (access_version bigint, roles text[], teams text[], permissions jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
  SELECT t.access_version, p.roles, p.teams, p.permissions
    FROM public.effective_permissions t
    LEFT JOIN public.effective_permissions p
      ON p.tenant_id = t.tenant_id AND p.member_id = viewed_permissions.member
   WHERE t.tenant_id = public.current_tenant() AND t.member_id = '';
$$;
REVOKE ALL ON FUNCTION viewed_permissions(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION viewed_permissions(text) TO tenantcache_app;

-- What a member may do, as of now: from the view where that is of the tenant's present version, else from the tables.
-- STABLE: the version, the view and the tables are read in the one snapshot of the calling statement. No row where the
-- tenant has no such member, or it is not active. `permissions` is a list of { action, object?, effect }.
CREATE FUNCTION member_permissions(member text)
  RETURNS TABLE (roles text[], teams text[], permissions jsonb, source text)
  LANGUAGE plpgsql STABLE SECURITY INVOKER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  present bigint;
  held  record;
BEGIN
  SELECT v.version INTO present FROM public.access_versions v WHERE v.tenant_id = public.current_tenant();
  SELECT * INTO held FROM public.viewed_permissions(member);
  source := 'view';
  IF held.access_version IS DISTINCT FROM present OR present IS NULL THEN
    SELECT l.roles, l.teams, l.permissions INTO held
      FROM public.live_permissions l WHERE l.tenant_id = public.current_tenant() AND l.member_id = member;
    source := 'tables';
  END IF;
  IF held.roles IS NULL THEN
    RETURN;
  END IF;
  roles := held.roles;
  teams := held.teams;
  permissions := coalesce((SELECT jsonb_agg(DISTINCT entry)
                             FROM jsonb_each(held.permissions) of_role, jsonb_array_elements(of_role.value) entry), '[]');
  RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION member_permissions(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION member_permissions(text) TO tenantcache_app;

-- Makes the view anew beside its readers, where a tenant has changed since: `refreshed`, else `fresh`. One at a time:
-- `running` says that another does it, which may have begun before the caller's change.
CREATE FUNCTION refresh_effective_permissions() RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(72707372, 0) THEN
    RETURN 'running';
  END IF;
  PERFORM set_config('app.access_view', 'on', true);
  IF NOT EXISTS (
    SELECT FROM public.access_versions v
      FULL JOIN (SELECT e.tenant_id, e.access_version FROM public.effective_permissions e WHERE e.member_id = '') e
        ON e.tenant_id = v.tenant_id
     WHERE v.version IS DISTINCT FROM e.access_version) THEN
    PERFORM set_config('app.access_view', '', true);
    RETURN 'fresh';
  END IF;
  REFRESH MATERIALIZED VIEW CONCURRENTLY public.effective_permissions;
  PERFORM set_config('app.access_view', '', true);
  RETURN 'refreshed';
END $$;
REVOKE ALL ON FUNCTION refresh_effective_permissions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_effective_permissions() TO tenantcache_app, tenantcache_admin;
