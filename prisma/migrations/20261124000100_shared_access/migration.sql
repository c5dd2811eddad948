-- Who read what of shared datasets, and how often: one row for each process within an hour, cumulative, merged by GREATEST,
-- so that a repeated flush doubles nothing. Once an hour takes no more parts, one row is made of all its processes', with
-- the process ''. No foreign key to tenants: a tenant unknown to the directory is served, and counted.
CREATE TABLE shared_access (
  tenant_id     text           NOT NULL CHECK (tenant_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
  dataset       text           NOT NULL CHECK (dataset ~ '^[a-z][a-z0-9-]{0,31}$'),
  group_name    text           NOT NULL CHECK (octet_length(group_name) BETWEEN 1 AND 128),
  kind          text           NOT NULL CHECK (kind ~ '^[a-z][A-Za-z0-9]{0,31}$'),
  hour          timestamptz(3) NOT NULL CHECK (mod(extract(epoch FROM hour), 3600) = 0),
  process_epoch text           NOT NULL CHECK (length(process_epoch) <= 64),
  reads         bigint         NOT NULL CHECK (reads >= 0),
  limited       bigint         NOT NULL CHECK (limited >= 0),
  PRIMARY KEY (tenant_id, dataset, hour, group_name, kind, process_epoch)
);
CREATE INDEX shared_access_dataset_hour_idx ON shared_access (dataset, hour);
-- What is still to be made one row of.
CREATE INDEX shared_access_parts_idx ON shared_access (dataset, hour) WHERE process_epoch <> '';

ALTER TABLE shared_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_access FORCE  ROW LEVEL SECURITY;

-- A tenant reads what is known of it, and writes nothing: it is an audit.
CREATE POLICY tenant ON shared_access FOR SELECT TO tenantcache_app USING (tenant_id = current_tenant());
CREATE POLICY admin ON shared_access TO tenantcache_admin
  USING (current_actor() IS NOT NULL) WITH CHECK (current_actor() IS NOT NULL);

GRANT SELECT ON shared_access TO tenantcache_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON shared_access TO tenantcache_admin;

-- What is done to the platform's own data, and to no tenant's.
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_action_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_action_check
  CHECK (action IN ('quota', 'clear', 'fleet', 'reset', 'reconcile', 'alert-rules', 'alert', 'webhook',
                    'tenant', 'invalidate', 'entry', 'api-key', 'shared', 'warming'));
ALTER TABLE quota_changes DROP CONSTRAINT quota_changes_fleet_check;
ALTER TABLE quota_changes ADD CONSTRAINT quota_changes_fleet_check
  CHECK (CASE WHEN action IN ('fleet', 'shared', 'warming') THEN tenant_id IS NULL
              WHEN action IN ('alert', 'webhook') THEN true
              ELSE tenant_id IS NOT NULL END);
