import { fail } from '../core/errors.js';
import { type TenantApiRoute, tenantRoute } from './api-route.js';
import { ownAccessAnswer, ownAccessQuery, ownDatasetsAnswer } from './shared-schemas.js';
import { accessPage, iso, ownAccessView } from './shared-views.js';
import type { TenantDeps } from './tenant-routes.js';

const TAG = 'Shared data';
const HOUR_MS = 3_600_000;

/** What a tenant reads of the data that all tenants share; of no other is anything shown. */
export function ownSharedRoutes({ shared }: TenantDeps): TenantApiRoute[] {
  return [
    tenantRoute({
      method: 'get',
      path: '/shared',
      operationId: 'listDatasets',
      tag: TAG,
      summary: 'The shared datasets, its limit, and its reads within this hour',
      answers: { 200: { description: 'All that it may read', body: ownDatasetsAnswer } },
      async handle({ res, tenantId }) {
        const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
        const span = { tenant: tenantId, fromMs: hourMs, untilMs: hourMs + HOUR_MS, page: 1, pageSize: 1 };
        const items = await Promise.all(
          [...(shared?.datasets.values() ?? [])].map(async ({ dataset, rateLimit = null }) => {
            const { reads = 0, limited = 0 } = (await shared?.access.list({ dataset, ...span })) ?? {};
            return { dataset, rateLimit, hour: iso(hourMs), reads, limited };
          }),
        );
        res.json({ tenantId, items });
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/shared/:dataset/access',
      operationId: 'listSharedAccess',
      tag: TAG,
      summary: 'What it read of a dataset, and how often, by the hour',
      description:
        'Hours that begin from `from` on and before `to`: the present one and the 23 before it where neither is given, 31 ' +
        'days at the most. The newest hour first, then what was read most. Behind the processes by a minute.',
      query: ownAccessQuery,
      answers: { 200: { description: 'One page', body: ownAccessAnswer } },
      problems: ['DATASET_NOT_FOUND'],
      async handle({ req, res, tenantId, query: { group, ...asked } }) {
        const dataset = shared?.datasets.get(String(req.params.dataset))?.dataset;
        if (shared === undefined || dataset === undefined) throw fail('DATASET_NOT_FOUND');
        const filter = group === undefined ? {} : { group };
        const found = await shared.access.list({ dataset, tenant: tenantId, ...asked, ...filter });
        res.json({ tenantId, ...accessPage(dataset, asked, found, ownAccessView) });
      },
    }),
  ];
}
