import type { Tx } from '@tenantcache/database';
import { nextReset, resetDay } from '../core/period.js';
import type { TenantId } from '../core/tenant-id.js';

/** Tenants with a period that is over; one without a quota row has calendar months in UTC. The longest overdue first. */
export async function tenantsDue(tx: Tx, nowMs: number, max: number): Promise<TenantId[]> {
  const rows = await tx.$queryRaw<{ tenant_id: TenantId }[]>`
    WITH clock AS (
      SELECT LEAST(to_timestamp(${nowMs}::float8 / 1000), clock_timestamp()) AS now
    ), month AS (
      SELECT date_trunc('month', now AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began FROM clock
    ), due AS (
      SELECT q.tenant_id, q.quota_reset_at AS due_at FROM tenant_cache_quotas q, clock WHERE q.quota_reset_at <= clock.now
      UNION ALL
      SELECT t.tenant_id, GREATEST(last.ended, t.created_at) + interval '1 month'
        FROM tenants t
        LEFT JOIN LATERAL (
          SELECT s.period_end AS ended FROM tenant_cache_statements s
           WHERE s.tenant_id = t.tenant_id ORDER BY s.period_start DESC LIMIT 1
        ) AS last ON true
       CROSS JOIN month
       WHERE GREATEST(last.ended, t.created_at) < month.began
         AND NOT EXISTS (SELECT 1 FROM tenant_cache_quotas q WHERE q.tenant_id = t.tenant_id)
    )
    SELECT tenant_id FROM due ORDER BY due_at, tenant_id LIMIT ${max}`;
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Where a tenant stands: what it has, until when it has been told of it, and what time it is. */
export interface LockedPeriod {
  readonly quota_mb: number;
  readonly started_at_ms: number;
  /** Null where the tenant has no quota row. */
  readonly reset_at_ms: number | null;
  readonly reset_day: number | null;
  /** The earlier of the closer's clock and the database's: neither closes anything early by running ahead. */
  readonly now_ms: number;
}

/** Until the transaction ends nobody else closes this tenant's periods, or changes its quota. */
export async function lockPeriod(tx: Tx, tenantId: TenantId, nowMs: number): Promise<LockedPeriod | undefined> {
  // Statements of their own: one that waited for the lock would still see the other rows as of before its wait.
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE tenant_id = ${tenantId} FOR NO KEY UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM tenant_cache_quotas WHERE tenant_id = ${tenantId} FOR NO KEY UPDATE`;
  return readPeriod(tx, tenantId, nowMs);
}

/** The same without the lock: for who changes nothing. */
export async function readPeriod(tx: Tx, tenantId: TenantId, nowMs: number): Promise<LockedPeriod | undefined> {
  const [row] = await tx.$queryRaw<LockedPeriod[]>`
    SELECT COALESCE(q.quota_mb, p.quota_mb) AS quota_mb,
           -- The last statement may be of a tenant that had this id before.
           extract(epoch FROM GREATEST(
             (SELECT max(period_end) FROM tenant_cache_statements s WHERE s.tenant_id = t.tenant_id),
             LEAST(t.created_at, q.created_at)))::float8 * 1000 AS started_at_ms,
           extract(epoch FROM q.quota_reset_at)::float8 * 1000 AS reset_at_ms, q.reset_day,
           LEAST(${nowMs}::float8, extract(epoch FROM clock_timestamp())::float8 * 1000) AS now_ms
      FROM tenants t
      JOIN plans p ON p.name = t.plan
      LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
     WHERE t.tenant_id = ${tenantId}`;
  return row;
}

/** The period under way, or the one that is over. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
  readonly over: boolean;
  /** Of the month, where the tenant has a reset date of its own: what keeps it through short months. */
  readonly day: number | undefined;
}

/** A reset date that was moved into what is closed already is taken for the next of its kind. */
export function periodOf({ started_at_ms, reset_at_ms, reset_day, now_ms }: LockedPeriod): Period {
  const startMs = Math.round(started_at_ms);
  if (reset_at_ms === null) {
    const start = new Date(startMs);
    const endMs = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
    return { startMs, endMs, over: endMs <= now_ms, day: undefined };
  }
  let endMs = Math.round(reset_at_ms);
  const day = resetDay(endMs, reset_day ?? undefined);
  while (endMs <= startMs) endMs = nextReset(endMs, day);
  return { startMs, endMs, over: endMs <= now_ms, day };
}

/** Where a period that is over is told of, the end of the next; else the end of this one. */
export async function setReset(tx: Tx, tenantId: TenantId, { endMs, over, day }: Period): Promise<void> {
  if (day === undefined) return;
  const resetAtMs = over ? nextReset(endMs, day) : endMs;
  await tx.$executeRaw`
    UPDATE tenant_cache_quotas SET reset_day = ${day}, quota_reset_at = to_timestamp(${resetAtMs}::float8 / 1000)
     WHERE tenant_id = ${tenantId}`;
}
