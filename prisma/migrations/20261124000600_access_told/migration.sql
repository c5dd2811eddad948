-- Up to which state of a tenant's access the caches were told. It is another one than the present where whoever changed access
-- died before saying so, could not say it, or was no program that says it. NULL, as in all rows that are there: not known.
ALTER TABLE access_versions ADD COLUMN told bigint;
GRANT UPDATE (told) ON access_versions TO tenantcache_app, tenantcache_admin;

-- The tenants whose caches have not been told of a change for so long, oldest first. Of all tenants, and so with the owner's
-- rights: it names tenants and numbers, and nothing of what they hold.
CREATE FUNCTION untold_access(for_ms integer)
  RETURNS TABLE (tenant_id text, version bigint)
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM set_config('app.access_view', 'on', true);
  RETURN QUERY
    SELECT v.tenant_id, v.version FROM public.access_versions v
     WHERE v.told IS DISTINCT FROM v.version AND v.changed_at < clock_timestamp() - make_interval(secs => for_ms / 1000.0)
     ORDER BY v.changed_at LIMIT 1000;
  PERFORM set_config('app.access_view', '', true);
END $$;
REVOKE ALL ON FUNCTION untold_access(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION untold_access(integer) TO tenantcache_app, tenantcache_admin;
