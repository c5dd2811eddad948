import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whom a page or a route handler of the dashboard answers. */
export type Area = 'open' | 'fleet' | 'tenant' | 'both';

export interface Route {
  /** As the files have it, without groups: `/tenants/[tenantId]`. */
  readonly path: string;
  readonly kind: 'page' | 'handler';
}

interface Known {
  readonly area: Area;
  /** Where a handler takes another method than GET. */
  readonly method?: 'POST';
  /** Values of its parameters where those of `VALUES` are none for it. */
  readonly values?: Readonly<Record<string, string>>;
}

const APP = fileURLToPath(new URL('../../dashboard/app/', import.meta.url));
const FLEET: Known = { area: 'fleet' };
const TENANT: Known = { area: 'tenant' };

/** Every page and route handler there is: one that is not here has no area that anybody thought about. */
const KNOWN: Readonly<Record<string, Known>> = {
  '/login': { area: 'open' },
  '/livez': { area: 'open' },
  '/auth/oidc/start': { area: 'open' },
  '/auth/oidc/callback': { area: 'open' },
  '/account': { area: 'both' },
  '/': FLEET,
  '/alerts': FLEET,
  '/alerts/rules/[tenantId]': FLEET,
  '/audit': FLEET,
  '/billing': FLEET,
  '/billing/[tenantId]/[periodStart]': FLEET,
  '/settings': FLEET,
  '/settings/enforcement': FLEET,
  '/settings/keys': FLEET,
  '/settings/people': FLEET,
  '/settings/plans/[plan]': FLEET,
  '/settings/webhooks': FLEET,
  '/settings/webhooks/[webhookId]': FLEET,
  '/shared': FLEET,
  '/shared/[dataset]': FLEET,
  '/tenants': FLEET,
  '/tenants/[tenantId]': FLEET,
  '/tenants/[tenantId]/entries': FLEET,
  '/tenants/[tenantId]/quota': FLEET,
  '/warming': FLEET,
  '/warming/[runId]': FLEET,
  '/usage': TENANT,
  '/my/alerts': TENANT,
  '/my/keys': TENANT,
  '/my/quota': TENANT,
  '/my/statements': TENANT,
  '/my/statements/[periodStart]': TENANT,
  '/api/alerts': FLEET,
  '/api/alerts.csv': FLEET,
  '/api/audit.csv': FLEET,
  '/api/billing.csv': FLEET,
  '/api/billing/[tenantId]/[periodStart]': FLEET,
  '/api/overview/[block]': { ...FLEET, values: { block: 'attention' } },
  '/api/people.csv': FLEET,
  '/api/plans.csv': FLEET,
  '/api/plans/[plan]/preview': { ...FLEET, method: 'POST' },
  '/api/settings/fleet': FLEET,
  '/api/shared/[block]': FLEET,
  '/api/shared/groups.csv': FLEET,
  '/api/shared/readers.csv': FLEET,
  '/api/tenants': FLEET,
  '/api/tenants.csv': FLEET,
  '/api/tenants/[tenantId]/[block]': FLEET,
  '/api/tenants/[tenantId]/advice': FLEET,
  '/api/tenants/[tenantId]/keys.csv': FLEET,
  '/api/tenants/[tenantId]/quota/preview': { ...FLEET, method: 'POST' },
  '/api/tenants/[tenantId]/resources.csv': FLEET,
  '/api/tenants/search': FLEET,
  '/api/warming/jobs': FLEET,
  '/api/warming/runs': FLEET,
  '/api/warming/runs.csv': FLEET,
  '/api/warming/runs/[runId]': FLEET,
  '/api/webhooks': FLEET,
  '/api/webhooks.csv': FLEET,
  '/api/webhooks/[webhookId]': FLEET,
  '/api/webhooks/[webhookId]/deliveries.csv': FLEET,
  '/api/webhooks/[webhookId]/deliveries/[deliveryId]': FLEET,
  '/api/webhooks/deliveries': FLEET,
  '/api/my/advice': TENANT,
  '/api/my/alerts': TENANT,
  '/api/my/alerts.csv': TENANT,
  '/api/my/crossings.csv': TENANT,
  '/api/my/keys.csv': TENANT,
  '/api/my/statements.csv': TENANT,
  '/api/my/statements/[periodStart]': TENANT,
  '/api/usage/[block]': TENANT,
  '/api/usage/resources.csv': TENANT,
};

const UUID = '00000000-0000-4000-8000-000000000000';
const VALUES: Readonly<Record<string, string>> = {
  periodStart: '2026-10-01T00:00:00.000Z',
  plan: 'Growth',
  webhookId: UUID,
  deliveryId: UUID,
  runId: UUID,
  dataset: 'market',
  block: 'quota-use',
};

export interface KnownRoute extends Route, Known {
  /** An address of it; where a tenant is in it, it is the given one. */
  readonly url: string;
}

/** All pages and route handlers of the dashboard, by its files. Slots of a layout have no address of their own. */
export function routesOf(directory = APP, at = ''): Route[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry): Route[] => {
    if (entry.isDirectory()) {
      if (entry.name.startsWith('@')) return [];
      const segment = entry.name.startsWith('(') ? '' : `/${entry.name}`;
      return routesOf(path.join(directory, entry.name), at + segment);
    }
    if (entry.name === 'page.tsx') return [{ path: at || '/', kind: 'page' }];
    return entry.name === 'route.ts' ? [{ path: at, kind: 'handler' }] : [];
  });
}

/** Each with its area and an address about this tenant. @throws Error for a route that is not in the table, or one that is gone */
export function knownRoutes(tenantId: string): KnownRoute[] {
  const routes = routesOf();
  const found = new Set(routes.map((route) => route.path));
  const unknown = [...found].filter((one) => !(one in KNOWN));
  const gone = Object.keys(KNOWN).filter((one) => !found.has(one));
  if (unknown.length > 0) throw new Error(`Give these an area in e2e/stack/route-areas.ts: ${unknown.join(', ')}`);
  if (gone.length > 0) throw new Error(`Take these out of e2e/stack/route-areas.ts: ${gone.join(', ')}`);
  return routes.map((route) => {
    const known = KNOWN[route.path] as Known;
    const values: Record<string, string> = { ...VALUES, tenantId, ...known.values };
    const url = route.path.replace(/\[(\w+)\]/g, (_, name: string) => encodeURIComponent(values[name] ?? 'none'));
    return { ...route, ...known, url };
  });
}
