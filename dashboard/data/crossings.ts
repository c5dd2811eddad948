import 'server-only';
import { z } from 'zod';
import { AdminApiDown, adminApi } from './admin-api';
import { QUOTA_STATES } from './quota-schema';
import type { TenantViewer } from './viewer';

const CROSSINGS = z.object({
  items: z.array(
    z.object({
      at: z.string(),
      from: z.enum(QUOTA_STATES),
      to: z.enum(QUOTA_STATES),
      usedBytes: z.number(),
      quotaBytes: z.number(),
      hardLimitBytes: z.number(),
    }),
  ),
  total: z.number(),
});
/** Thresholds that the use of a tenant passed, newest first. */
export type Crossings = z.infer<typeof CROSSINGS>;

/** One page of those of the reader's own tenant; undefined where the API does not answer. */
export async function ownCrossings(
  viewer: TenantViewer,
  page: number,
  pageSize: number,
): Promise<Crossings | undefined> {
  const path = `/tenants/${encodeURIComponent(viewer.tenantId)}/crossings`;
  try {
    return await adminApi(viewer, path, { schema: CROSSINGS, query: { page, pageSize } });
  } catch (error) {
    if (error instanceof AdminApiDown) return undefined;
    throw error;
  }
}
