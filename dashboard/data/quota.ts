import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import { lastChange } from './audit';
import { QUOTA, QUOTA_STATES, type Quota, type QuotaChange } from './quota-schema';
import type { FleetViewer } from './viewer';

export const PREVIEW = z.object({
  before: QUOTA,
  after: QUOTA,
  usedBytes: z.number(),
  entries: z.number(),
  evictBytes: z.number(),
  evictEntries: z.number(),
  exact: z.boolean(),
  stateBefore: z.enum(QUOTA_STATES),
  stateAfter: z.enum(QUOTA_STATES),
});
export type QuotaPreview = z.infer<typeof PREVIEW>;

/** @throws AdminApiDown, AdminApiProblem */
export function previewQuota(viewer: FleetViewer, tenantId: string, change: QuotaChange): Promise<QuotaPreview> {
  const path = `/tenants/${encodeURIComponent(tenantId)}/quota/preview`;
  return adminApi(viewer, path, { schema: PREVIEW, method: 'POST', body: change });
}

export type SaveResult =
  | { outcome: 'saved'; quota: Quota }
  | { outcome: 'conflict'; current: Quota; actor: string | undefined; at: string }
  | { outcome: 'invalid'; errors: { field: string; message: string }[] }
  | { outcome: 'refused'; message: string };

const FIELD_ERRORS = z.array(z.object({ field: z.string(), message: z.string() }));

/** Changes a quota where its version is still the one that was read. Only admins may; the API checks that again. */
export async function saveQuota(
  viewer: FleetViewer,
  tenantId: string,
  version: number,
  change: QuotaChange & { reason: string },
): Promise<SaveResult> {
  if (viewer.role !== 'admin')
    return { outcome: 'refused', message: 'Only admins change quotas. Nothing was changed.' };
  try {
    const path = `/tenants/${encodeURIComponent(tenantId)}/quota`;
    const quota = await adminApi(viewer, path, { schema: QUOTA, method: 'PATCH', ifMatch: version, body: change });
    return { outcome: 'saved', quota };
  } catch (error) {
    if (error instanceof AdminApiDown) {
      const message = 'The API did not answer, so it is not known whether this was saved. Reload to see.';
      return { outcome: 'refused', message };
    }
    if (!(error instanceof AdminApiProblem)) throw error;
    return refusal(viewer, tenantId, error);
  }
}

async function refusal(viewer: FleetViewer, tenantId: string, problem: AdminApiProblem): Promise<SaveResult> {
  const current = QUOTA.safeParse(problem.body.current);
  if (problem.status === 412 && current.success) {
    const by = await lastChange(viewer, tenantId);
    return { outcome: 'conflict', current: current.data, actor: by?.actor, at: current.data.changedAt };
  }
  const errors = FIELD_ERRORS.safeParse(problem.body.errors);
  if (problem.status === 400 && errors.success) return { outcome: 'invalid', errors: errors.data };
  return { outcome: 'refused', message: `${problem.message} Nothing was changed.` };
}
