import { z } from 'zod';
import { fail } from '../core/errors.js';
import type { UsageReader } from '../core/usage-reader.js';
import { READERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { parse } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';
import { answerDays, answerResources, answerSamples } from './usage-answers.js';
import { daySpanQuery } from './usage-schemas.js';

const DAY_MS = 86_400_000;
/** A quarter: each day is a row of every tenant. */
const MAX_FLEET_DAYS = 92;

const ORDERS = ['requests', 'misses', 'evictions', 'bytesServed'] as const;
const limitError = 'must be a whole number from 1 to 100';
const fleetTopQuery = z.strictObject({
  by: z.enum(ORDERS, { error: `must be one of ${ORDERS.join(', ')}` }).default('requests'),
  limit: z
    .string({ error: limitError })
    .regex(/^([1-9]\d?|100)$/, { error: limitError })
    .transform(Number)
    .default(10),
});
const fleetSpanQuery = daySpanQuery.refine(
  ({ fromDate, toDate }) => Date.parse(toDate) - Date.parse(fromDate) < MAX_FLEET_DAYS * DAY_MS,
  { error: `must be within ${MAX_FLEET_DAYS} days of to`, path: ['from'] },
);

/** What was counted, as the usage sink has it: behind the store by a flush. */
export function usageRoutes(deps: AdminDeps): AdminRoute[] {
  const ofTenant = (path: string, answer: typeof answerDays): AdminRoute => ({
    method: 'get',
    path: `/tenants/:tenantId/usage/${path}`,
    roles: READERS,
    async handle({ req, res }) {
      const { tenantId } = await knownTenant(deps, req.params.tenantId);
      await answer({ reader: readerOf(deps), tenantId, req, res });
    },
  });
  return [
    ofTenant('days', answerDays),
    ofTenant('samples', answerSamples),
    ofTenant('resources', answerResources),
    {
      method: 'get',
      path: '/fleet/usage',
      roles: READERS,
      async handle({ req, res }) {
        const { by, limit, ...rest } = req.query;
        const top = parse(fleetTopQuery, { by, limit }, 'query');
        const span = parse(fleetSpanQuery, rest, 'query');
        const { tenants, total, top: items } = await readerOf(deps).fleet(span, { by: top.by, count: top.limit });
        res.json({ from: span.fromDate, to: span.toDate, by: top.by, tenants, total, items });
      },
    },
  ];
}

/** Rather an error than lists that look as if nobody had used anything. */
function readerOf({ usageReader }: AdminDeps): UsageReader {
  if (usageReader === undefined) throw fail('USAGE_NOT_KEPT', { todo: 'pass a usage sink that can be read' });
  return usageReader;
}
