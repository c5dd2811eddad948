import { fail } from '../core/errors.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { announce } from './announce.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { RequestInvalidError } from './problem.js';
import { deleteTenantBody, removalAnswer } from './tenant-schemas.js';

/**
 * Deletes a tenant with everything it owns, in an order in which it can be broken off anywhere: what was suspended and is
 * still there is deleted by the same call again.
 */
export function removalRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;
  return [
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/delete',
      operationId: 'deleteTenant',
      tag: 'Tenants',
      summary: 'Deletes a tenant with everything it owns',
      description:
        'It is suspended, then its entries go, then all else but its audit and its statements; the period under way is closed. Where the shared store does not answer (503) the tenant stays, suspended: read it and delete it again.',
      scope: 'tenants:write',
      ifMatch: true,
      body: deleteTenantBody,
      answers: { 200: { description: 'What was removed', body: removalAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ req, res, actor, versions, body: { confirm, reason } }) {
        const present = await knownTenant(deps, req.params.tenantId);
        const { tenantId } = present;
        if (confirm !== tenantId) {
          throw new RequestInvalidError([{ field: 'confirm', message: 'must be the id of the tenant' }]);
        }
        if (!versions.includes(present.version)) throw fail('PRECONDITION_FAILED');
        const suspended = present.suspended
          ? present
          : await directory.changeTenant(tenantId, { suspended: true, reason }, present.version, actor);
        // Also of one that was suspended before: who did that may not have come to tell of it.
        await announce(deps, suspended);
        const store = await deps.forget(tenantId);
        if (!store) throw fail('STORE_UNAVAILABLE', { todo: 'the tenant is suspended; delete it again' });
        await directory.remove(tenantId, suspended.version, reason, actor);
        await deps.onTenantRemoved(tenantId);
        res.json({ tenantId, store });
      },
    }),
  ];
}
