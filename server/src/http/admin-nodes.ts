import type { StoreNode } from '../core/upkeep.js';
import { READERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { noQuery, parse } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';

/** Which servers hold the shared store, and which of them a tenant. */
export function nodeRoutes(deps: AdminDeps): AdminRoute[] {
  /** One count of all tenants at a time, however many ask. */
  let counting: Promise<readonly StoreNode[]> | undefined;
  return [
    {
      method: 'get',
      path: '/nodes',
      roles: READERS,
      async handle({ req, res }) {
        parse(noQuery, req.query, 'query');
        counting ??= deps.nodes().finally(() => {
          counting = undefined;
        });
        const items = (await counting).map(nodeView);
        res.json({ items, asOf: new Date().toISOString() });
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId/placement',
      roles: READERS,
      async handle({ req, res }) {
        parse(noQuery, req.query, 'query');
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const { slot, node, usedBytes, entries } = await deps.placement(tenantId);
        res.json({ tenantId, slot: slot ?? null, node, usedBytes, entries, asOf: new Date().toISOString() });
      },
    },
  ];
}

function nodeView({ node, state, slots, ...figures }: StoreNode) {
  const { replicas = null, memoryBytes = null, memoryLimitBytes = null, serverEvictions = null } = figures;
  const { tenants = null, usedBytes = null } = figures;
  return { node, state, slots, replicas, tenants, usedBytes, memoryBytes, memoryLimitBytes, serverEvictions };
}
