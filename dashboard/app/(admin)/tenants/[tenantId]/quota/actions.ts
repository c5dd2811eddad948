'use server';

import { z } from 'zod';
import { type SaveResult, saveQuota } from '@/data/quota';
import { QUOTA_CHANGE } from '@/data/quota-schema';
import { type UndoResult, undoQuotaChange } from '@/data/quota-undo';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { requireFleetViewer } from '@/data/viewer';

const TENANT = z.string().regex(TENANT_ID_PATTERN);
const CHANGE = QUOTA_CHANGE.extend({ reason: z.string().max(600) });

/** The arguments come from a browser, whatever their types say. */
export async function submitQuota(tenantId: unknown, version: unknown, change: unknown): Promise<SaveResult> {
  const viewer = await requireFleetViewer();
  const given = z.tuple([TENANT, z.int(), CHANGE]).safeParse([tenantId, version, change]);
  if (!given.success)
    return { outcome: 'refused', message: 'The form sent something unreadable. Nothing was changed.' };
  const [tenant, readVersion, settings] = given.data;
  return saveQuota(viewer, tenant, readVersion, settings);
}

/** Takes the newest change of a quota back, if the quota is still the one that it made. */
export async function undoQuota(tenantId: unknown, version: unknown, confirmed: unknown): Promise<UndoResult> {
  const viewer = await requireFleetViewer();
  const given = z.tuple([TENANT, z.int(), z.boolean()]).safeParse([tenantId, version, confirmed]);
  if (!given.success)
    return { outcome: 'refused', message: 'The page sent something unreadable. Nothing was changed.' };
  return undoQuotaChange(viewer, ...given.data);
}
