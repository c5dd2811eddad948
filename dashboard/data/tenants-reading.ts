import 'server-only';
import { readActivity, readHitRatios } from './activity';
import { database } from './database';
import { daysOfUse } from './days-of-use';
import { type FleetStates, fleetStates } from './fleet-states';
import { type DayOfUse, daysToFull } from './growth';
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
  /** Until the limit in force is reached, 0 where it is; null where growth is not known or none to speak of. */
  readonly daysToFull: number | null;
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
  /** Names of the plans, to choose from. */
  readonly plans: readonly string[];
  /** All tenants, whatever the search. */
  readonly fleet: FleetStates;
}

/** One page of the tenant table. Hit ratios are Prometheus's, or Postgres's where that does not answer. */
export async function readTenants(viewer: FleetViewer, query: TenantQuery, range: TimeRange): Promise<TenantsReading> {
  const readAtMs = Date.now();
  const [listing, fleet, plans] = await Promise.all([
    listTenants(viewer, query),
    fleetStates(viewer),
    planNames(viewer),
  ]);
  const { items, total } = listing.data;
  const ids = items.map(({ tenantId }) => tenantId);
  const [activity, ratios, days] = await Promise.all([
    readActivity(viewer, range, ids),
    readHitRatios(viewer, ids, range),
    // Without the samples nothing is said about the future; the present is still there.
    daysOfUse(viewer, ids).catch(() => new Map<string, DayOfUse[]>()),
  ]);
  const did = new Map(activity.rows.map((row) => [row.tenantId, row]));
  return {
    readAtMs,
    from: listing.source,
    apiTrouble: listing.source === 'recorded' ? listing.why : undefined,
    recordedAtMs: listing.source === 'recorded' ? listing.asOf?.getTime() : undefined,
    total,
    plans,
    fleet,
    items: items.map((tenant) => {
      const { requests = 0, hits = 0 } = did.get(tenant.tenantId) ?? {};
      const hitRatio = requests > 0 ? Math.min(1, hits / requests) : undefined;
      return {
        ...tenant,
        requests,
        hitRatio,
        hitRatios: ratios.get(tenant.tenantId) ?? [],
        daysToFull: daysToFull(days.get(tenant.tenantId) ?? [], tenant.quota.hardLimitBytes),
      };
    }),
  };
}

const MOST_PLANS = 100;

async function planNames(viewer: FleetViewer): Promise<string[]> {
  const rows = await database().asAdmin(viewer.email, (tx) =>
    tx.plan.findMany({ select: { name: true }, orderBy: { name: 'asc' }, take: MOST_PLANS }),
  );
  return rows.map(({ name }) => name);
}
