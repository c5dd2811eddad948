'use server';

import { z } from 'zod';
import { type ApiKey, KEY_REVOCATION, KEY_ROTATION, NEW_KEY_REQUEST, type NewApiKey } from '@/data/api-key-schema';
import { createApiKey, revokeApiKey, rotateApiKey } from '@/data/api-keys';
import { type ChangeResult, UNREADABLE } from '@/data/change';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { requireFleetViewer } from '@/data/viewer';

const TENANT = z.string().regex(TENANT_ID_PATTERN);

/** The arguments come from a browser, whatever their types say. */
export async function createKey(tenantId: unknown, wanted: unknown): Promise<ChangeResult<NewApiKey>> {
  const viewer = await requireFleetViewer();
  const given = z.tuple([TENANT, NEW_KEY_REQUEST]).safeParse([tenantId, wanted]);
  return given.success ? createApiKey(viewer, ...given.data) : UNREADABLE;
}

export async function rotateKey(tenantId: unknown, rotation: unknown): Promise<ChangeResult<NewApiKey>> {
  const viewer = await requireFleetViewer();
  const given = z.tuple([TENANT, KEY_ROTATION]).safeParse([tenantId, rotation]);
  return given.success ? rotateApiKey(viewer, ...given.data) : UNREADABLE;
}

export async function revokeKey(tenantId: unknown, revocation: unknown): Promise<ChangeResult<ApiKey>> {
  const viewer = await requireFleetViewer();
  const given = z.tuple([TENANT, KEY_REVOCATION]).safeParse([tenantId, revocation]);
  return given.success ? revokeApiKey(viewer, ...given.data) : UNREADABLE;
}
