'use server';

import { z } from 'zod';
import { acknowledgeAlert } from '@/data/alerts';
import { type ChangeResult, change, refused, UNREADABLE } from '@/data/change';
import { requireFleetViewer } from '@/data/viewer';

/** The arguments come from a browser, whatever their types say. */
export async function acknowledge(alertId: unknown, reason: unknown): Promise<ChangeResult> {
  const viewer = await requireFleetViewer();
  if (viewer.role === 'viewer') return refused('Only admins and operators acknowledge alerts. Nothing was changed.');
  const given = z.tuple([z.uuid(), z.string().max(600)]).safeParse([alertId, reason]);
  if (!given.success) return UNREADABLE;
  const [id, text] = given.data;
  return change(async () => {
    await acknowledgeAlert(viewer, id, text);
    return null;
  });
}
