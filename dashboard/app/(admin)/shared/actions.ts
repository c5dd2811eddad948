'use server';

import { z } from 'zod';
import { type ChangeResult, refused, UNREADABLE } from '@/data/change';
import { invalidateShared } from '@/data/shared';
import { DATASET_PATTERN, INVALIDATION, type Invalidated } from '@/data/shared-schema';
import { requireFleetViewer } from '@/data/viewer';

const GIVEN = z.tuple([z.string().regex(DATASET_PATTERN), INVALIDATION]);

/** Removes values of a dataset in every process. */
export async function invalidate(dataset: unknown, body: unknown): Promise<ChangeResult<Invalidated>> {
  const viewer = await requireFleetViewer();
  if (viewer.role !== 'admin' && viewer.role !== 'operator') {
    return refused('Only admins and operators invalidate shared data. Nothing was changed.');
  }
  const given = GIVEN.safeParse([dataset, body]);
  return given.success ? invalidateShared(viewer, ...given.data) : UNREADABLE;
}
