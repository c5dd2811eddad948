import 'server-only';
import type { Prisma as PrismaNamespace } from '@tenantcache/database';
import { Prisma } from './database-package';

/** `WITH fleet AS (…)`: every tenant with the quota that holds for it, its own or its plan's, and its last flushed use. */
export function fleetTenants(): PrismaNamespace.Sql {
  return Prisma.sql`
    WITH fleet AS (
      SELECT t.tenant_id AS "tenantId", t.name, t.plan, t.suspended,
        COALESCE(q.quota_mb, p.quota_mb) AS "quotaMb",
        COALESCE(q.overage_allowed, p.overage_allowed) AS "overageAllowed",
        COALESCE(q.overage_limit_mb, p.overage_limit_mb) AS "overageLimitMb",
        COALESCE(q.policy, p.policy) AS policy, COALESCE(q.enforcement, p.enforcement) AS enforcement,
        t.version + COALESCE(q.version, 0) AS version, GREATEST(q.updated_at, t.updated_at) AS "changedAt",
        (${flushedMb()})::float8 AS "usedMb", q.usage_at AS "usageAt"
      FROM tenants t JOIN plans p ON p.name = t.plan
      LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id)`;
}

/** The use of `tenants t` by its row `tenant_cache_quotas q`: a flush writes none of a tenant that uses nothing. */
export function flushedMb(): PrismaNamespace.Sql {
  return Prisma.sql`CASE WHEN q.usage_at IS NOT NULL THEN q.current_usage_mb
    WHEN t.created_at < (SELECT max(usage_at) FROM tenant_cache_quotas) THEN 0 END`;
}

/** The state of a row of it, as the server decides it; `unknown` without any use written. */
export function stateOf(): PrismaNamespace.Sql {
  return Prisma.sql`
    CASE WHEN "usedMb" IS NULL THEN 'unknown'
         WHEN enforcement = 'off' THEN 'ok'
         WHEN "usedMb" > "quotaMb" + CASE WHEN "overageAllowed" THEN "overageLimitMb" ELSE 0 END THEN 'critical'
         WHEN "usedMb" > "quotaMb" THEN 'exceeded'
         WHEN "usedMb" >= 0.8 * "quotaMb" THEN 'warning' ELSE 'ok' END`;
}
