import { Prisma, type Tx } from '@tenantcache/database';
import type { Alert, AlertKind } from '../core/alert.js';
import type { AlertQuery, AlertSubject, AlertTransition, TenantPage } from '../core/alerts.js';
import type { Actor, Page } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import { insertAudit } from './audit-rows.js';

const COLUMNS = Prisma.sql`a.id::text AS id, a.tenant_id, a.kind, a.threshold, a.value, a.raised_at, a.resolved_at, a.resolved_value,
  a.acknowledged_at, a.acknowledged_by`;

interface AlertRow {
  id: string;
  tenant_id: string | null;
  kind: AlertKind;
  threshold: number;
  value: number;
  raised_at: Date;
  resolved_at: Date | null;
  resolved_value: number | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
}

/** A transition that changed something, and its alert. */
export interface Changed {
  readonly transition: AlertTransition;
  readonly alert: Alert;
}

/**
 * Each subject once. The state's row decides: it is locked where it conflicts and looked at as it is then, so of two that
 * raise the same one changes it, and what comes later than another's change with an older time changes nothing.
 */
export async function applyTransitions(tx: Tx, transitions: readonly AlertTransition[]): Promise<Changed[]> {
  const given = transitions.map(({ tenantId, kind, threshold, to, value, atMs }) => ({
    tenant_id: tenantId,
    kind,
    threshold,
    raised: to === 'raised',
    value,
    at_ms: atMs,
  }));
  const won = await tx.$queryRaw<{ tenant_id: string; kind: string; threshold: number; alert_id: string }[]>`
    WITH given AS MATERIALIZED (
      SELECT tenant_id, kind, threshold, raised, value,
             -- A clock that is ahead would stand against every later change. Cut, for rounding may add half a millisecond.
             LEAST(to_timestamp(at_ms / 1000)::timestamptz(3), date_trunc('milliseconds', clock_timestamp())) AS at
        FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
          AS g(tenant_id text, kind text, threshold float8, raised boolean, value float8, at_ms float8)
    ), won AS (
      INSERT INTO alert_states AS s (tenant_id, kind, threshold, raised, changed_at, alert_id)
      SELECT tenant_id, kind, threshold, raised, at, CASE WHEN raised THEN gen_random_uuid() END
        FROM given ORDER BY tenant_id, kind, threshold
      ON CONFLICT (tenant_id, kind, threshold) DO UPDATE
         SET raised = EXCLUDED.raised, changed_at = EXCLUDED.changed_at, alert_id = COALESCE(EXCLUDED.alert_id, s.alert_id)
       WHERE s.raised <> EXCLUDED.raised AND s.changed_at < EXCLUDED.changed_at
      RETURNING s.tenant_id, s.kind, s.threshold, s.raised, s.alert_id
    ), opened AS (
      INSERT INTO alerts (id, tenant_id, kind, threshold, raised_at, value)
      SELECT w.alert_id, w.tenant_id, w.kind, w.threshold, g.at, g.value
        FROM won w JOIN given g USING (tenant_id, kind, threshold) WHERE w.raised
    ), closed AS (
      UPDATE alerts a SET resolved_at = g.at, resolved_value = g.value
        FROM won w JOIN given g USING (tenant_id, kind, threshold) WHERE NOT w.raised AND a.id = w.alert_id
    )
    SELECT tenant_id, kind, threshold, alert_id::text AS alert_id FROM won WHERE alert_id IS NOT NULL`;
  if (won.length === 0) return [];
  const ids = new Map(won.map((row) => [keyOf(row.tenant_id, row.kind, row.threshold), row.alert_id]));
  const alerts = await alertsById(tx, [...ids.values()]);
  return transitions.flatMap((transition) => {
    const alert = alerts.get(ids.get(keyOf(transition.tenantId, transition.kind, transition.threshold)) ?? '');
    return alert ? [{ transition, alert }] : [];
  });
}

async function alertsById(tx: Tx, ids: readonly string[]): Promise<Map<string, Alert>> {
  const rows = await tx.$queryRaw<AlertRow[]>`
    SELECT ${COLUMNS} FROM alerts a WHERE a.id IN (SELECT jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;
  return new Map(rows.map((row) => [row.id, alertOf(row)]));
}

/** Of a tenant all or none, so one with more thresholds than `count` still fits. */
export async function listRaised(
  tx: Tx,
  after: TenantId | undefined,
  count: number,
): Promise<TenantPage<AlertSubject>> {
  const rows = await tx.$queryRaw<{ tenant_id: string; kind: AlertSubject['kind']; threshold: number }[]>`
    SELECT tenant_id, kind, threshold FROM alert_states WHERE raised AND tenant_id IN (
      SELECT DISTINCT tenant_id FROM alert_states
       WHERE raised AND (${after ?? null}::text IS NULL OR tenant_id > ${after ?? null}) ORDER BY tenant_id LIMIT ${count})
     ORDER BY tenant_id`;
  const items = rows.map(({ tenant_id, ...subject }) => ({ tenantId: tenant_id as TenantId, ...subject }));
  const tenants = new Set(items.map(({ tenantId }) => tenantId)).size;
  return { items, next: tenants < count ? undefined : items.at(-1)?.tenantId };
}

/** Newest first. */
export async function listAlerts(tx: Tx, query: AlertQuery): Promise<Page<Alert>> {
  const { tenant = null, state = null, kind = null, page, pageSize } = query;
  const where = Prisma.sql`
    WHERE (${tenant}::text IS NULL OR a.tenant_id = ${tenant}) AND (${kind}::text IS NULL OR a.kind = ${kind})
      AND (${state}::text IS NULL OR (a.resolved_at IS NULL) = (${state} = 'open'))`;
  const rows = await tx.$queryRaw<AlertRow[]>`
    SELECT ${COLUMNS} FROM alerts a ${where} ORDER BY a.raised_at DESC, a.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM alerts a ${where}`;
  return { items: rows.map(alertOf), total: counted[0]?.total ?? 0, page, pageSize };
}

/** @throws TenantCacheError `ALERT_NOT_FOUND` */
export async function acknowledge(tx: Tx, id: string, reason: string, actor: Actor): Promise<Alert> {
  const [fresh] = await tx.$queryRaw<AlertRow[]>`
    UPDATE alerts a SET acknowledged_at = clock_timestamp(), acknowledged_by = ${actor.id}
     WHERE a.id = ${id}::uuid AND a.acknowledged_at IS NULL RETURNING ${COLUMNS}`;
  const alert = fresh ? alertOf(fresh) : (await alertsById(tx, [id])).get(id);
  if (!alert) throw fail('ALERT_NOT_FOUND');
  if (fresh) {
    const { tenantId: tenant, kind, threshold, raisedAt } = alert;
    const after = { alert: id, kind, threshold, raisedAt, acknowledgedBy: actor.id };
    await insertAudit(tx, actor, { tenant, action: 'alert', before: null, after, reason });
  }
  return alert;
}

export function alertOf(row: AlertRow): Alert {
  return {
    id: row.id,
    tenantId: row.tenant_id as TenantId | null,
    kind: row.kind,
    threshold: row.threshold,
    value: row.value,
    raisedAt: row.raised_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolvedValue: row.resolved_value,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    acknowledgedBy: row.acknowledged_by,
  };
}

/** Raised where there is none; ends with `resolveDisabled`. */
export async function raiseDisabled(
  tx: Tx,
  webhook: { id: string; tenantId: TenantId | null },
  threshold: number,
  failures: number,
): Promise<Alert> {
  const rows = await tx.$queryRaw<AlertRow[]>`
    INSERT INTO alerts AS a (tenant_id, kind, threshold, value, raised_at, webhook_id)
    VALUES (${webhook.tenantId}, 'webhook-disabled', ${threshold}::float8, ${failures}::float8, clock_timestamp(), ${webhook.id}::uuid)
    RETURNING ${COLUMNS}`;
  return alertOf(rows[0] as AlertRow);
}

export async function resolveDisabled(tx: Tx, webhookId: string): Promise<Alert[]> {
  const rows = await tx.$queryRaw<AlertRow[]>`
    UPDATE alerts a SET resolved_at = clock_timestamp(), resolved_value = 0
     WHERE a.webhook_id = ${webhookId}::uuid AND a.kind = 'webhook-disabled' AND a.resolved_at IS NULL RETURNING ${COLUMNS}`;
  return rows.map(alertOf);
}

function keyOf(tenant: string, kind: string, threshold: number): string {
  return `${tenant} ${kind} ${threshold}`;
}
