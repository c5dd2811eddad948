import 'server-only';
import { readActivity, readHitRatios, readLeaders } from './activity';
import { type FleetTenant, readFleetTenants, readFleetTotals, readLargest } from './fleet';
import { readStarts } from './growth-leaders';
import { SHARED_LABEL } from './promql';
import type { TimeRange } from './range';
import type { Value } from './series/frame';
import { TOP_ROWS } from './top-order';
import type { FleetViewer } from './viewer';

export interface TopTenant extends FleetTenant {
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  /** From the first samples of the range to now. */
  readonly growthBytes: number | undefined;
  /** Hit ratio along the range, from its first request on. */
  readonly hitRatios: readonly Value[];
}

export interface TopTenants {
  /** The leaders of all orders, unsorted: the switch needs no further question. */
  readonly tenants: readonly TopTenant[];
  /** Bytes of all tenants, by the last flush. */
  readonly fleetBytes: number;
  readonly fleetTenants: number;
  /** Some tenants have no label of their own in Prometheus, so that misses and evictions do not rank them. */
  readonly unnamed: boolean;
  /** Since when growth is measured; undefined where the range holds no samples. */
  readonly measuredFromMs: number | undefined;
  /** How much of the range was recorded. */
  readonly recordedMs: number;
  readonly readAtMs: number;
}

export async function readTopTenants(viewer: FleetViewer, range: TimeRange): Promise<TopTenants> {
  const readAtMs = Date.now();
  const [largest, active, totals] = await Promise.all([
    readLargest(viewer, TOP_ROWS),
    readLeaders(viewer, range, ['misses', 'evictions'], TOP_ROWS),
    readFleetTotals(viewer),
  ]);
  const starts = await readStarts(viewer, range, [...largest, ...active], TOP_ROWS);
  const ids = [...new Set([...largest, ...active, ...starts.bytes.keys()])];
  const [tenants, activity, ratios] = await Promise.all([
    readFleetTenants(viewer, ids),
    readActivity(viewer, range, [...ids, SHARED_LABEL]),
    readHitRatios(viewer, ids, range),
  ]);
  const did = new Map(activity.rows.map((row) => [row.tenantId, row]));
  return {
    tenants: tenants.map((tenant) => {
      const { requests = 0, hits = 0, misses = 0, evictions = 0 } = did.get(tenant.tenantId) ?? {};
      const start = starts.bytes.get(tenant.tenantId);
      const growthBytes = start === undefined || tenant.usedBytes === undefined ? undefined : tenant.usedBytes - start;
      return {
        ...tenant,
        requests,
        hits,
        misses,
        evictions,
        growthBytes,
        hitRatios: ratios.get(tenant.tenantId) ?? [],
      };
    }),
    fleetBytes: totals.usedBytes,
    fleetTenants: totals.tenants,
    unnamed: (did.get(SHARED_LABEL)?.requests ?? 0) > 0,
    measuredFromMs: starts.fromMs,
    recordedMs: activity.recordedMs,
    readAtMs,
  };
}
