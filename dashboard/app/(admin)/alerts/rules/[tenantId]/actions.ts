'use server';

import { z } from 'zod';
import { ALERT_RULES } from '@/data/alert-schema';
import { replaceAlertRules } from '@/data/alerts';
import { type ChangeResult, change, refused, UNREADABLE } from '@/data/change';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { requireFleetViewer } from '@/data/viewer';

const ARGUMENTS = z.tuple([z.string().regex(TENANT_ID_PATTERN), z.int(), ALERT_RULES, z.string().max(600)]);

/** The arguments come from a browser, whatever their types say. */
export async function saveRules(
  tenantId: unknown,
  version: unknown,
  rules: unknown,
  reason: unknown,
): Promise<ChangeResult> {
  const viewer = await requireFleetViewer();
  if (viewer.role !== 'admin') return refused('Only admins change alert rules. Nothing was changed.');
  const given = ARGUMENTS.safeParse([tenantId, version, rules, reason]);
  if (!given.success) return UNREADABLE;
  const [tenant, readVersion, settings, why] = given.data;
  return change(async () => {
    await replaceAlertRules(viewer, tenant, readVersion, { ...settings, reason: why });
    return null;
  });
}
