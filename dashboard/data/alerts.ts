import 'server-only';
import type { Tx } from '@tenantcache/database';
import { z } from 'zod';
import { adminApi } from './admin-api';
import {
  ALERT_RULES,
  type Alert,
  type AlertCounts,
  type AlertKind,
  type AlertRules,
  type AlertState,
  type AlertsReading,
  type OwnAlert,
  VERSIONED_ALERT_RULES,
  type VersionedAlertRules,
} from './alert-schema';
import { Prisma } from './database-package';
import { rowsOf } from './history';
import type { FleetViewer, TenantViewer } from './viewer';

const { sql } = Prisma;

const SEVERITY = sql`CASE WHEN a.kind = 'rejection-rate' THEN 'critical'
  WHEN a.kind = 'quota' AND a.threshold >= 100 THEN 'exceeded' ELSE 'warning' END`;
const OWN_COLUMNS = sql`a.id::text, a.kind, ${SEVERITY} AS severity, a.threshold, a.value, a.raised_at AS "raisedAt",
  a.resolved_at AS "resolvedAt", a.resolved_value AS "resolvedValue", a.acknowledged_at AS "acknowledgedAt"`;
/** The worst first among what is open; what is over by time alone. */
const ORDER = sql`CASE WHEN a.resolved_at IS NOT NULL THEN 3 WHEN ${SEVERITY} = 'critical' THEN 0
  WHEN ${SEVERITY} = 'exceeded' THEN 1 ELSE 2 END, a.raised_at DESC, a.id`;

interface Paged {
  readonly state: AlertState;
  readonly kind: AlertKind | null;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface AlertQuery extends Paged {
  /** Part of a tenant's name or id. */
  readonly tenant: string;
}

type Raw<A extends OwnAlert> = Omit<A, 'raisedAt' | 'resolvedAt' | 'acknowledgedAt'> & {
  raisedAt: Date;
  resolvedAt: Date | null;
  acknowledgedAt: Date | null;
};

/** Alerts of all tenants, read where they are kept: they are there while the API is not. */
export async function readAlerts(viewer: FleetViewer, query: AlertQuery): Promise<AlertsReading> {
  const pattern = `%${query.tenant.replace(/[\\%_]/g, '\\$&')}%`;
  const named = sql`(${query.tenant} = '' OR a.tenant_id ILIKE ${pattern} OR t.name ILIKE ${pattern})`;
  return rowsOf(viewer, async (tx) => {
    const columns = sql`${OWN_COLUMNS}, a.tenant_id AS "tenantId", t.name AS "tenantName",
      a.acknowledged_by AS "acknowledgedBy", a.webhook_id::text AS "webhookId"`;
    return page<Alert>(tx, query, columns, sql`alerts a LEFT JOIN tenants t ON t.tenant_id = a.tenant_id`, named);
  });
}

/** Those of the reader's own tenant, without who of the staff looked at them. */
export async function readOwnAlerts(viewer: TenantViewer, query: Paged): Promise<AlertsReading<OwnAlert>> {
  const own = sql`a.tenant_id = ${viewer.tenantId}`;
  return rowsOf(viewer, (tx) => page<OwnAlert>(tx, query, OWN_COLUMNS, sql`alerts a`, own));
}

async function page<A extends OwnAlert>(
  tx: Tx,
  query: Paged,
  columns: typeof SEVERITY,
  from: typeof SEVERITY,
  matches: typeof SEVERITY,
): Promise<AlertsReading<A>> {
  // From before the read: a poll that began before a change must not pass for newer than it.
  const readAtMs = Date.now();
  const { state, kind, page: number, pageSize } = query;
  const where = sql`${matches} AND (${kind}::text IS NULL OR a.kind = ${kind})
    AND (a.resolved_at IS NULL) = (${state} = 'open')`;
  const rows = await tx.$queryRaw<Raw<A>[]>`
    SELECT ${columns} FROM ${from} WHERE ${where} ORDER BY ${ORDER} LIMIT ${pageSize} OFFSET ${(number - 1) * pageSize}`;
  const total = await tx.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM ${from} WHERE ${where}`;
  const [counts] = await tx.$queryRaw<AlertCounts[]>`
    SELECT count(*)::int AS open, (count(*) FILTER (WHERE ${SEVERITY} = 'critical'))::int AS critical
      FROM alerts a WHERE a.resolved_at IS NULL`;
  return {
    items: rows.map((row) => alertOf(row)),
    total: total[0]?.total ?? 0,
    counts: counts ?? { open: 0, critical: 0 },
    readAtMs,
  };
}

function alertOf<A extends OwnAlert>(row: Raw<A>): A {
  const { raisedAt, resolvedAt, acknowledgedAt, ...rest } = row;
  const times = {
    raisedAt: raisedAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
  };
  return { ...rest, ...times } as unknown as A;
}

/** What was raised by one rule. */
export interface RaisedByRule {
  readonly kind: AlertKind;
  readonly threshold: number;
  readonly severity: OwnAlert['severity'];
  readonly open: number;
  /** In the last 30 days, open or not. */
  readonly raised: number;
}

export interface RulesAtWork {
  readonly rules: readonly RaisedByRule[];
  /** How many tenants have rules of their own. */
  readonly tenantsWithOwnRules: number;
}

const MAX_RULES = 12;

/** How often each rule spoke lately, at most the twelve that spoke most. */
export async function readRulesAtWork(viewer: FleetViewer): Promise<RulesAtWork> {
  return rowsOf(viewer, async (tx) => {
    const rules = await tx.$queryRaw<RaisedByRule[]>`
      SELECT a.kind, a.threshold, ${SEVERITY} AS severity, count(*)::int AS raised,
             (count(*) FILTER (WHERE a.resolved_at IS NULL))::int AS open
        FROM alerts a WHERE a.raised_at > now() - interval '30 days'
       GROUP BY a.kind, a.threshold ORDER BY raised DESC, a.kind, a.threshold LIMIT ${MAX_RULES}`;
    return { rules, tenantsWithOwnRules: await tx.alertRules.count() };
  });
}

/** Undefined for a tenant that the directory does not know. */
export async function tenantNameOf(viewer: FleetViewer, tenantId: string): Promise<string | undefined> {
  const row = await rowsOf(viewer, (tx) => tx.tenant.findUnique({ where: { tenantId }, select: { name: true } }));
  return row?.name;
}

/** @throws AdminApiDown, AdminApiProblem */
export async function readAlertRules(viewer: FleetViewer, tenantId: string): Promise<VersionedAlertRules> {
  return adminApi(viewer, rulesPath(tenantId), { schema: VERSIONED_ALERT_RULES });
}

/** Of the reader's own tenant. @throws AdminApiDown, AdminApiProblem */
export async function readOwnAlertRules(viewer: TenantViewer): Promise<AlertRules> {
  return adminApi(viewer, rulesPath(viewer.tenantId), { schema: ALERT_RULES });
}

/** Replaces all rules of a tenant. @throws AdminApiDown, AdminApiProblem */
export async function replaceAlertRules(
  viewer: FleetViewer,
  tenantId: string,
  version: number,
  change: AlertRules & { reason: string },
): Promise<void> {
  await adminApi(viewer, rulesPath(tenantId), {
    schema: VERSIONED_ALERT_RULES,
    method: 'PUT',
    ifMatch: version,
    body: change,
  });
}

/** Says that somebody looks at an alert; who is first stays. @throws AdminApiDown, AdminApiProblem */
export async function acknowledgeAlert(viewer: FleetViewer, alertId: string, reason: string): Promise<void> {
  const path = `/alerts/${encodeURIComponent(alertId)}/acknowledge`;
  await adminApi(viewer, path, { schema: z.object({ id: z.string() }), method: 'POST', body: { reason } });
}

function rulesPath(tenantId: string): string {
  return `/tenants/${encodeURIComponent(tenantId)}/alert-rules`;
}
