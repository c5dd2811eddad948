import { Prisma, type Tx } from '@tenantcache/database';
import { auditedAddress } from '../core/actor.js';
import type { Actor, AuditedState, AuditQuery, Page, QuotaChange } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';

/** One line of the audit to be; `tenant` is null where it concerns all, `before` and `after` where no setting changed. */
export interface AuditEntry {
  tenant: TenantId | null;
  action: QuotaChange['action'];
  before: AuditedState | null;
  after: AuditedState | null;
  reason: string;
}

/** Refuses, before anything is written, what the audit could not keep. */
export function assertAuditable(actor: Actor, reason: string): void {
  for (const id of actor.onBehalfOf === undefined ? [actor.id] : [actor.id, actor.onBehalfOf]) {
    if (id.length < 1 || id.length > 200)
      throw fail('REQUEST_INVALID', { given: 'actor', allowed: '1 to 200 characters' });
  }
  if (reason.length < 3 || reason.length > 500) {
    throw fail('REQUEST_INVALID', { given: `reason: ${reason.length} characters`, allowed: '3 to 500 characters' });
  }
}

export function insertAudit(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
  return insertAudits(tx, actor, [entry]);
}

/** In this order. */
export async function insertAudits(tx: Tx, actor: Actor, entries: readonly AuditEntry[]): Promise<void> {
  // An address that a proxy made up must not stop the change it belongs to.
  const ip = auditedAddress(actor);
  await tx.$executeRaw`
    INSERT INTO quota_changes (tenant_id, actor, on_behalf_of, source, ip, action, before, after, reason)
    SELECT entry ->> 'tenant', ${actor.id}, ${actor.onBehalfOf ?? null}, ${actor.source}, ${ip}::inet, entry ->> 'action',
           NULLIF(entry -> 'before', 'null'), NULLIF(entry -> 'after', 'null'), entry ->> 'reason'
      FROM jsonb_array_elements(${JSON.stringify(entries)}::jsonb) WITH ORDINALITY AS given(entry, position)
     ORDER BY position`;
}

interface AuditRow {
  id: string;
  tenant_id: string | null;
  at: Date;
  actor: string;
  on_behalf_of: string | null;
  source: string;
  ip: string | null;
  action: QuotaChange['action'];
  before: AuditedState | null;
  after: AuditedState | null;
  reason: string;
}

/** Newest first. */
export async function listAudit(tx: Tx, { page, pageSize, ...filters }: AuditQuery): Promise<Page<QuotaChange>> {
  const where = Prisma.sql`WHERE ${Prisma.join(conditions(filters), ' AND ')}`;
  const rows = await tx.$queryRaw<AuditRow[]>`
    SELECT id::text, tenant_id, at, actor, on_behalf_of, source, host(ip) AS ip, action, before, after, reason
      FROM quota_changes ${where} ORDER BY quota_changes.id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM quota_changes ${where}`;
  return { items: rows.map(change), total: counted[0]?.total ?? 0, page, pageSize };
}

function conditions({ tenant, actor, action, source, fromMs, untilMs }: Omit<AuditQuery, 'page' | 'pageSize'>) {
  const given = [Prisma.sql`true`];
  if (tenant !== undefined) given.push(Prisma.sql`tenant_id = ${tenant}`);
  if (actor !== undefined) given.push(Prisma.sql`actor = ${actor}`);
  if (action !== undefined) given.push(Prisma.sql`action = ${action}`);
  if (source !== undefined) given.push(Prisma.sql`source = ${source}`);
  if (fromMs !== undefined) given.push(Prisma.sql`at >= to_timestamp(${fromMs}::float8 / 1000)`);
  if (untilMs !== undefined) given.push(Prisma.sql`at < to_timestamp(${untilMs}::float8 / 1000)`);
  return given;
}

function change(row: AuditRow): QuotaChange {
  const { tenant_id, on_behalf_of, at, ...rest } = row;
  return { ...rest, tenantId: tenant_id as TenantId | null, onBehalfOf: on_behalf_of, at: at.toISOString() };
}
