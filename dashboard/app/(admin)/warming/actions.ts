'use server';

import { z } from 'zod';
import { type ChangeResult, refused, UNREADABLE } from '@/data/change';
import { type FleetViewer, requireFleetViewer } from '@/data/viewer';
import { cancelWarming, startWarming } from '@/data/warming';
import { JOB_PATTERN, type WarmingRun } from '@/data/warming-schema';

const REASON = z.string().max(600);
const START = z.tuple([z.string().regex(JOB_PATTERN), REASON]);
const CANCEL = z.tuple([z.uuid(), REASON]);
const NOT_YOURS = refused('Only admins and operators start and cancel warm-ups. Nothing was changed.');

/** Begins a run of a job. */
export async function startRun(job: unknown, reason: unknown): Promise<ChangeResult<WarmingRun>> {
  const viewer = await requireFleetViewer();
  if (!mayWarm(viewer)) return NOT_YOURS;
  const given = START.safeParse([job, reason]);
  return given.success ? startWarming(viewer, ...given.data) : UNREADABLE;
}

/** Ends a run under way. */
export async function cancelRun(runId: unknown, reason: unknown): Promise<ChangeResult<WarmingRun>> {
  const viewer = await requireFleetViewer();
  if (!mayWarm(viewer)) return NOT_YOURS;
  const given = CANCEL.safeParse([runId, reason]);
  return given.success ? cancelWarming(viewer, ...given.data) : UNREADABLE;
}

function mayWarm({ role }: FleetViewer): boolean {
  return role === 'admin' || role === 'operator';
}
