import 'server-only';
import { readActivity, readHitRatios } from './activity';
import { type FleetStates, fleetStates } from './fleet-states';
import type { TimeRange } from './range';
import type { Value } from './series/frame';
import { listTenants, type Tenant, type TenantQuery } from './tenants';
import type { FleetViewer } from './viewer';

/** A tenant with what it did in the range. */
export interface ActiveTenant extends Tenant {
  readonly requests: number;
  /** Hits of the requests; undefined without requests, because then there is no ratio. */
  readonly hitRatio: number | undefined;
  /** Along the range, from its first request on. */
  readonly hitRatios: readonly Value[];
}

export interface TenantsReading {
  readonly readAtMs: number;
  /** `recorded`: the API does not answer, use is that of the last flush. */
  readonly from: 'live' | 'recorded';
  /** What is wrong with the API, in a sentence; undefined where it answers. */
  readonly apiTrouble: string | undefined;
  /** When the oldest recorded use was written. */
  readonly recordedAtMs: number | undefined;
  readonly items: readonly ActiveTenant[];
  readonly total: number;
  /** All tenants, whatever the search. */
  readonly fleet: FleetStates;
}

/** One page of the tenant table. Hit ratios are Prometheus's, or Postgres's where that does not answer. */
export async function readTenants(viewer: FleetViewer, query: TenantQuery, range: TimeRange): Promise<TenantsReading> {
  const [listing, fleet, activity] = await Promise.all([
    listTenants(viewer, query),
    fleetStates(viewer),
    readActivity(viewer, range),
  ]);
  const { items, total } = listing.data;
  const ids = items.map(({ tenantId }) => tenantId);
  const ratios = await readHitRatios(viewer, ids, range);
  const did = new Map(activity.map((row) => [row.tenantId, row]));
  return {
    readAtMs: Date.now(),
    from: listing.source,
    apiTrouble: listing.source === 'recorded' ? listing.why : undefined,
    recordedAtMs: listing.source === 'recorded' ? listing.asOf?.getTime() : undefined,
    total,
    fleet,
    items: items.map((tenant) => {
      const { requests = 0, hits = 0 } = did.get(tenant.tenantId) ?? {};
      const hitRatio = requests > 0 ? Math.min(1, hits / requests) : undefined;
      return { ...tenant, requests, hitRatio, hitRatios: ratios.get(tenant.tenantId) ?? [] };
    }),
  };
}
