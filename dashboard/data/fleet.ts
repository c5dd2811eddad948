import 'server-only';
import { database } from './database';
import { prometheus } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { gauge, PRESENT_MS } from './promql';
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

export interface Fleet {
  readonly tenants: readonly FleetTenant[];
  readonly readAtMs: number;
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

/** Every tenant with its quota, from Postgres in one query; the use is Prometheus's last, else that of the last flush. */
export async function readFleet(viewer: FleetViewer): Promise<Fleet> {
  const nowMs = Date.now();
  const [rows, used] = await Promise.all([quotas(viewer), usedByTenant(nowMs)]);
  const tenants = rows.map(({ flushedBytes, ...quota }): FleetTenant => {
    const usedBytes = used.get(quota.tenantId) ?? flushedBytes ?? undefined;
    return { ...quota, usedBytes, state: usedBytes === undefined ? undefined : quotaState(usedBytes, quota) };
  });
  return { tenants, readAtMs: nowMs };
}

async function usedByTenant(nowMs: number): Promise<Map<string, number>> {
  try {
    const series = await prometheus().query(gauge(GAUGE_FAMILIES.usedBytes, PRESENT_MS, { by: ['tenant'] }), nowMs);
    return new Map(series.map(({ labels, points }) => [labels.tenant ?? '', points[0]?.[1] ?? 0]));
  } catch (error) {
    if (error instanceof PrometheusError) return new Map();
    throw error;
  }
}

function quotas(viewer: FleetViewer): Promise<Row[]> {
  return database().asAdmin(
    viewer.email,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT t.tenant_id AS "tenantId", t.name,
        (COALESCE(q.quota_mb, p.quota_mb)::float8 * 1048576) AS "quotaBytes",
        ((COALESCE(q.quota_mb, p.quota_mb) + CASE WHEN COALESCE(q.overage_allowed, p.overage_allowed)
          THEN COALESCE(q.overage_limit_mb, p.overage_limit_mb) ELSE 0 END)::float8 * 1048576) AS "hardLimitBytes",
        COALESCE(q.policy, p.policy) AS policy, COALESCE(q.enforcement, p.enforcement) AS enforcement,
        CASE WHEN q.usage_at IS NULL THEN NULL ELSE round(q.current_usage_mb * 1048576)::float8 END AS "flushedBytes"
      FROM tenants t JOIN plans p ON p.name = t.plan LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
      ORDER BY t.name`,
  );
}
