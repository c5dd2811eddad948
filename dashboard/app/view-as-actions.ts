'use server';

import { redirect } from 'next/navigation';
import { z } from 'zod';
import { type ChangeResult, UNREADABLE } from '@/data/change';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { endView, startView } from '@/data/view-as';
import { currentAccount, requireFleetViewer } from '@/data/viewer';

const WANTED = z.tuple([
  z.string().regex(TENANT_ID_PATTERN),
  z
    .string()
    .trim()
    .min(3)
    .max(500)
    .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u),
]);

/** The arguments come from a browser, whatever their types say. */
export async function viewAsTenant(tenantId: unknown, reason: unknown): Promise<ChangeResult> {
  const viewer = await requireFleetViewer();
  const given = WANTED.safeParse([tenantId, reason]);
  return given.success ? startView(viewer, ...given.data) : UNREADABLE;
}

/** @returns the address of the tenant whose pages were seen */
export async function endViewAs(): Promise<ChangeResult<string>> {
  const account = await currentAccount();
  if (!account) redirect('/login');
  const tenantId = await endView(account);
  return { outcome: 'done', value: tenantId ? `/tenants/${tenantId}` : '/' };
}
