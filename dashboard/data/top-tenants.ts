import 'server-only';
import { readHitRatios, readRecordedActivity } from './activity';
import { type FleetTenant, readFleet } from './fleet';
import type { TimeRange } from './range';
import type { Value } from './series/frame';
import { leadersBy, TOP_BY } from './top-order';
import type { FleetViewer } from './viewer';

export interface TopTenant extends FleetTenant {
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  /** Hit ratio along the range, from its first request on. */
  readonly hitRatios: readonly Value[];
}

export interface TopTenants {
  /** The leaders of all three orders, unsorted: the switch needs no further question. */
  readonly tenants: readonly TopTenant[];
  /** Bytes of all tenants. */
  readonly fleetBytes: number;
  readonly fleetTenants: number;
  /** How much of the range was recorded. */
  readonly recordedMs: number;
  readonly readAtMs: number;
}

export async function readTopTenants(viewer: FleetViewer, range: TimeRange): Promise<TopTenants> {
  const [fleet, activity] = await Promise.all([readFleet(viewer), readRecordedActivity(viewer, range)]);
  const did = new Map(activity.rows.map((row) => [row.tenantId, row]));
  const all = fleet.tenants.map((tenant) => {
    const { requests = 0, hits = 0, misses = 0, evictions = 0 } = did.get(tenant.tenantId) ?? {};
    return { ...tenant, requests, hits, misses, evictions };
  });
  const leaders = new Set(TOP_BY.flatMap((by) => leadersBy(all, by)));
  const ratios = await readHitRatios(
    viewer,
    [...leaders].map(({ tenantId }) => tenantId),
    range,
  );
  return {
    tenants: [...leaders].map((tenant) => ({ ...tenant, hitRatios: ratios.get(tenant.tenantId) ?? [] })),
    fleetBytes: fleet.tenants.reduce((sum, { usedBytes = 0 }) => sum + usedBytes, 0),
    fleetTenants: fleet.tenants.length,
    recordedMs: activity.recordedMs,
    readAtMs: fleet.readAtMs,
  };
}
