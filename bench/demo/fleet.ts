import type { StaticTenant } from 'tenantcache';
import { DEMO_PLANS, DEMO_TENANTS, demoWatchlists, type Limits } from '../../prisma/src/demo-data.js';
import { planTraffic, type TenantPlan } from '../../server/example/src/traffic/plan.js';
import { TenantStream } from '../../server/example/src/traffic/tenant-stream.js';
import type { Trace } from '../../server/example/src/traffic/traces.js';
import { seededRandom } from '../../server/example/src/traffic/zipf.js';

const MIB = 1024 * 1024;
const SEED = 2026;
const PORTFOLIOS = Array.from({ length: 25 }, (_, index) => `pf-${String(index + 1).padStart(2, '0')}`);

/** A tenant of the demo, or one made after it. */
export interface FleetTenant {
  readonly tenantId: string;
  readonly settings: StaticTenant;
  readonly plan: TenantPlan;
  readonly watchlist: readonly string[];
}

/** The tenants of `npm start`, each so many times over, with the same traffic in sum: `rate` requests a second. */
export function demoFleet(copies: number, rate: number): FleetTenant[] {
  const tenants = Array.from({ length: copies }, (_, copy) =>
    DEMO_TENANTS.map(({ tenantId, plan, own }) => ({ tenantId: `${tenantId}-${copy}`, plan, ...limitsOf(plan, own) })),
  ).flat();
  const planned = planTraffic(
    tenants.map(({ tenantId, plan, settings, hardLimitBytes }) => ({
      tenantId,
      name: tenantId,
      plan,
      quota: {
        quotaBytes: settings.quotaBytes,
        hardLimitBytes,
        policy: settings.policy,
        enforcement: settings.enforcement,
      },
    })),
    rate,
  );
  const settingsOf = new Map(tenants.map(({ tenantId, settings }) => [tenantId, settings]));
  return planned.map((plan) => ({
    tenantId: plan.tenantId,
    settings: settingsOf.get(plan.tenantId) as StaticTenant,
    plan,
    watchlist: demoWatchlists(plan.tenantId)[0]?.groups ?? [],
  }));
}

/** The same requests in the same order, each time it is called. */
export function streamOf({ plan }: FleetTenant, traces: readonly Trace[]): TenantStream {
  const trace = traces[plan.trace % traces.length] as Trace;
  const stream = new TenantStream(plan, trace, seededRandom(SEED + plan.trace));
  stream.portfolioIds = PORTFOLIOS;
  stream.watchlists = ['core'];
  return stream;
}

function limitsOf(plan: keyof typeof DEMO_PLANS, own: Partial<Limits> = {}) {
  const { quotaMb, overageAllowed, overageLimitMb, policy, enforcement } = { ...DEMO_PLANS[plan], ...own };
  const settings = {
    quotaBytes: quotaMb * MIB,
    overageAllowed,
    overageLimitBytes: overageLimitMb * MIB,
    policy: policy as NonNullable<StaticTenant['policy']>,
    enforcement: enforcement as NonNullable<StaticTenant['enforcement']>,
  };
  return { settings, hardLimitBytes: settings.quotaBytes + (overageAllowed ? settings.overageLimitBytes : 0) };
}
