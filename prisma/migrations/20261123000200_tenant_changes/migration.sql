-- Tenants that are made, changed and deleted while everything runs.

-- Counts what was changed of the tenant itself. What a reader compares is the sum of this and the version of its quota, so
-- that it grows by one with each change of either.
ALTER TABLE tenants ADD COLUMN version integer NOT NULL DEFAULT 0 CHECK (version >= 0);

-- With a tenant its alerts go. The audit and the closed statements stay: nobody has a right to delete those.
GRANT DELETE ON alerts TO tenantcache_admin;
