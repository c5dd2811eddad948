'use server';

import { z } from 'zod';
import { type ChangeResult, UNREADABLE } from '@/data/change';
import type { ChangedPage } from '@/data/plan-schema';
import { changePlanPage } from '@/data/plans';
import { QUOTA_CHANGE } from '@/data/quota-schema';
import { requireFleetViewer } from '@/data/viewer';

const GIVEN = z.tuple([
  // A dot or two in a path mean another path, whatever their encoding.
  z
    .string()
    .min(1)
    .max(100)
    .refine((name) => name !== '.' && name !== '..' && name.isWellFormed()),
  QUOTA_CHANGE.extend({ reason: z.string().max(600) }),
  z.string().max(64).nullable(),
]);

/** The arguments come from a browser, whatever their types say. */
export async function applyToPlan(plan: unknown, change: unknown, after: unknown): Promise<ChangeResult<ChangedPage>> {
  const viewer = await requireFleetViewer();
  const given = GIVEN.safeParse([plan, change, after]);
  if (!given.success) return UNREADABLE;
  const [name, settings, from] = given.data;
  return changePlanPage(viewer, name, settings, from ?? undefined);
}
