import { fail } from '../core/errors.js';
import { entriesAnswer, entriesQuery, entryAnswer } from './admin-entries-schemas.js';
import { entryPage, entryView } from './admin-entries-views.js';
import { type TenantApiRoute, tenantRoute } from './api-route.js';
import type { TenantDeps } from './tenant-routes.js';

/** What is cached for the tenant itself. Values are the application's to show: it knows who may see which. */
export function ownEntryRoutes({ entries }: TenantDeps): TenantApiRoute[] {
  if (entries === undefined) return [];
  return [
    tenantRoute({
      method: 'get',
      path: '/entries',
      operationId: 'listEntries',
      tag: 'Entries',
      summary: 'Its entries, without their values',
      description:
        'In no order. What lives from the first page to the last is listed at least once, what is written meanwhile perhaps.',
      query: entriesQuery,
      answers: { 200: { description: 'One page', body: entriesAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ res, tenantId, query }) {
        res.json(await entryPage(entries, tenantId, query));
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/entries/:resource/:key',
      operationId: 'getEntry',
      tag: 'Entries',
      summary: 'One entry, without its value',
      description: 'The key is percent-encoded, its slashes too. Looking counts neither as a request nor as a use.',
      answers: { 200: { description: 'What is known of it', body: entryAnswer } },
      problems: ['RESOURCE_INVALID', 'KEY_INVALID', 'ENTRY_NOT_FOUND', 'STORE_UNAVAILABLE'],
      async handle({ req, res, tenantId }) {
        const { resource = '', key = '' } = req.params as Record<string, string>;
        const found = await entries.describe(tenantId, resource, key);
        if (found === undefined) throw fail('ENTRY_NOT_FOUND');
        res.json(entryView(found));
      },
    }),
  ];
}
