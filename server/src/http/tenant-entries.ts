import { entryPage } from './admin-entries-views.js';
import { type TenantApiRoute, tenantRoute } from './api-route.js';
import { ENTRY_LIST, ONE_ENTRY, oneEntry } from './entry-descriptions.js';
import type { TenantDeps } from './tenant-routes.js';

/** What is cached for the tenant itself. Values are the application's to show: it knows who may see which. */
export function ownEntryRoutes({ entries }: TenantDeps): TenantApiRoute[] {
  if (entries === undefined) return [];
  return [
    tenantRoute({
      ...ENTRY_LIST,
      path: '/entries',
      summary: 'Its entries, without their values',
      async handle({ res, tenantId, query }) {
        res.json(await entryPage(entries, tenantId, query));
      },
    }),
    tenantRoute({
      ...ONE_ENTRY,
      path: '/entries/:resource/:key',
      async handle({ req, res, tenantId }) {
        res.json(await oneEntry(entries, tenantId, req.params, false));
      },
    }),
  ];
}
