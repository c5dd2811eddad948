'use server';

import { type ApiKey, KEY_REVOCATION, KEY_ROTATION, NEW_KEY_REQUEST, type NewApiKey } from '@/data/api-key-schema';
import { createApiKey, revokeApiKey, rotateApiKey } from '@/data/api-keys';
import { type ChangeResult, UNREADABLE } from '@/data/change';
import { requireTenantViewer } from '@/data/viewer';

/** The tenant is the session's; the argument comes from a browser, whatever its type says. */
export async function createOwnKey(wanted: unknown): Promise<ChangeResult<NewApiKey>> {
  const viewer = await requireTenantViewer();
  const given = NEW_KEY_REQUEST.safeParse(wanted);
  return given.success ? createApiKey(viewer, viewer.tenantId, given.data) : UNREADABLE;
}

export async function rotateOwnKey(rotation: unknown): Promise<ChangeResult<NewApiKey>> {
  const viewer = await requireTenantViewer();
  const given = KEY_ROTATION.safeParse(rotation);
  return given.success ? rotateApiKey(viewer, viewer.tenantId, given.data) : UNREADABLE;
}

export async function revokeOwnKey(revocation: unknown): Promise<ChangeResult<ApiKey>> {
  const viewer = await requireTenantViewer();
  const given = KEY_REVOCATION.safeParse(revocation);
  return given.success ? revokeApiKey(viewer, viewer.tenantId, given.data) : UNREADABLE;
}
