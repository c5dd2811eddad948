import { z } from 'zod';
import type { StoreNode } from '../core/upkeep.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { anyTenantId, named, time, whole } from './answer-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';

const known = whole.nullable();
const nodeAnswer = named(
  'Node',
  z.strictObject({
    node: z.string().meta({ example: '10.0.0.1:6379' }),
    state: z.enum(['up', 'down']),
    slots: z.array(z.tuple([whole, whole])).meta({ description: 'First and last of each range; empty: no Cluster' }),
    replicas: known,
    tenants: known.meta({ description: 'Null where one of them did not answer, or the roll is too long to count' }),
    usedBytes: known,
    memoryBytes: known.meta({ description: '`used_memory` of the server' }),
    memoryLimitBytes: known.meta({ description: '`maxmemory`; 0: none' }),
    serverEvictions: known.meta({ description: '`evicted_keys` of the server' }),
  }),
);
const nodesAnswer = z.strictObject({ items: z.array(nodeAnswer), asOf: time });
const placementAnswer = named(
  'Placement',
  z.strictObject({
    tenantId: anyTenantId,
    slot: whole.max(16_383).nullable().meta({ description: 'Null where Redis is no Cluster' }),
    node: z.string(),
    usedBytes: whole,
    entries: whole,
    asOf: time,
  }),
);

/** Which servers hold the shared store, and which of them a tenant. */
export function nodeRoutes(deps: AdminDeps): AdminApiRoute[] {
  /** One count of all tenants at a time, however many ask. */
  let counting: Promise<readonly StoreNode[]> | undefined;
  return [
    adminRoute({
      method: 'get',
      path: '/nodes',
      operationId: 'listNodes',
      tag: 'Store',
      summary: 'The servers of the shared store',
      description: 'What is counted on each at this moment, expired entries that were not given back yet included.',
      scope: 'store:read',
      answers: { 200: { description: 'All nodes that serve', body: nodesAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ res }) {
        counting ??= deps.nodes().finally(() => {
          counting = undefined;
        });
        const items = (await counting).map(nodeView);
        res.json({ items, asOf: new Date().toISOString() });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/placement',
      operationId: 'getPlacement',
      tag: 'Store',
      summary: 'Where the keys of a tenant are',
      scope: 'store:read',
      answers: { 200: { description: 'Slot, node and use', body: placementAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ req, res }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const { slot, node, usedBytes, entries } = await deps.placement(tenantId);
        res.json({ tenantId, slot: slot ?? null, node, usedBytes, entries, asOf: new Date().toISOString() });
      },
    }),
  ];
}

function nodeView({ node, state, slots, ...figures }: StoreNode) {
  const { replicas = null, memoryBytes = null, memoryLimitBytes = null, serverEvictions = null } = figures;
  const { tenants = null, usedBytes = null } = figures;
  return { node, state, slots, replicas, tenants, usedBytes, memoryBytes, memoryLimitBytes, serverEvictions };
}
