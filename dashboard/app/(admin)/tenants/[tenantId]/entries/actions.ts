'use server';

import { type ChangeResult, change, refused, UNREADABLE } from '@/data/change';
import { deleteEntries, invalidate, readEntry, readValue } from '@/data/entries';
import {
  ENTRY_NAME,
  ENTRY_NAMES,
  type EntryFacts,
  REASON,
  type Removal,
  type ShownValue,
  TARGET,
} from '@/data/entries-schema';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { requireFleetViewer } from '@/data/viewer';

/** What is known of one entry. Not by an address: keys may name people, and addresses are logged. */
export async function lookAtEntry(tenantId: unknown, name: unknown): Promise<ChangeResult<EntryFacts>> {
  const viewer = await requireFleetViewer();
  const [tenant, entry] = [tenantIdOf(tenantId), ENTRY_NAME.safeParse(name)];
  if (tenant === undefined || !entry.success) return UNREADABLE;
  return change(() => readEntry(viewer, tenant, entry.data));
}

/** The value of one entry, for admins; the look is audited. */
export async function lookAtValue(
  tenantId: unknown,
  name: unknown,
  reason: unknown,
): Promise<ChangeResult<ShownValue>> {
  const viewer = await requireFleetViewer();
  if (viewer.role !== 'admin') return refused('Only admins see values. Nothing was read.');
  const [tenant, entry, why] = [tenantIdOf(tenantId), ENTRY_NAME.safeParse(name), REASON.safeParse(reason)];
  if (tenant === undefined || !entry.success || !why.success) return UNREADABLE;
  return change(() => readValue(viewer, tenant, entry.data, why.data));
}

/** Deletes the entries with these names. */
export async function removeEntries(
  tenantId: unknown,
  names: unknown,
  reason: unknown,
): Promise<ChangeResult<Removal>> {
  const viewer = await requireFleetViewer();
  if (viewer.role === 'viewer') return refused(VIEWERS_ONLY_LOOK);
  const [tenant, entries, why] = [tenantIdOf(tenantId), ENTRY_NAMES.safeParse(names), REASON.safeParse(reason)];
  if (tenant === undefined || !entries.success || !why.success) return UNREADABLE;
  return change(() => deleteEntries(viewer, tenant, entries.data, why.data));
}

/** Invalidates by tags, resource, prefix or keys. */
export async function invalidateEntries(
  tenantId: unknown,
  target: unknown,
  reason: unknown,
): Promise<ChangeResult<Removal>> {
  const viewer = await requireFleetViewer();
  if (viewer.role === 'viewer') return refused(VIEWERS_ONLY_LOOK);
  const [tenant, what, why] = [tenantIdOf(tenantId), TARGET.safeParse(target), REASON.safeParse(reason)];
  if (tenant === undefined || !what.success || !why.success) return UNREADABLE;
  return change(() => invalidate(viewer, tenant, what.data, why.data));
}

const VIEWERS_ONLY_LOOK = 'Only admins and operators take entries away. Nothing was changed.';

function tenantIdOf(given: unknown): string | undefined {
  return typeof given === 'string' && TENANT_ID_PATTERN.test(given) ? given : undefined;
}
