import { effectiveLimits } from '../core/fleet.js';
import { CHANGERS, READERS } from './admin-access.js';
import { type AdminDeps, type AdminRoute, usageIfKnown } from './admin-routes.js';
import { clearBody, pageQuery, parse, tenantsQuery } from './admin-schemas.js';
import { crossingView, knownTenant, tenantView } from './admin-views.js';
import { etagOf } from './if-match.js';
import { liveUsageView } from './usage-answers.js';

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
        const items = found.items.map(async (record) =>
          tenantView(record, await usageIfKnown(deps, record), deps.fleet()),
        );
        res.json({ ...found, items: await Promise.all(items) });
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId',
      roles: READERS,
      async handle({ req, res }) {
        const record = await knownTenant(deps, req.params.tenantId);
        res
          .set('ETag', etagOf(record.version))
          .json(tenantView(record, await usageIfKnown(deps, record), deps.fleet()));
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId/usage',
      roles: READERS,
      async handle({ req, res }) {
        const record = await knownTenant(deps, req.params.tenantId);
        const limits = effectiveLimits(record, deps.fleet());
        res.json(liveUsageView(record, await deps.usage(record.tenantId, limits), limits));
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId/crossings',
      roles: READERS,
      async handle({ req, res }) {
        const query = parse(pageQuery, req.query, 'query');
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const found = await deps.crossings(tenantId, query);
        res.json({ ...found, items: found.items.map(crossingView) });
      },
    },
    {
      method: 'post',
      path: '/tenants/:tenantId/clear',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(clearBody, req.body, 'body');
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        // Audited first: rather an attempt in the audit that failed than a clear that is not there.
        await directory.recordClear(tenantId, reason, actor);
        await deps.clear(tenantId);
        res.status(204).end();
      },
    },
  ];
}
