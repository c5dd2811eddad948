import 'server-only';
import { cache } from 'react';
import { database } from './database';
import { flushedMb } from './tenant-rows';
import type { FleetViewer } from './viewer';

export interface FleetStates {
  tenants: number;
  /** Above the quota, within the limit in force. */
  exceeded: number;
  /** Above the limit in force. */
  critical: number;
  /** From 80 % of the quota up to it. */
  warning: number;
  /** Made since the last flush. */
  unknown: number;
}

/** How many tenants are in which state, by the usage that the last flush left in Postgres; asked once a page. */
export const fleetStates = cache(async (viewer: FleetViewer): Promise<FleetStates> => {
  const rows = await database().asAdmin(
    viewer.email,
    (tx) => tx.$queryRaw<FleetStates[]>`
    SELECT count(*)::int AS tenants,
           count(*) FILTER (WHERE used IS NULL)::int AS unknown,
           count(*) FILTER (WHERE used > hard)::int AS critical,
           count(*) FILTER (WHERE used > quota AND used <= hard)::int AS exceeded,
           count(*) FILTER (WHERE used >= 0.8 * quota AND used <= quota)::int AS warning
      FROM (
        SELECT CASE WHEN COALESCE(q.enforcement, p.enforcement) = 'off' AND q.usage_at IS NOT NULL THEN 0
                    ELSE ${flushedMb()} END AS used,
               COALESCE(q.quota_mb, p.quota_mb) AS quota,
               COALESCE(q.quota_mb, p.quota_mb)
                 + CASE WHEN COALESCE(q.overage_allowed, p.overage_allowed)
                        THEN COALESCE(q.overage_limit_mb, p.overage_limit_mb) ELSE 0 END AS hard
          FROM tenants t
          JOIN plans p ON p.name = t.plan
          LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id) AS fleet`,
  );
  return rows[0] ?? { tenants: 0, exceeded: 0, critical: 0, warning: 0, unknown: 0 };
});
