import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import { rowsOf } from './history';
import { PREVIEW, type QuotaPreview } from './quota';
import { losesSomething, QUOTA, type Quota } from './quota-schema';
import type { FleetViewer } from './viewer';

const MIB = 1_048_576;
const REASON_MAX = 500;

const SETTINGS = z.object({
  quotaBytes: z.number(),
  overageAllowed: z.boolean(),
  overageLimitBytes: z.number(),
  policy: z.string(),
  enforcement: z.string(),
});
type Settings = z.infer<typeof SETTINGS>;

/** The newest change of a tenant's quota, if nothing changed the quota since, nor the plan. */
export interface LastChange {
  /** Of its row in the audit. */
  readonly id: string;
  /** Of the quota that it made: an undo holds only while that is the present one. */
  readonly version: number;
  readonly reason: string;
  readonly before: Settings;
}

export type UndoResult =
  | { readonly outcome: 'undone'; readonly quota: Quota }
  /** Going back loses entries or refuses writes: it is done once that is confirmed. */
  | { readonly outcome: 'asks'; readonly preview: QuotaPreview }
  /** `again`: the API could not do it now, and did nothing; the same may be asked again. */
  | { readonly outcome: 'refused'; readonly message: string; readonly again?: boolean };

interface Row {
  id: string;
  action: string;
  reason: string;
  before: unknown;
  after: unknown;
}

/** What an undo would take back; undefined where nothing was changed, or the quota is no longer what the change made it. */
export async function lastQuotaChange(viewer: FleetViewer, quota: Quota): Promise<LastChange | undefined> {
  const [row] = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT c.id::text, c.action, c.reason, c.before, c.after FROM quota_changes c
      WHERE c.tenant_id = ${quota.tenantId}
        AND (c.action = 'quota' OR c.action = 'tenant' AND c.before ->> 'plan' IS DISTINCT FROM c.after ->> 'plan')
      ORDER BY c.id DESC LIMIT 1`,
  );
  // Of another plan the settings before were never meant.
  if (row?.action !== 'quota') return undefined;
  const [before, after] = [SETTINGS.safeParse(row.before), SETTINGS.safeParse(row.after)];
  if (!before.success || !after.success) return undefined;
  if (!holds(quota, after.data) || holds(quota, before.data)) return undefined;
  return { id: row.id, version: quota.version, reason: row.reason, before: before.data };
}

/**
 * Goes back to the settings before the newest change, as a new audited one. Refused where the quota is no longer that of
 * `version`; asks first where it would lose something, unless that is confirmed.
 */
export async function undoQuotaChange(
  viewer: FleetViewer,
  tenantId: string,
  version: number,
  confirmed: boolean,
): Promise<UndoResult> {
  if (viewer.role !== 'admin') return refused('Only admins change quotas. Nothing was changed.');
  const path = `/tenants/${encodeURIComponent(tenantId)}/quota`;
  try {
    const present = await adminApi(viewer, path, { schema: QUOTA });
    const last = present.version === version ? await lastQuotaChange(viewer, present) : undefined;
    if (!last) return refused(CHANGED_SINCE);
    const settings = patchOf(last.before);
    if (!confirmed) {
      const preview = await adminApi(viewer, `${path}/preview`, { schema: PREVIEW, method: 'POST', body: settings });
      if (losesSomething(preview)) return { outcome: 'asks', preview };
    }
    const body = { ...settings, reason: `Undo of: ${last.reason}`.slice(0, REASON_MAX).toWellFormed() };
    const quota = await adminApi(viewer, path, { schema: QUOTA, method: 'PATCH', ifMatch: version, body });
    return { outcome: 'undone', quota };
  } catch (error) {
    if (error instanceof AdminApiDown) {
      return refused('The API did not answer, so it is not known whether this was undone. Reload to see.');
    }
    if (!(error instanceof AdminApiProblem)) throw error;
    if (error.status === 412) return refused(CHANGED_SINCE);
    return { ...refused(`${error.message} Nothing was changed.`), again: error.status === 503 };
  }
}

const CHANGED_SINCE = 'The quota was changed again since, so that change can no longer be undone. Nothing was changed.';

function refused(message: string) {
  return { outcome: 'refused', message } as const;
}

function holds(quota: Quota, after: Settings): boolean {
  return (
    quota.quotaBytes === after.quotaBytes &&
    quota.overageAllowed === after.overageAllowed &&
    quota.overageLimitMb === after.overageLimitBytes / MIB &&
    quota.policy === after.policy &&
    quota.enforcement === after.enforcement
  );
}

function patchOf({ quotaBytes, overageAllowed, overageLimitBytes, policy, enforcement }: Settings) {
  return { quotaMb: quotaBytes / MIB, overageAllowed, overageLimitMb: overageLimitBytes / MIB, policy, enforcement };
}
