import { limitsOf } from '../core/quota.js';
import { CHANGERS, READERS } from './admin-access.js';
import { type AdminDeps, type AdminRoute, usageIfKnown } from './admin-routes.js';
import { clearBody, parse, tenantsQuery } from './admin-schemas.js';
import { knownTenant, stateOf, tenantView } from './admin-views.js';
import { etagOf } from './if-match.js';

export function tenantRoutes(deps: AdminDeps): AdminRoute[] {
  const { directory } = deps;
  return [
    {
      method: 'get',
      path: '/tenants',
      roles: READERS,
      async handle({ req, res }) {
        const { search, ...query } = parse(tenantsQuery, req.query, 'query');
        const found = await directory.list({ ...query, ...(search === undefined ? {} : { search }) });
        const items = found.items.map(async (record) => tenantView(record, await usageIfKnown(deps, record)));
        res.json({ ...found, items: await Promise.all(items) });
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId',
      roles: READERS,
      async handle({ req, res }) {
        const record = await knownTenant(directory, req.params.tenantId);
        res.set('ETag', etagOf(record.version)).json(tenantView(record, await usageIfKnown(deps, record)));
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId/usage',
      roles: READERS,
      async handle({ req, res }) {
        const record = await knownTenant(directory, req.params.tenantId);
        const limits = limitsOf(record.settings);
        const { usedBytes, entries } = await deps.usage(record.tenantId, limits);
        const { quotaBytes, hardLimitBytes } = limits;
        const state = stateOf(record, { usedBytes });
        const asOf = new Date().toISOString();
        res.json({ tenantId: record.tenantId, usedBytes, entries, quotaBytes, hardLimitBytes, state, asOf });
      },
    },
    {
      method: 'post',
      path: '/tenants/:tenantId/clear',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(clearBody, req.body, 'body');
        const { tenantId } = await knownTenant(directory, req.params.tenantId);
        // Audited first: rather an attempt in the audit that failed than a clear that is not there.
        await directory.recordClear(tenantId, reason, actor);
        await deps.clear(tenantId);
        res.status(204).end();
      },
    },
  ];
}
