import { z } from 'zod';
import type { AdminDeps } from './admin-routes.js';
import { reconcileBody } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';
import { anyTenantId, named, whole } from './answer-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';

const reconcileAnswer = named(
  'ReconcileReport',
  z.strictObject({
    tenantId: anyTenantId,
    looked: whole,
    ghosts: whole.meta({ description: 'Indexed and not there' }),
    ghostBytes: whole,
    expiredEntries: whole.meta({ description: 'Found to have expired and given back' }),
    orphans: whole.meta({ description: 'There and not indexed' }),
    repaired: whole,
    driftBytes: z.number().int().meta({ description: 'What was counted less what is indexed' }),
    compared: z.boolean().meta({ description: 'Whether the two could be compared' }),
    steps: whole,
    durationMs: z.number().min(0),
  }),
);

/** What is counted for a tenant, put right on demand. */
export function upkeepRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;
  return [
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/reconcile',
      operationId: 'reconcileTenant',
      tag: 'Store',
      summary: 'Compares what is counted for a tenant with what is there, and puts it right',
      description: 'The attempt is audited before it is made. `orphans` scans the keyspace of its node, too.',
      scope: 'upkeep:write',
      body: reconcileBody,
      answers: { 200: { description: 'What was found', body: reconcileAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ req, res, actor, body: { reason, orphans } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        // Audited first: rather an attempt in the audit that failed than a reconcile that is not there.
        await directory.recordDeed(tenantId, { action: 'reconcile', reason }, actor);
        res.json(await deps.reconcile(tenantId, { orphans }));
      },
    }),
  ];
}
