import { randomUUID } from 'node:crypto';
import { Prisma, type Tx } from '@tenantcache/database';
import type { Alert } from '../core/alert.js';
import type { Page } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';
import {
  type AttemptOutcome,
  type ClaimedDelivery,
  type Delivery,
  type DeliveryError,
  type DeliveryState,
  type DeliveryType,
  type WebhookEvent,
  webhookBody,
} from '../core/webhooks.js';

/** Requests to one webhook at a time, for its claims. */
const PER_WEBHOOK = 2;

const COLUMNS = Prisma.sql`d.id::text AS id, d.webhook_id::text AS webhook_id, d.type, d.state, d.attempts, d.created_at, d.next_attempt_at,
  d.delivered_at, d.status, d.error, d.duration_ms`;

interface DeliveryRow {
  id: string;
  webhook_id: string;
  type: DeliveryType;
  state: DeliveryState;
  attempts: number;
  created_at: Date;
  next_attempt_at: Date;
  delivered_at: Date | null;
  status: number | null;
  error: DeliveryError | null;
  duration_ms: number | null;
}

/** What webhooks that are on and want it are told of changes of alerts, in the transaction of the changes. */
export async function queueAlerts(tx: Tx, type: WebhookEvent, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const tenants = JSON.stringify([...new Set(alerts.map(({ tenantId }) => tenantId))]);
  const hooks = await tx.$queryRaw<{ id: string; tenant_id: string | null }[]>`
    SELECT id::text AS id, tenant_id FROM webhooks
     WHERE active AND events @> to_jsonb(${type}::text)
       AND (tenant_id IS NULL OR tenant_id IN (SELECT jsonb_array_elements_text(${tenants}::jsonb)))
     FOR KEY SHARE`;
  const rows = alerts.flatMap((alert) =>
    hooks
      .filter(({ tenant_id }) => tenant_id === null || tenant_id === alert.tenantId)
      .map((hook) => newDelivery(hook.id, type, alert.tenantId, alert)),
  );
  await insertDeliveries(tx, rows);
}

export function newDelivery(webhookId: string, type: DeliveryType, tenantId: TenantId | null, alert: Alert | null) {
  const id = randomUUID();
  return { id, webhook_id: webhookId, type, body: webhookBody(id, type, tenantId, alert, new Date().toISOString()) };
}

export async function insertDeliveries(tx: Tx, rows: readonly ReturnType<typeof newDelivery>[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO webhook_deliveries (id, webhook_id, type, body)
    SELECT id, webhook_id, type, body
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, webhook_id uuid, type text, body text)`;
}

interface ClaimRow {
  id: string;
  webhook_id: string;
  attempts: number;
  claim: string;
  url: string;
  secret: string;
  body: string;
}

/**
 * One statement. It looks from webhook to webhook that something waits for, and at two rows of each, so a long queue costs
 * no more than a short one. A row that another claims at the same time is passed over, or no longer due once its lock is
 * ours; rows behind it are not taken in its place, for its webhook has two under way then.
 */
export async function claimDeliveries(tx: Tx, max: number, leaseMs: number): Promise<ClaimedDelivery[]> {
  const rows = await tx.$queryRaw<ClaimRow[]>`
    WITH RECURSIVE waiting AS (
      (SELECT webhook_id FROM webhook_deliveries WHERE state = 'pending' ORDER BY webhook_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.webhook_id FROM webhook_deliveries d
               WHERE d.state = 'pending' AND d.webhook_id > waiting.webhook_id ORDER BY d.webhook_id LIMIT 1)
        FROM waiting WHERE waiting.webhook_id IS NOT NULL
    ), next AS MATERIALIZED (
      SELECT d.id
        FROM waiting JOIN webhooks w ON w.id = waiting.webhook_id
        CROSS JOIN LATERAL (
          SELECT count(*) AS taken FROM webhook_deliveries u
           WHERE u.webhook_id = w.id AND u.state = 'pending' AND u.claim IS NOT NULL AND u.next_attempt_at > now()) under_way
        CROSS JOIN LATERAL (
          (SELECT a.id FROM webhook_deliveries a
            WHERE w.active AND a.webhook_id = w.id AND a.state = 'pending' AND a.next_attempt_at <= now()
            ORDER BY a.next_attempt_at LIMIT GREATEST(0, ${PER_WEBHOOK} - under_way.taken))
          UNION ALL
          (SELECT p.id FROM webhook_deliveries p
            WHERE NOT w.active AND p.webhook_id = w.id AND p.state = 'pending' AND p.type = 'ping' AND p.next_attempt_at <= now()
            ORDER BY p.next_attempt_at LIMIT GREATEST(0, ${PER_WEBHOOK} - under_way.taken))) d
    ), due AS (
      SELECT d.id FROM webhook_deliveries d
       WHERE d.id = ANY (ARRAY(SELECT id FROM next)) AND d.state = 'pending' AND d.next_attempt_at <= now()
       ORDER BY d.next_attempt_at, d.id LIMIT ${max} FOR UPDATE SKIP LOCKED
    )
    UPDATE webhook_deliveries d
       SET attempts = d.attempts + 1, claim = gen_random_uuid(), next_attempt_at = clock_timestamp() + ${leaseMs}::float8 * interval '1 ms'
      FROM due, webhooks w WHERE d.id = due.id AND w.id = d.webhook_id
    RETURNING d.id::text AS id, d.webhook_id::text AS webhook_id, d.attempts, d.claim::text AS claim,
              w.url, w.secret, d.body`;
  return rows.map(({ webhook_id: webhookId, attempts: attempt, ...rest }) => ({ ...rest, webhookId, attempt }));
}

/** False where the claim ran out and somebody else has claimed or settled it since. */
export async function settleDelivery(tx: Tx, claimed: ClaimedDelivery, outcome: AttemptOutcome): Promise<boolean> {
  const { ok, status, error, durationMs, retryInMs } = outcome;
  const state: DeliveryState = ok ? 'delivered' : retryInMs === undefined ? 'gave-up' : 'pending';
  const settled = await tx.$executeRaw`
    UPDATE webhook_deliveries
       SET state = ${state}, status = ${status}::int, error = ${error}, duration_ms = ${durationMs}::float8,
           next_attempt_at = clock_timestamp() + ${retryInMs ?? 0}::float8 * interval '1 ms',
           delivered_at = CASE WHEN ${ok} THEN clock_timestamp() END,
           ended_at = CASE WHEN ${state} <> 'pending' THEN clock_timestamp() END, claim = NULL
     WHERE id = ${claimed.id}::uuid AND claim = ${claimed.claim}::uuid`;
  return settled === 1;
}

/** Newest first. */
export async function listDeliveries(
  tx: Tx,
  webhookId: string,
  { state = null, page, pageSize }: { state?: DeliveryState | null | undefined; page: number; pageSize: number },
): Promise<Page<Delivery>> {
  const where = Prisma.sql`WHERE d.webhook_id = ${webhookId}::uuid AND (${state}::text IS NULL OR d.state = ${state})`;
  const rows = await tx.$queryRaw<DeliveryRow[]>`
    SELECT ${COLUMNS} FROM webhook_deliveries d ${where}
     ORDER BY d.created_at DESC, d.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM webhook_deliveries d ${where}`;
  return { items: rows.map(deliveryOf), total: counted[0]?.total ?? 0, page, pageSize };
}

export async function findDelivery(tx: Tx, id: string): Promise<Delivery | undefined> {
  const [row] = await tx.$queryRaw<DeliveryRow[]>`SELECT ${COLUMNS} FROM webhook_deliveries d WHERE d.id = ${id}::uuid`;
  return row && deliveryOf(row);
}

/** Due now, and as if it were new; where an attempt is under way at this moment, that one is it. */
export async function requeueDelivery(tx: Tx, id: string): Promise<Delivery | undefined> {
  const [row] = await tx.$queryRaw<DeliveryRow[]>`
    UPDATE webhook_deliveries d
       SET state = 'pending', delivered_at = NULL, ended_at = NULL,
           attempts = CASE WHEN claim IS NULL THEN 0 ELSE attempts END,
           next_attempt_at = CASE WHEN claim IS NULL THEN clock_timestamp() ELSE next_attempt_at END
     WHERE d.id = ${id}::uuid RETURNING ${COLUMNS}`;
  return row && deliveryOf(row);
}

/** In the order of their end; a bounded number, so that it stays a short transaction. */
export async function dropDeliveries(tx: Tx, olderThanMs: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM webhook_deliveries WHERE id IN (
      SELECT id FROM webhook_deliveries WHERE ended_at < clock_timestamp() - ${olderThanMs}::float8 * interval '1 ms'
       ORDER BY ended_at LIMIT 1000 FOR UPDATE SKIP LOCKED)`;
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    nextAttemptAt: row.state === 'pending' ? row.next_attempt_at.toISOString() : null,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    status: row.status,
    error: row.error,
    durationMs: row.duration_ms,
  };
}
