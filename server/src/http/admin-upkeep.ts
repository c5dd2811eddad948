import { CHANGERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { parse, reconcileBody } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';

/** What is counted for a tenant, put right on demand. */
export function upkeepRoutes(deps: AdminDeps): AdminRoute[] {
  const { directory } = deps;
  return [
    {
      method: 'post',
      path: '/tenants/:tenantId/reconcile',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason, orphans } = parse(reconcileBody, req.body, 'body');
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        // Audited first: rather an attempt in the audit that failed than a reconcile that is not there.
        await directory.recordReconcile(tenantId, reason, actor);
        res.json(await deps.reconcile(tenantId, { orphans }));
      },
    },
  ];
}
