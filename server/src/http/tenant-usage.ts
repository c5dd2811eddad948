import { fail } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import { noQuery, parse } from './admin-schemas.js';
import type { TenantDeps, TenantRoute } from './tenant-routes.js';
import { answerDays, answerResources, answerSamples, liveUsageView } from './usage-answers.js';

/** What a tenant uses now, and what it was counted to have used. */
export function ownUsageRoutes({ directory, fleet, usage, usageReader }: TenantDeps): TenantRoute[] {
  const route = (path: string, answer: typeof answerDays): TenantRoute => ({
    path,
    async handle(call) {
      if (usageReader === undefined) throw fail('USAGE_NOT_KEPT', { todo: 'pass a usage sink that can be read' });
      await answer({ reader: usageReader, ...call });
    },
  });
  return [
    {
      path: '/usage',
      async handle({ req, res, tenantId }) {
        parse(noQuery, req.query, 'query');
        const record = await directory.find(tenantId);
        const limits = effectiveLimits(record, fleet());
        res.json(liveUsageView(record, await usage(tenantId, limits), limits));
      },
    },
    route('/usage/days', answerDays),
    route('/usage/samples', answerSamples),
    route('/usage/resources', answerResources),
  ];
}
