import 'server-only';
import type { Prisma as PrismaTypes } from '@tenantcache/database';
import { Prisma } from './database-package';
import { rowsOf } from './history';
import { prometheus } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { gauge, most, ofTenants, PRESENT_MS } from './promql';
import { type Enforcement, type Policy, type QuotaState, quotaState } from './quota-schema';
import { GAUGE_FAMILIES } from './series/names';
import type { FleetViewer } from './viewer';

export interface FleetTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
  readonly policy: Policy;
  readonly enforcement: Enforcement;
  /** Undefined where no source knows it: then there is no state either. */
  readonly usedBytes: number | undefined;
  readonly state: QuotaState | undefined;
}

interface Row {
  tenantId: string;
  name: string;
  quotaBytes: number;
  hardLimitBytes: number;
  policy: Policy;
  enforcement: Enforcement;
  flushedBytes: number | null;
}

const QUOTAS = Prisma.sql`
  SELECT t.tenant_id AS "tenantId", t.name,
    (COALESCE(q.quota_mb, p.quota_mb)::float8 * 1048576) AS "quotaBytes",
    ((COALESCE(q.quota_mb, p.quota_mb) + CASE WHEN COALESCE(q.overage_allowed, p.overage_allowed)
      THEN COALESCE(q.overage_limit_mb, p.overage_limit_mb) ELSE 0 END)::float8 * 1048576) AS "hardLimitBytes",
    COALESCE(q.policy, p.policy) AS policy, COALESCE(q.enforcement, p.enforcement) AS enforcement,
    CASE WHEN q.usage_at IS NULL THEN NULL ELSE round(q.current_usage_mb * 1048576)::float8 END AS "flushedBytes"
  FROM tenants t JOIN plans p ON p.name = t.plan LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id`;

/** Those of these tenants that are there, with their quota; the use is Prometheus's last, else that of the last flush. */
export async function readFleetTenants(viewer: FleetViewer, ids: readonly string[]): Promise<FleetTenant[]> {
  if (ids.length === 0) return [];
  const these = Prisma.sql`WHERE t.tenant_id = ANY(${[...ids]}::text[])`;
  const used = gauge(GAUGE_FAMILIES.usedBytes, PRESENT_MS, { by: ['tenant'], matcher: ofTenants(ids) });
  const [rows, live] = await Promise.all([quotas(viewer, these), byTenant(used)]);
  return rows.map(({ flushedBytes, ...quota }): FleetTenant => {
    const usedBytes = live.get(quota.tenantId) ?? flushedBytes ?? undefined;
    return { ...quota, usedBytes, state: usedBytes === undefined ? undefined : quotaState(usedBytes, quota) };
  });
}

/** Ids of those that come first where all are ordered by state and then by share of the quota, by either source. */
export async function readFullest(viewer: FleetViewer, count: number): Promise<string[]> {
  const by = { by: ['tenant'] };
  const share = `${gauge('quota_usage_bytes', PRESENT_MS, by)} / ${gauge('quota_limit_bytes', PRESENT_MS, by)}`;
  const [recorded, live] = await Promise.all([
    quotas(
      viewer,
      Prisma.sql`WHERE q.usage_at IS NOT NULL AND q.enforcement <> 'off' AND q.current_usage_mb >= 0.8 * q.quota_mb
        ORDER BY q.current_usage_mb > q.quota_mb + CASE WHEN q.overage_allowed THEN q.overage_limit_mb ELSE 0 END DESC,
                 q.current_usage_mb / q.quota_mb DESC, t.tenant_id LIMIT ${count}`,
    ),
    byTenant(most(count, share)),
  ]);
  return [...new Set([...recorded.map(({ tenantId }) => tenantId), ...live.keys()])];
}

/** Ids of those with most bytes. */
export async function readLargest(viewer: FleetViewer, count: number): Promise<string[]> {
  const [recorded, live] = await Promise.all([
    quotas(
      viewer,
      Prisma.sql`WHERE q.usage_at IS NOT NULL ORDER BY q.current_usage_mb DESC, t.tenant_id LIMIT ${count}`,
    ),
    byTenant(most(count, gauge(GAUGE_FAMILIES.usedBytes, PRESENT_MS, { by: ['tenant'] }))),
  ]);
  return [...new Set([...recorded.map(({ tenantId }) => tenantId), ...live.keys()])];
}

/** How many tenants there are, and what they held at their last flush. */
export async function readFleetTotals(viewer: FleetViewer): Promise<{ tenants: number; usedBytes: number }> {
  const [totals] = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<{ tenants: number; usedBytes: number }[]>`
      SELECT count(*)::int AS tenants, COALESCE(sum(q.current_usage_mb), 0)::float8 * 1048576 AS "usedBytes"
        FROM tenants t LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id`,
  );
  return totals ?? { tenants: 0, usedBytes: 0 };
}

/** Empty where Prometheus does not answer. */
async function byTenant(query: string): Promise<Map<string, number>> {
  try {
    const series = await prometheus().query(query, Date.now());
    return new Map(series.map(({ labels, points }) => [labels.tenant ?? '', points[0]?.[1] ?? 0]));
  } catch (error) {
    if (error instanceof PrometheusError) return new Map();
    throw error;
  }
}

function quotas(viewer: FleetViewer, which: PrismaTypes.Sql): Promise<Row[]> {
  return rowsOf(viewer, (tx) => tx.$queryRaw<Row[]>`${QUOTAS} ${which}`);
}
