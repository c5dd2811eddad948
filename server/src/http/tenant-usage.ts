import { fail } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import type { UsageReader } from '../core/usage-reader.js';
import { type TenantApiRoute, tenantRoute } from './api-route.js';
import { liveUsageAnswer } from './quota-answers.js';
import type { TenantDeps } from './tenant-routes.js';
import { answerDays, answerResources, answerSamples, liveUsageView } from './usage-answers.js';
import { DAYS, RESOURCES, SAMPLES } from './usage-description.js';

/** What a tenant uses now, and what it was counted to have used. */
export function ownUsageRoutes(deps: TenantDeps): TenantApiRoute[] {
  const { directory, fleet, usage } = deps;
  return [
    tenantRoute({
      method: 'get',
      path: '/usage',
      operationId: 'getUsage',
      tag: 'Usage',
      summary: 'What is used at this moment, and the quota',
      answers: { 200: { description: 'By the shared store', body: liveUsageAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ res, tenantId }) {
        const record = await directory.find(tenantId);
        const limits = effectiveLimits(record, fleet());
        res.json(liveUsageView(record, await usage(tenantId, limits), limits));
      },
    }),
    tenantRoute({
      ...DAYS,
      path: '/usage/days',
      operationId: 'listUsageDays',
      handle: async (call) => answerDays({ reader: readerOf(deps), ...call }),
    }),
    tenantRoute({
      ...SAMPLES,
      path: '/usage/samples',
      operationId: 'listUsageSamples',
      handle: async (call) => answerSamples({ reader: readerOf(deps), ...call }),
    }),
    tenantRoute({
      ...RESOURCES,
      path: '/usage/resources',
      operationId: 'listUsageResources',
      handle: async (call) => answerResources({ reader: readerOf(deps), ...call }),
    }),
  ];
}

function readerOf({ usageReader }: TenantDeps): UsageReader {
  if (usageReader === undefined) throw fail('USAGE_NOT_KEPT', { todo: 'pass a usage sink that can be read' });
  return usageReader;
}
