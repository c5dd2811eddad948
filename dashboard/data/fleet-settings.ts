import 'server-only';
import { z } from 'zod';
import { AdminApiProblem, adminApi } from './admin-api';
import { type ChangeResult, change, refused } from './change';
import { FLEET, type Fleet, type FleetChange, type FleetSaved } from './fleet-schema';
import { rowsOf } from './history';
import type { FleetViewer } from './viewer';

const TOTAL = z.object({ total: z.number() });

/** What holds for all tenants, and how many tenants that are. */
export interface FleetReading {
  readonly fleet: Fleet;
  /** Who changed it last; undefined where nobody did. */
  readonly actor: string | undefined;
  readonly tenants: number;
  readonly readAtMs: number;
}

/** @throws AdminApiDown, AdminApiProblem */
export async function readFleetSettings(viewer: FleetViewer): Promise<FleetReading> {
  const readAtMs = Date.now();
  const [fleet, { total }, actor] = await Promise.all([
    adminApi(viewer, '/fleet', { schema: FLEET }),
    adminApi(viewer, '/tenants', { schema: TOTAL, query: { pageSize: 1 } }),
    lastActor(viewer),
  ]);
  return { fleet, actor, tenants: total, readAtMs };
}

/** Changes what holds for all tenants where it is still what was read. Only admins may; the API checks that again. */
export async function saveFleet(
  viewer: FleetViewer,
  version: number,
  settings: FleetChange & { reason: string },
): Promise<ChangeResult<FleetSaved>> {
  if (viewer.role !== 'admin') return refused('Only admins change this. Nothing was changed.');
  return change(async () => {
    try {
      const call = { schema: FLEET, method: 'PATCH', ifMatch: version, body: settings } as const;
      return { kind: 'saved', fleet: await adminApi(viewer, '/fleet', call), actor: viewer.email };
    } catch (error) {
      if (!(error instanceof AdminApiProblem) || error.status !== 412) throw error;
      const current = FLEET.safeParse(error.body.current);
      if (!current.success) throw error;
      return { kind: 'conflict', fleet: current.data, actor: await lastActor(viewer) };
    }
  });
}

/** Who made the newest change of what holds for all; undefined where there is none or Postgres does not say. */
async function lastActor(viewer: FleetViewer): Promise<string | undefined> {
  const newest = rowsOf(viewer, (tx) =>
    tx.quotaChange.findFirst({ where: { action: 'fleet' }, orderBy: { id: 'desc' }, select: { actor: true } }),
  );
  return (await newest.catch(() => null))?.actor;
}
