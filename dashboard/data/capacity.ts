import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import type { FleetViewer } from './viewer';

const NODES = z.object({ items: z.array(z.object({ memoryLimitBytes: z.number().nullable() })) });
const REMEMBERED_MS = 60_000;

let remembered: { readonly bytes: number | undefined; readonly atMs: number } | undefined;

/**
 * Bytes that the shared store may hold on all its nodes; 0 where one of them has no limit, undefined where it cannot be
 * known. Asked for once a minute at most: the answer counts every tenant, and limits seldom change.
 */
export async function readCapacityBytes(viewer: FleetViewer, nowMs = Date.now()): Promise<number | undefined> {
  if (remembered && nowMs - remembered.atMs < REMEMBERED_MS) return remembered.bytes;
  remembered = { bytes: await capacity(viewer), atMs: nowMs };
  return remembered.bytes;
}

async function capacity(viewer: FleetViewer): Promise<number | undefined> {
  try {
    const { items } = await adminApi(viewer, '/nodes', { schema: NODES });
    const limits = items.flatMap(({ memoryLimitBytes }) => memoryLimitBytes ?? []);
    if (limits.length === 0 || limits.length < items.length) return undefined;
    return limits.includes(0) ? 0 : limits.reduce((sum, bytes) => sum + bytes, 0);
  } catch (error) {
    if (error instanceof AdminApiDown || error instanceof AdminApiProblem) return undefined;
    throw error;
  }
}
