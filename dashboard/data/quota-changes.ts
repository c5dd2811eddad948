import 'server-only';
import { z } from 'zod';
import { rowsOf } from './history';
import type { FleetViewer, TenantViewer, Viewer } from './viewer';

const SETTINGS = z.object({
  quotaBytes: z.number(),
  overageAllowed: z.boolean(),
  overageLimitBytes: z.number(),
  policy: z.string(),
  enforcement: z.string(),
});
export type QuotaSettings = z.infer<typeof SETTINGS>;

export interface QuotaChangeEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly atMs: number;
  /** Undefined for a tenant's own users: who works at the operator is not their business. */
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  readonly before: QuotaSettings;
  readonly after: QuotaSettings;
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The newest changes of any quota, newest first. */
export function recentQuotaChanges(viewer: FleetViewer, most: number): Promise<QuotaChangeEvent[]> {
  return changes(viewer, null, { fromMs: 0, toMs: Date.now() }, most);
}

/** So many are told one by one. */
const MOST = 50;

/** Changes of one tenant's quota in a window, newest first, at most 50. */
export function tenantQuotaChanges(viewer: FleetViewer, tenantId: string, window: Window): Promise<QuotaChangeEvent[]> {
  return changes(viewer, tenantId, window, MOST);
}

/** The same for the reader's own tenant, without names and reasons. */
export async function ownQuotaChanges(viewer: TenantViewer, window: Window): Promise<QuotaChangeEvent[]> {
  const events = await changes(viewer, viewer.tenantId, window, MOST);
  return events.map((event) => ({ ...event, actor: undefined, reason: undefined }));
}

/** How many there are of what `tenantQuotaChanges` tells the newest of. */
export function countQuotaChanges(viewer: FleetViewer, tenantId: string, window: Window): Promise<number> {
  return counted(viewer, tenantId, window);
}

/** The same for the reader's own tenant. */
export function countOwnQuotaChanges(viewer: TenantViewer, window: Window): Promise<number> {
  return counted(viewer, viewer.tenantId, window);
}

async function counted(viewer: Viewer, tenantId: string, { fromMs, toMs }: Window): Promise<number> {
  const [row] = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM quota_changes
      WHERE action = 'quota' AND tenant_id = ${tenantId} AND at >= ${new Date(fromMs)} AND at <= ${new Date(toMs)}`,
  );
  return row?.total ?? 0;
}

interface Row {
  id: string;
  tenantId: string;
  tenantName: string | null;
  at: Date;
  actor: string;
  reason: string;
  before: unknown;
  after: unknown;
}

async function changes(viewer: Viewer, tenantId: string | null, { fromMs, toMs }: Window, most: number) {
  const rows = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT c.id::text, c.tenant_id AS "tenantId", t.name AS "tenantName", c.at, c.actor, c.reason, c.before, c.after
      FROM quota_changes c LEFT JOIN tenants t ON t.tenant_id = c.tenant_id
      WHERE c.action = 'quota' AND c.at >= ${new Date(fromMs)} AND c.at <= ${new Date(toMs)}
        AND (${tenantId}::text IS NULL OR c.tenant_id = ${tenantId}::text)
      ORDER BY c.id DESC LIMIT ${most}`,
  );
  return rows.flatMap(({ at, tenantName, ...row }): QuotaChangeEvent[] => {
    const before = SETTINGS.safeParse(row.before);
    const after = SETTINGS.safeParse(row.after);
    if (!before.success || !after.success) return [];
    return [
      { ...row, tenantName: tenantName ?? row.tenantId, atMs: at.getTime(), before: before.data, after: after.data },
    ];
  });
}
