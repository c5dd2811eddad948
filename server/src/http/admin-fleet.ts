import type { Response } from 'express';
import { z } from 'zod';
import type { FleetRecord, FleetSettings } from '../core/directory.js';
import { ENFORCEMENTS_OF_OTHERS } from '../core/fleet.js';
import { conflict } from './admin-quota.js';
import type { AdminDeps } from './admin-routes.js';
import { fleetBody } from './admin-schemas.js';
import { fleetView } from './admin-views.js';
import { named, time, whole } from './answer-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { etagOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';

const fleetAnswer = named(
  'Fleet',
  z.strictObject({
    enforcedPercentage: z.number().min(0).max(100).meta({ description: 'Of tenants whose own enforcement holds' }),
    enforcementOfOthers: z.enum(ENFORCEMENTS_OF_OTHERS),
    sharedStoreBypassed: z.boolean().meta({ description: 'The kill switch' }),
    version: whole,
    changedAt: time,
  }),
);

/** What holds for all tenants: how many of them are enforced, and the kill switch. */
export function fleetRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;
  return [
    adminRoute({
      method: 'get',
      path: '/fleet',
      operationId: 'getFleet',
      tag: 'Fleet',
      summary: 'What holds for all tenants: enforcement by percentage, and the kill switch',
      scope: 'fleet:read',
      answers: { 200: { description: 'The settings', body: fleetAnswer, etag: true } },
      async handle({ res }) {
        sendFleet(res, await directory.fleet());
      },
    }),
    adminRoute({
      method: 'patch',
      path: '/fleet',
      operationId: 'changeFleet',
      tag: 'Fleet',
      summary: 'Changes what holds for all tenants',
      description: 'Its audit row has the action `fleet` and no tenant; tenants do not see it.',
      scope: 'fleet:write',
      ifMatch: true,
      body: fleetBody,
      answers: { 200: { description: 'The settings as they are now', body: fleetAnswer, etag: true } },
      async handle({ res, actor, versions, body: { reason, ...settings } }) {
        const present = await directory.fleet();
        if (!versions.includes(present.version)) return sendConflict(res, present);
        const change = { settings: settings as Partial<FleetSettings>, reason };
        const changed = await directory.changeFleet(change, present.version, actor).catch(conflict);
        if (!changed) return sendConflict(res, await directory.fleet());
        // The change is committed; who misses the news reads it from the directory within seconds.
        await Promise.resolve(deps.onFleetChanged(changed)).catch(() => {});
        sendFleet(res, changed);
      },
    }),
  ];
}

function sendFleet(res: Response, record: FleetRecord): void {
  res.set('ETag', etagOf(record.version)).json(fleetView(record));
}

function sendConflict(res: Response, record: FleetRecord): void {
  res.set('ETag', etagOf(record.version));
  sendProblem(res, problem('PRECONDITION_FAILED'), { current: fleetView(record) });
}
