import type { Response } from 'express';
import type { FleetSettings, TenantRecord } from '../core/directory.js';
import { TenantCacheError } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import { CHANGERS, READERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { parse, previewBody, quotaBody } from './admin-schemas.js';
import { knownTenant, quotaView, settingsOf, stateOf } from './admin-views.js';
import { etagOf, versionsOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';

export function quotaRoutes(deps: AdminDeps): AdminRoute[] {
  const { directory } = deps;
  return [
    {
      method: 'get',
      path: '/tenants/:tenantId/quota',
      roles: READERS,
      async handle({ req, res }) {
        sendQuota(res, await knownTenant(deps, req.params.tenantId), deps.fleet());
      },
    },
    {
      method: 'post',
      path: '/tenants/:tenantId/quota/preview',
      roles: READERS,
      async handle({ req, res }) {
        const change = settingsOf(parse(previewBody, req.body, 'body'));
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
    },
    {
      method: 'patch',
      path: '/tenants/:tenantId/quota',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const versions = versionsOf(req.get('If-Match'));
        const { reason, ...body } = parse(quotaBody, req.body, 'body');
        const present = await knownTenant(deps, req.params.tenantId);
        if (!versions.includes(present.version)) return sendConflict(res, present, deps.fleet());
        const change = { settings: settingsOf(body), reason };
        const changed = await directory.changeQuota(present.tenantId, change, present.version, actor).catch(conflict);
        if (!changed) return sendConflict(res, await directory.find(present.tenantId), deps.fleet());
        await announce(deps, changed);
        sendQuota(res, changed, deps.fleet());
      },
    },
  ];
}

/** Undefined where somebody else was faster between our look and our change. */
export function conflict(error: unknown): undefined {
  if (error instanceof TenantCacheError && error.code === 'PRECONDITION_FAILED') return undefined;
  throw error;
}

async function announce(deps: AdminDeps, changed: TenantRecord): Promise<void> {
  try {
    await deps.onQuotaChanged(changed);
  } catch {
    // The change is committed; processes that missed the news read it when what they remember expires.
  }
}

function sendQuota(res: Response, record: TenantRecord, fleet: FleetSettings): void {
  res.set('ETag', etagOf(record.version)).json(quotaView(record, fleet));
}

function sendConflict(res: Response, record: TenantRecord, fleet: FleetSettings): void {
  res.set('ETag', etagOf(record.version));
  sendProblem(res, problem('PRECONDITION_FAILED'), { current: quotaView(record, fleet) });
}
