import type { Advice, AdviceBasis, AdviceReport, Advisor } from '../core/advice.js';
import type { TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import { READERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { noQuery, parse } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';
import type { TenantDeps, TenantRoute } from './tenant-routes.js';

/** What is known of a tenant's use of its quota and what should be done about it. */
export function adviceRoutes(deps: AdminDeps): AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/tenants/:tenantId/advice',
      roles: READERS,
      async handle({ req, res }) {
        parse(noQuery, req.query, 'query');
        res.json(await report(deps, await knownTenant(deps, req.params.tenantId)));
      },
    },
  ];
}

/** The same for a tenant itself. */
export function tenantAdviceRoutes(deps: TenantDeps): TenantRoute[] {
  return [
    {
      path: '/advice',
      async handle({ req, res, tenantId }) {
        parse(noQuery, req.query, 'query');
        res.json(await report(deps, await deps.directory.find(tenantId)));
      },
    },
  ];
}

async function report(
  { advisor, fleet }: Pick<AdminDeps, 'fleet'> & { readonly advisor?: Advisor | undefined },
  record: TenantRecord,
) {
  if (advisor === undefined) throw fail('USAGE_NOT_KEPT', { todo: 'pass a usage sink that can be read' });
  return view(await advisor.advise(record.tenantId, effectiveLimits(record, fleet())));
}

function view({ tenantId, asOfMs, quota, growth, effectiveness, items, silences }: AdviceReport) {
  return {
    tenantId,
    asOf: new Date(asOfMs).toISOString(),
    quota: quota && dated(quota),
    growth: growth && dated(growth),
    effectiveness: effectiveness && dated(effectiveness),
    items: items.map((item: Advice) => dated(item)),
    silences,
  };
}

function dated<T extends { readonly basis: AdviceBasis }>({ basis, ...rest }: T) {
  const { fromMs, toMs, samples, of } = basis;
  return { ...rest, basis: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), samples, of } };
}
