import { Prisma, type Tx } from '@tenantcache/database';
import type { Actor, Page } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import {
  auditedWebhook,
  MAX_FAILURES_IN_A_ROW,
  MAX_WEBHOOKS,
  type NewWebhook,
  type Webhook,
  type WebhookChange,
  type WebhookEvent,
} from '../core/webhooks.js';
import { raiseDisabled, resolveDisabled } from './alert-rows.js';
import { insertAudit } from './audit-rows.js';
import { queueAlerts } from './delivery-rows.js';

/** Never the secret: only a claim reads that. */
const COLUMNS = Prisma.sql`id::text AS id, tenant_id, url, events, active, failures_in_a_row, disabled_at, version, created_at`;

interface WebhookRow {
  id: string;
  tenant_id: string | null;
  url: string;
  events: WebhookEvent[];
  active: boolean;
  failures_in_a_row: number;
  disabled_at: Date | null;
  version: number;
  created_at: Date;
}

export async function listWebhooks(
  tx: Tx,
  { tenant, page, pageSize }: { tenant?: TenantId | null | undefined; page: number; pageSize: number },
): Promise<Page<Webhook>> {
  const where =
    tenant === undefined
      ? Prisma.empty
      : tenant === null
        ? Prisma.sql`WHERE tenant_id IS NULL`
        : Prisma.sql`WHERE tenant_id = ${tenant}`;
  const rows = await tx.$queryRaw<WebhookRow[]>`
    SELECT ${COLUMNS} FROM webhooks ${where} ORDER BY created_at, webhooks.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM webhooks ${where}`;
  return { items: rows.map(webhookOf), total: counted[0]?.total ?? 0, page, pageSize };
}

/** @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
export async function findWebhook(tx: Tx, id: string): Promise<Webhook> {
  const [row] = await tx.$queryRaw<WebhookRow[]>`SELECT ${COLUMNS} FROM webhooks WHERE id = ${id}::uuid`;
  if (!row) throw fail('WEBHOOK_NOT_FOUND');
  return webhookOf(row);
}

export async function createWebhook(
  tx: Tx,
  { tenantId, url, events, active }: NewWebhook,
  secret: string,
  reason: string,
  actor: Actor,
): Promise<Webhook> {
  if (tenantId !== null) await assertTenant(tx, tenantId);
  // Of two that create the last one allowed, the second counts the first's.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(72707373, hashtext(${tenantId ?? ''}))`;
  const [row] = await tx.$queryRaw<WebhookRow[]>`
    INSERT INTO webhooks (tenant_id, url, secret, events, active)
    SELECT ${tenantId}, ${url}, ${secret}, ${JSON.stringify(events)}::jsonb, ${active}
     WHERE (SELECT count(*) FROM webhooks WHERE tenant_id IS NOT DISTINCT FROM ${tenantId}::text) < ${MAX_WEBHOOKS}
    RETURNING ${COLUMNS}`;
  if (!row) throw fail('REQUEST_INVALID', { given: 'one more webhook', allowed: `${MAX_WEBHOOKS}` });
  const webhook = webhookOf(row);
  await audit(tx, actor, webhook, null, auditedWebhook(webhook), reason);
  return webhook;
}

/** Of two that read the same version one wins. */
export async function changeWebhook(
  tx: Tx,
  id: string,
  change: WebhookChange,
  expectedVersion: number,
  reason: string,
  actor: Actor,
): Promise<Webhook> {
  const before = await locked(tx, id);
  if (before.version !== expectedVersion) {
    throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${before.version}` });
  }
  const { url, events, active } = { ...before, ...change };
  const revived = active && !before.active;
  const [row] = await tx.$queryRaw<WebhookRow[]>`
    UPDATE webhooks SET url = ${url}, events = ${JSON.stringify(events)}::jsonb, active = ${active}, version = version + 1,
           failures_in_a_row = CASE WHEN ${revived} THEN 0 ELSE failures_in_a_row END,
           disabled_at = CASE WHEN ${revived} THEN NULL ELSE disabled_at END
     WHERE id = ${id}::uuid RETURNING ${COLUMNS}`;
  const after = webhookOf(row as WebhookRow);
  if (revived) await queueAlerts(tx, 'alert.resolved', await resolveDisabled(tx, id));
  await audit(tx, actor, after, auditedWebhook(before), auditedWebhook(after), reason);
  return after;
}

export async function rotateSecret(tx: Tx, id: string, secret: string, reason: string, actor: Actor): Promise<Webhook> {
  await locked(tx, id);
  await tx.$executeRaw`UPDATE webhooks SET secret = ${secret}, version = version + 1 WHERE id = ${id}::uuid`;
  const webhook = await findWebhook(tx, id);
  await audit(tx, actor, webhook, null, { ...auditedWebhook(webhook), secret: 'rotated' }, reason);
  return webhook;
}

export async function removeWebhook(tx: Tx, id: string, reason: string, actor: Actor): Promise<void> {
  // One at a time: each tells the others, and two that tell one another while both go would wait for each other.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(72707374)`;
  const webhook = await locked(tx, id);
  // An alert about what is gone would stay open for ever.
  const resolved = await resolveDisabled(tx, id);
  await tx.$executeRaw`DELETE FROM webhooks WHERE id = ${id}::uuid`;
  await queueAlerts(tx, 'alert.resolved', resolved);
  await audit(tx, actor, webhook, auditedWebhook(webhook), null, reason);
}

/** The webhook's row counts, in one transaction with the delivery. Returns what it switched off. */
export async function countOutcome(tx: Tx, id: string, ended: 'delivered' | 'gave-up') {
  if (ended === 'delivered') {
    await tx.$executeRaw`UPDATE webhooks SET failures_in_a_row = 0 WHERE id = ${id}::uuid AND failures_in_a_row > 0`;
    return undefined;
  }
  const [row] = await tx.$queryRaw<{ tenant_id: string | null; failures: number; disabled: boolean }[]>`
    UPDATE webhooks w SET failures_in_a_row = w.failures_in_a_row + 1,
           active = w.active AND w.failures_in_a_row + 1 < ${MAX_FAILURES_IN_A_ROW},
           disabled_at = CASE WHEN w.active AND w.failures_in_a_row + 1 >= ${MAX_FAILURES_IN_A_ROW}
                              THEN clock_timestamp() ELSE w.disabled_at END,
           version = w.version + (w.active AND w.failures_in_a_row + 1 >= ${MAX_FAILURES_IN_A_ROW})::int
      FROM (SELECT active FROM webhooks WHERE id = ${id}::uuid FOR NO KEY UPDATE) AS before
     WHERE w.id = ${id}::uuid
    RETURNING w.tenant_id, w.failures_in_a_row AS failures, before.active AND NOT w.active AS disabled`;
  if (!row?.disabled) return undefined;
  const tenantId = row.tenant_id as TenantId | null;
  const alert = await raiseDisabled(tx, { id, tenantId }, MAX_FAILURES_IN_A_ROW, row.failures);
  await queueAlerts(tx, 'alert.raised', [alert]);
  return { tenantId, failures: row.failures };
}

export async function audit(
  tx: Tx,
  actor: Actor,
  { tenantId: tenant }: Pick<Webhook, 'tenantId'>,
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
  reason: string,
): Promise<void> {
  await insertAudit(tx, actor, { tenant, action: 'webhook', before, after, reason });
}

/**
 * Before any of its deliveries, by all that touch both: removing it takes them in this order. Not FOR UPDATE: who tells
 * webhooks of one another's ends need not wait for each other.
 */
export async function lockWebhook(tx: Tx, id: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM webhooks WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
}

async function locked(tx: Tx, id: string): Promise<Webhook> {
  await lockWebhook(tx, id);
  return findWebhook(tx, id);
}

async function assertTenant(tx: Tx, tenantId: TenantId): Promise<void> {
  const known = await tx.$queryRaw<unknown[]>`SELECT 1 FROM tenants WHERE tenant_id = ${tenantId}`;
  if (known.length === 0) throw fail('TENANT_NOT_FOUND');
}

function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    tenantId: row.tenant_id as TenantId | null,
    url: row.url,
    events: row.events,
    active: row.active,
    failuresInARow: row.failures_in_a_row,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
}
