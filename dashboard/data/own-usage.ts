import 'server-only';
import { rowsOf } from './history';
import { prometheus } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { gauge, ofTenant, PRESENT_MS } from './promql';
import { type Enforcement, type Policy, type QuotaState, quotaState } from './quota-schema';
import { GAUGE_FAMILIES } from './series/names';
import type { TenantViewer } from './viewer';

/** The reader's own tenant and its quota, from Postgres under its own rights; the use is Prometheus's last, else the last flush's. */
export interface OwnUsage {
  readonly name: string;
  readonly plan: string;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
  readonly policy: Policy;
  readonly enforcement: Enforcement;
  readonly usedBytes: number | null;
  readonly state: QuotaState | null;
  readonly readAtMs: number;
}

type Row = Omit<OwnUsage, 'usedBytes' | 'state' | 'readAtMs'> & { flushedBytes: number | null };

/** Undefined for a session whose tenant is gone. */
export async function readOwnUsage(viewer: TenantViewer): Promise<OwnUsage | undefined> {
  const readAtMs = Date.now();
  const [rows, live] = await Promise.all([quota(viewer), usedNow(viewer, readAtMs)]);
  const row = rows[0];
  if (!row) return undefined;
  const { flushedBytes, ...terms } = row;
  const usedBytes = live ?? flushedBytes;
  return { ...terms, usedBytes, state: usedBytes === null ? null : quotaState(usedBytes, terms), readAtMs };
}

async function usedNow({ tenantId }: TenantViewer, nowMs: number): Promise<number | undefined> {
  try {
    const query = gauge(GAUGE_FAMILIES.usedBytes, PRESENT_MS, { by: ['tenant'], matcher: ofTenant(tenantId) });
    const [series] = await prometheus().query(query, nowMs);
    return series?.points[0]?.[1];
  } catch (error) {
    if (error instanceof PrometheusError) return undefined;
    throw error;
  }
}

function quota(viewer: TenantViewer): Promise<Row[]> {
  return rowsOf(
    viewer,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT t.name, t.plan, (COALESCE(q.quota_mb, p.quota_mb)::float8 * 1048576) AS "quotaBytes",
        ((COALESCE(q.quota_mb, p.quota_mb) + CASE WHEN COALESCE(q.overage_allowed, p.overage_allowed)
          THEN COALESCE(q.overage_limit_mb, p.overage_limit_mb) ELSE 0 END)::float8 * 1048576) AS "hardLimitBytes",
        COALESCE(q.policy, p.policy) AS policy, COALESCE(q.enforcement, p.enforcement) AS enforcement,
        CASE WHEN q.usage_at IS NULL THEN NULL ELSE round(q.current_usage_mb * 1048576)::float8 END AS "flushedBytes"
      FROM tenants t JOIN plans p ON p.name = t.plan LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
      WHERE t.tenant_id = ${viewer.tenantId}`,
  );
}
