'use server';

import { z } from 'zod';
import { type ChangeResult, UNREADABLE } from '@/data/change';
import { FLEET_CHANGE, type FleetSaved } from '@/data/fleet-schema';
import { saveFleet } from '@/data/fleet-settings';
import { requireFleetViewer } from '@/data/viewer';

const GIVEN = z.tuple([z.int(), FLEET_CHANGE.extend({ reason: z.string().max(600) })]);

/** The arguments come from a browser, whatever their types say. */
export async function changeFleet(version: unknown, change: unknown): Promise<ChangeResult<FleetSaved>> {
  const viewer = await requireFleetViewer();
  const given = GIVEN.safeParse([version, change]);
  return given.success ? saveFleet(viewer, ...given.data) : UNREADABLE;
}
