import { Prisma, type Tx } from '@tenantcache/database';
import type { Page, TenantQuery, TenantRecord } from '../core/directory.js';
import type { Enforcement, EvictionPolicy, TenantSettings } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import { bytesOf } from './mebibytes.js';

interface TenantRow {
  tenant_id: string;
  name: string | null;
  plan: string;
  quota_mb: number;
  overage_allowed: boolean;
  overage_limit_mb: number;
  policy: EvictionPolicy;
  enforcement: Enforcement;
  suspended: boolean | null;
  version: number | null;
  changed_at_ms: number | null;
}

/** A tenant without a quota row has its plan's quota. */
const COLUMNS = Prisma.sql`
  t.name, p.name AS plan,
  COALESCE(q.quota_mb, p.quota_mb) AS quota_mb,
  COALESCE(q.overage_allowed, p.overage_allowed) AS overage_allowed,
  COALESCE(q.overage_limit_mb, p.overage_limit_mb) AS overage_limit_mb,
  COALESCE(q.policy, p.policy) AS policy,
  COALESCE(q.enforcement, p.enforcement) AS enforcement,
  t.suspended, t.version + COALESCE(q.version, 0) AS version,
  extract(epoch FROM GREATEST(q.updated_at, t.updated_at))::float8 * 1000 AS changed_at_ms`;

/** The record of one tenant: its own where the directory knows it, else the default plan's. Undefined without a default plan. */
export async function findTenant(tx: Tx, tenant: TenantId): Promise<TenantRecord | undefined> {
  const rows = await tx.$queryRaw<TenantRow[]>`
    SELECT ${tenant} AS tenant_id, ${COLUMNS}
      FROM plans p
      LEFT JOIN tenants t ON t.tenant_id = ${tenant}
      LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
     WHERE p.name = t.plan OR (t.plan IS NULL AND p.is_default)`;
  return rows[0] && record(rows[0]);
}

/** Of those of them that are on this plan. */
export async function findTenantsOn(tx: Tx, plan: string, tenants: readonly TenantId[]): Promise<TenantRecord[]> {
  const rows = await tx.$queryRaw<TenantRow[]>`
    SELECT t.tenant_id, ${COLUMNS}
      FROM tenants t
      JOIN plans p ON p.name = t.plan
      LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
     WHERE t.tenant_id = ANY(${[...tenants] as string[]}::text[]) AND t.plan = ${plan}
     ORDER BY t.tenant_id`;
  return rows.map(record);
}

const ORDER: Record<NonNullable<TenantQuery['sort']>, Prisma.Sql> = {
  name: Prisma.sql`lower(t.name)`,
  quota: Prisma.sql`COALESCE(q.quota_mb, p.quota_mb)`,
  usage: Prisma.sql`COALESCE(q.current_usage_mb, 0)`,
  changed: Prisma.sql`GREATEST(q.updated_at, t.updated_at)`,
};

/** Tenants whose name or id contains `search`, letter case aside. */
export async function listTenants(tx: Tx, query: TenantQuery): Promise<Page<TenantRecord>> {
  const { search = '', plan, sort = 'name', order = 'asc', page, pageSize } = query;
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const onPlan = plan === undefined ? Prisma.empty : Prisma.sql`AND t.plan = ${plan}`;
  const where = Prisma.sql`WHERE (t.name ILIKE ${pattern} OR t.tenant_id ILIKE ${pattern}) ${onPlan}`;
  const rows = await tx.$queryRaw<TenantRow[]>`
    SELECT t.tenant_id, ${COLUMNS}
      FROM tenants t
      JOIN plans p ON p.name = t.plan
      LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
     ${where}
     ORDER BY ${ORDER[sort]} ${order === 'desc' ? Prisma.sql`DESC` : Prisma.sql`ASC`}, t.tenant_id
     LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM tenants t ${where}`;
  return { items: rows.map(record), total: counted[0]?.total ?? 0, page, pageSize };
}

function record(row: TenantRow): TenantRecord {
  const settings: Required<TenantSettings> = {
    quotaBytes: bytesOf(row.quota_mb),
    overageAllowed: row.overage_allowed,
    overageLimitBytes: bytesOf(row.overage_limit_mb),
    policy: row.policy,
    enforcement: row.enforcement,
  };
  return {
    // Read from a column whose CHECK is the grammar, or given as a TenantId.
    tenantId: row.tenant_id as TenantId,
    name: row.name ?? row.tenant_id,
    plan: row.plan,
    settings,
    suspended: row.suspended ?? false,
    known: row.name !== null,
    version: row.version ?? 0,
    changedAtMs: row.changed_at_ms ?? 0,
  };
}
