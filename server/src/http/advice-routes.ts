import type { Advice, AdviceBasis, AdviceReport, Advisor } from '../core/advice.js';
import type { TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { ADVICE } from './advice-answer.js';
import { type AdminApiRoute, adminRoute, type TenantApiRoute, tenantRoute } from './api-route.js';
import type { TenantDeps } from './tenant-routes.js';

/** What is known of a tenant's use of its quota and what should be done about it. */
export function adviceRoutes(deps: AdminDeps): AdminApiRoute[] {
  return [
    adminRoute({
      ...ADVICE,
      path: '/tenants/:tenantId/advice',
      operationId: 'getAdvice',
      scope: 'usage:read',
      async handle({ req, res }) {
        res.json(await report(deps, await knownTenant(deps, req.params.tenantId)));
      },
    }),
  ];
}

/** The same for a tenant itself. */
export function tenantAdviceRoutes(deps: TenantDeps): TenantApiRoute[] {
  return [
    tenantRoute({
      ...ADVICE,
      path: '/advice',
      operationId: 'getAdvice',
      async handle({ res, tenantId }) {
        res.json(await report(deps, await deps.directory.find(tenantId)));
      },
    }),
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
