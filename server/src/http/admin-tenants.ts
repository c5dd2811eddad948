import type { Response } from 'express';
import type { TenantRecord } from '../core/directory.js';
import { effectiveLimits } from '../core/fleet.js';
import { conflict } from './admin-quota.js';
import { type AdminDeps, usageIfKnown } from './admin-routes.js';
import { clearBody, pageQuery } from './admin-schemas.js';
import { crossingView, knownTenant, tenantView } from './admin-views.js';
import { announce } from './announce.js';
import { pageOf } from './answer-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { etagOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';
import { crossingAnswer, liveUsageAnswer, tenantAnswer } from './quota-answers.js';
import { newTenantBody, tenantBody, tenantsAnswer, tenantsQuery } from './tenant-schemas.js';
import { liveUsageView } from './usage-answers.js';

const TAG = 'Tenants';

export function tenantRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;
  const view = async (record: TenantRecord) => tenantView(record, await usageIfKnown(deps, record), deps.fleet());
  const send = async (res: Response, record: TenantRecord) =>
    res.set('ETag', etagOf(record.version)).json(await view(record));

  return [
    adminRoute({
      method: 'get',
      path: '/tenants',
      operationId: 'listTenants',
      tag: TAG,
      summary: 'Tenants, with their quota and what they use',
      description: '`search` is looked for in names and ids, letter case aside.',
      scope: 'tenants:read',
      query: tenantsQuery,
      answers: { 200: { description: 'A page of them', body: tenantsAnswer } },
      async handle({ res, query: { search, plan, ...query } }) {
        const filters = { ...(search === undefined ? {} : { search }), ...(plan === undefined ? {} : { plan }) };
        const found = await directory.list({ ...query, ...filters });
        res.json({ ...found, items: await Promise.all(found.items.map(view)) });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants',
      operationId: 'createTenant',
      tag: TAG,
      summary: 'Makes a tenant',
      description:
        'Its quota is that of its plan, the default one where none is named. Its name is its id where none is given.',
      scope: 'tenants:write',
      body: newTenantBody(deps.tenantId),
      answers: {
        201: { description: 'The tenant; `Location` is where it is', body: tenantAnswer, etag: true, location: true },
      },
      problems: ['TENANT_EXISTS', 'PLAN_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason, suspended, ...given } }) {
        const tenantId = deps.tenantId(given.tenantId);
        const plan = given.plan ?? (await directory.plans()).find(({ isDefault }) => isDefault)?.name ?? '';
        const tenant = { tenantId, name: given.name ?? tenantId, plan, suspended };
        const made = await directory.create(tenant, reason, actor);
        await announce(deps, made);
        res.status(201).set('Location', `${req.baseUrl}/tenants/${tenantId}`);
        await send(res, made);
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId',
      operationId: 'getTenant',
      tag: TAG,
      summary: 'One tenant',
      scope: 'tenants:read',
      answers: { 200: { description: 'The tenant', body: tenantAnswer, etag: true } },
      async handle({ req, res }) {
        await send(res, await knownTenant(deps, req.params.tenantId));
      },
    }),
    adminRoute({
      method: 'patch',
      path: '/tenants/:tenantId',
      operationId: 'changeTenant',
      tag: TAG,
      summary: 'Changes the name or plan of a tenant, suspends it or lets it in again',
      description:
        'A suspended tenant is refused in every process within a second; its entries stay. A tenant with a quota of its own keeps it on another plan.',
      scope: 'tenants:write',
      ifMatch: true,
      body: tenantBody,
      answers: { 200: { description: 'The tenant as it is now', body: tenantAnswer, etag: true } },
      problems: ['PLAN_NOT_FOUND'],
      async handle({ req, res, actor, versions, body: { reason, ...given } }) {
        const present = await knownTenant(deps, req.params.tenantId);
        const { tenantId, version } = present;
        const change = { ...named(given), reason };
        const changed = versions.includes(version)
          ? await directory.changeTenant(tenantId, change, version, actor).catch(conflict)
          : undefined;
        if (!changed) {
          const current = await knownTenant(deps, tenantId);
          res.set('ETag', etagOf(current.version));
          return sendProblem(res, problem('PRECONDITION_FAILED'), { current: await view(current) });
        }
        await announce(deps, changed);
        await send(res, changed);
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/usage',
      operationId: 'getLiveUsage',
      tag: TAG,
      summary: 'What a tenant uses at this moment',
      scope: 'usage:read',
      answers: { 200: { description: 'By the shared store itself', body: liveUsageAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ req, res }) {
        const record = await knownTenant(deps, req.params.tenantId);
        const limits = effectiveLimits(record, deps.fleet());
        res.json(liveUsageView(record, await deps.usage(record.tenantId, limits), limits));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/crossings',
      operationId: 'listCrossings',
      tag: TAG,
      summary: 'When the use of a tenant passed a threshold',
      scope: 'usage:read',
      query: pageQuery,
      answers: { 200: { description: 'Newest first', body: pageOf(crossingAnswer) } },
      async handle({ req, res, query }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const found = await deps.crossings(tenantId, query);
        res.json({ ...found, items: found.items.map(crossingView) });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/clear',
      operationId: 'clearTenant',
      tag: TAG,
      summary: 'Takes all entries of a tenant away, in all processes',
      scope: 'upkeep:write',
      body: clearBody,
      answers: { 204: { description: 'Nothing that was cached is read from now on' } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ req, res, actor, body: { reason } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        // Audited first: rather an attempt in the audit that failed than a clear that is not there.
        await directory.recordDeed(tenantId, { action: 'clear', reason }, actor);
        await deps.clear(tenantId);
        res.status(204).end();
      },
    }),
  ];
}

/** Without what was not named. */
function named({
  name,
  plan,
  suspended,
}: {
  name?: string | undefined;
  plan?: string | undefined;
  suspended?: boolean | undefined;
}) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(plan === undefined ? {} : { plan }),
    ...(suspended === undefined ? {} : { suspended }),
  };
}
