import type { Response } from 'express';
import type { FleetRecord, FleetSettings } from '../core/directory.js';
import { CHANGERS, READERS } from './admin-access.js';
import { conflict } from './admin-quota.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { fleetBody, parse } from './admin-schemas.js';
import { fleetView } from './admin-views.js';
import { etagOf, versionsOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';

/** What holds for all tenants: how many of them are enforced, and the kill switch. */
export function fleetRoutes(deps: AdminDeps): AdminRoute[] {
  const { directory } = deps;
  return [
    {
      method: 'get',
      path: '/fleet',
      roles: READERS,
      async handle({ res }) {
        sendFleet(res, await directory.fleet());
      },
    },
    {
      method: 'patch',
      path: '/fleet',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const versions = versionsOf(req.get('If-Match'));
        const { reason, ...settings } = parse(fleetBody, req.body, 'body');
        const present = await directory.fleet();
        if (!versions.includes(present.version)) return sendConflict(res, present);
        const change = { settings: settings as Partial<FleetSettings>, reason };
        const changed = await directory.changeFleet(change, present.version, actor).catch(conflict);
        if (!changed) return sendConflict(res, await directory.fleet());
        // The change is committed; who misses the news reads it from the directory within seconds.
        await Promise.resolve(deps.onFleetChanged(changed)).catch(() => {});
        sendFleet(res, changed);
      },
    },
  ];
}

function sendFleet(res: Response, record: FleetRecord): void {
  res.set('ETag', etagOf(record.version)).json(fleetView(record));
}

function sendConflict(res: Response, record: FleetRecord): void {
  res.set('ETag', etagOf(record.version));
  sendProblem(res, problem('PRECONDITION_FAILED'), { current: fleetView(record) });
}
