import { fail } from '../core/errors.js';
import type { UsageReader } from '../core/usage-reader.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { fleetUsageAnswer } from './usage-answer-schemas.js';
import { answerDays, answerResources, answerSamples } from './usage-answers.js';
import { DAYS, RESOURCES, SAMPLES } from './usage-description.js';
import { fleetUsageQuery } from './usage-schemas.js';

/** What was counted, as the usage sink has it: behind the store by a flush. */
export function usageRoutes(deps: AdminDeps): AdminApiRoute[] {
  return [
    adminRoute({
      ...DAYS,
      path: '/tenants/:tenantId/usage/days',
      operationId: 'listUsageDays',
      scope: 'usage:read',
      async handle({ req, res, query }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        await answerDays({ reader: readerOf(deps), tenantId, query, res });
      },
    }),
    adminRoute({
      ...SAMPLES,
      path: '/tenants/:tenantId/usage/samples',
      operationId: 'listUsageSamples',
      scope: 'usage:read',
      async handle({ req, res, query }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        await answerSamples({ reader: readerOf(deps), tenantId, query, res });
      },
    }),
    adminRoute({
      ...RESOURCES,
      path: '/tenants/:tenantId/usage/resources',
      operationId: 'listUsageResources',
      scope: 'usage:read',
      async handle({ req, res, query }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        await answerResources({ reader: readerOf(deps), tenantId, query, res });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/fleet/usage',
      operationId: 'getFleetUsage',
      tag: 'Usage',
      summary: 'Which tenants used most in a span of UTC days, and what all used',
      description: 'Both days are included; the last 30 by default, 92 at the most.',
      scope: 'usage:read',
      query: fleetUsageQuery,
      answers: { 200: { description: 'The greatest first', body: fleetUsageAnswer } },
      problems: ['USAGE_NOT_KEPT'],
      async handle({ res, query: { by, limit, ...span } }) {
        const { tenants, total, top: items } = await readerOf(deps).fleet(span, { by, count: limit });
        res.json({ from: span.fromDate, to: span.toDate, by, tenants, total, items });
      },
    }),
  ];
}

/** Rather an error than lists that look as if nobody had used anything. */
function readerOf({ usageReader }: AdminDeps): UsageReader {
  if (usageReader === undefined) throw fail('USAGE_NOT_KEPT', { todo: 'pass a usage sink that can be read' });
  return usageReader;
}
