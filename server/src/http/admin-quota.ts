import type { Response } from 'express';
import type { FleetSettings, TenantRecord } from '../core/directory.js';
import { TenantCacheError } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import type { AdminDeps } from './admin-routes.js';
import { previewBody, quotaBody } from './admin-schemas.js';
import { knownTenant, quotaView, settingsOf, stateOf } from './admin-views.js';
import { announce } from './announce.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { etagOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';
import { previewAnswer, quotaAnswer } from './quota-answers.js';

export function quotaRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;
  return [
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/quota',
      operationId: 'getQuota',
      tag: 'Quotas',
      summary: 'The quota of a tenant, and what of it holds at present',
      scope: 'tenants:read',
      answers: { 200: { description: 'The quota', body: quotaAnswer, etag: true } },
      async handle({ req, res }) {
        sendQuota(res, await knownTenant(deps, req.params.tenantId), deps.fleet());
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/quota/preview',
      operationId: 'previewQuota',
      tag: 'Quotas',
      summary: 'What a change of the quota would evict; changes nothing',
      scope: 'tenants:read',
      body: previewBody,
      answers: { 200: { description: 'Before and after', body: previewAnswer } },
      problems: ['STORE_UNAVAILABLE'],
      async handle({ req, res, body }) {
        const change = settingsOf(body);
        const fleet = deps.fleet();
        const before = await knownTenant(deps, req.params.tenantId);
        const after = { ...before, settings: { ...before.settings, ...change } };
        const { usedBytes, ...rest } = await deps.preview(before.tenantId, effectiveLimits(after, fleet));
        res.json({
          before: quotaView(before, fleet),
          after: quotaView(after, fleet),
          usedBytes,
          entries: rest.entries,
          evictBytes: rest.evictBytes,
          evictEntries: rest.evictEntries,
          exact: rest.exact,
          stateBefore: stateOf(before, { usedBytes }, fleet),
          stateAfter: stateOf(after, { usedBytes: usedBytes - rest.evictBytes }, fleet),
        });
      },
    }),
    adminRoute({
      method: 'patch',
      path: '/tenants/:tenantId/quota',
      operationId: 'changeQuota',
      tag: 'Quotas',
      summary: 'Changes the quota of a tenant',
      description: 'Fields that are not named stay as they are. A change to less than what is used evicts at once.',
      scope: 'quotas:write',
      ifMatch: true,
      body: quotaBody,
      answers: { 200: { description: 'The quota as it is now', body: quotaAnswer, etag: true } },
      async handle({ req, res, actor, versions, body: { reason, ...body } }) {
        const present = await knownTenant(deps, req.params.tenantId);
        if (!versions.includes(present.version)) return sendConflict(res, present, deps.fleet());
        const change = { settings: settingsOf(body), reason };
        const changed = await directory.changeQuota(present.tenantId, change, present.version, actor).catch(conflict);
        if (!changed) return sendConflict(res, await directory.find(present.tenantId), deps.fleet());
        await announce(deps, changed);
        sendQuota(res, changed, deps.fleet());
      },
    }),
  ];
}

/** Undefined where somebody else was faster between our look and our change. */
export function conflict(error: unknown): undefined {
  if (error instanceof TenantCacheError && error.code === 'PRECONDITION_FAILED') return undefined;
  throw error;
}

function sendQuota(res: Response, record: TenantRecord, fleet: FleetSettings): void {
  res.set('ETag', etagOf(record.version)).json(quotaView(record, fleet));
}

function sendConflict(res: Response, record: TenantRecord, fleet: FleetSettings): void {
  res.set('ETag', etagOf(record.version));
  sendProblem(res, problem('PRECONDITION_FAILED'), { current: quotaView(record, fleet) });
}
