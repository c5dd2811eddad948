import { fail } from '../core/errors.js';
import type { AdminDataset } from '../core/shared-admin.js';
import type { AdminDeps } from './admin-routes.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import {
  accessAnswer,
  accessQuery,
  datasetAnswer,
  datasetsAnswer,
  sharedEntriesAnswer,
  sharedEntriesQuery,
  sharedInvalidateBody,
  sharedInvalidationAnswer,
} from './shared-schemas.js';
import { accessPage, accessView, datasetView, sharedEntryPage } from './shared-views.js';

const TAG = 'Shared data';

/** Data that all tenants read and the platform pays for: what is of it, who read it, and how it is taken away. */
export function sharedRoutes({ shared, directory, tenantId }: AdminDeps): AdminApiRoute[] {
  /** The dataset of a path, and who read it. */
  const named = (raw: unknown) => {
    const of = shared?.datasets.get(String(raw));
    if (shared === undefined || of === undefined) throw fail('DATASET_NOT_FOUND');
    return { of, dataset: of.settings.dataset, access: shared.access };
  };

  return [
    adminRoute({
      method: 'get',
      path: '/shared',
      operationId: 'listDatasets',
      tag: TAG,
      summary: 'The shared datasets, with their budget and what this process counted of them',
      scope: 'shared:read',
      answers: { 200: { description: 'In the order of the option `shared`', body: datasetsAnswer } },
      async handle({ res }) {
        res.json({ items: await Promise.all([...(shared?.datasets.values() ?? [])].map(datasetView)) });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/shared/:dataset',
      operationId: 'getDataset',
      tag: TAG,
      summary: 'One shared dataset',
      scope: 'shared:read',
      answers: { 200: { description: 'As it is now', body: datasetAnswer } },
      problems: ['DATASET_NOT_FOUND'],
      async handle({ req, res }) {
        res.json(await datasetView(named(req.params.dataset).of));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/shared/:dataset/access',
      operationId: 'listSharedAccess',
      tag: TAG,
      summary: 'Who read what of a dataset, and how often, by the hour',
      description:
        'Hours that begin from `from` on and before `to`: the present one and the 23 before it where neither is given, 31 ' +
        'days at the most. The newest hour first, then what was read most. Behind the processes by a minute.',
      scope: 'shared:read',
      query: accessQuery,
      answers: { 200: { description: 'One page', body: accessAnswer } },
      problems: ['DATASET_NOT_FOUND', 'TENANT_INVALID'],
      async handle({ req, res, query: { tenant, group, ...asked } }) {
        const { dataset, access } = named(req.params.dataset);
        const filters = {
          ...(tenant === undefined ? {} : { tenant: tenantId(tenant) }),
          ...(group === undefined ? {} : { group }),
        };
        const found = await access.list({ dataset, ...asked, ...filters });
        res.json(accessPage(dataset, asked, found, accessView));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/shared/:dataset/entries',
      operationId: 'listSharedEntries',
      tag: TAG,
      summary: 'Entries of a dataset, of one group or of groups that begin alike, without their values',
      description:
        'In no order. What lives from the first page to the last is listed at least once, what is written meanwhile perhaps.',
      scope: 'shared:read',
      query: sharedEntriesQuery,
      answers: { 200: { description: 'One page', body: sharedEntriesAnswer } },
      problems: ['DATASET_NOT_FOUND', 'STORE_UNAVAILABLE'],
      async handle({ req, res, query }) {
        res.json(await sharedEntryPage(named(req.params.dataset).of, query));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/shared/:dataset/invalidate',
      operationId: 'invalidateShared',
      tag: TAG,
      summary: 'Invalidates groups, all groups that begin alike, or a whole dataset, in all processes',
      description:
        'What it names is gone once this answers, for all tenants. The attempt is audited before it is made, under no tenant.',
      scope: 'shared:write',
      body: sharedInvalidateBody,
      answers: { 200: { description: 'What came of it', body: sharedInvalidationAnswer } },
      problems: ['DATASET_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason, ...target } }) {
        const { of, dataset } = named(req.params.dataset);
        // Audited first: rather an attempt in the audit that failed than data that is gone and nobody knows why.
        await directory.recordDeed(null, { action: 'shared', reason, after: { dataset, ...target } }, actor);
        const kind = await invalidate(of, target);
        res.json({ dataset, kind, pending: of.isPending() });
      },
    }),
  ];
}

interface Target {
  readonly groups?: readonly string[] | undefined;
  readonly prefix?: string | undefined;
}

async function invalidate(
  { platform }: AdminDataset,
  { groups, prefix }: Target,
): Promise<'groups' | 'prefix' | 'all'> {
  if (groups !== undefined) {
    await Promise.all([...new Set(groups)].map((group) => platform.invalidateGroup(group)));
    return 'groups';
  }
  if (prefix !== undefined) {
    await platform.invalidateGroups(prefix as `${string}:${string}`);
    return 'prefix';
  }
  await platform.clear();
  return 'all';
}
