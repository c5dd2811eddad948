import { Prisma, type Tx } from '@tenantcache/database';
import type { Page, Statement, StatementSpan } from '../core/directory.js';
import type { Bill } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Served } from './served-rows.js';

/** `before`: what the tenant's first day had counted before its first period, where no statement has that yet. */
export async function insertStatement(tx: Tx, statement: Statement, before: Served | undefined): Promise<void> {
  const { tenantId, periodStart, periodEnd, closedAt, quotaBytes, peakBytes, byteMs, overageByteMs } = statement;
  const { timesExceeded, requests, bytesServed, bytesWritten, bill } = statement;
  const kept = before ?? { requests: null, bytesServed: null, bytesWritten: null };
  await tx.$executeRaw`
    INSERT INTO tenant_cache_statements
           (tenant_id, period_start, period_end, closed_at, quota_bytes, peak_bytes, byte_ms, overage_byte_ms,
            times_exceeded, requests, bytes_served, bytes_written, bill,
            before_requests, before_bytes_served, before_bytes_written)
    VALUES (${tenantId}, ${periodStart}::timestamptz, ${periodEnd}::timestamptz, ${closedAt}::timestamptz,
            ${quotaBytes}::float8::bigint, ${peakBytes}::float8::bigint, ${byteMs}::float8, ${overageByteMs}::float8,
            ${timesExceeded}::float8::bigint, ${requests}::float8::bigint, ${bytesServed}::float8::bigint,
            ${bytesWritten}::float8::bigint, ${bill && JSON.stringify(bill)}::jsonb,
            ${kept.requests}::float8::bigint, ${kept.bytesServed}::float8::bigint, ${kept.bytesWritten}::float8::bigint)`;
}

interface StatementRow {
  tenant_id: TenantId;
  period_start: Date;
  period_end: Date;
  closed_at: Date;
  quota_bytes: number;
  peak_bytes: number;
  byte_ms: number;
  overage_byte_ms: number;
  times_exceeded: number;
  requests: number;
  bytes_served: number;
  bytes_written: number;
  bill: Bill | null;
}

const SELECT = Prisma.sql`
  SELECT tenant_id, period_start, period_end, closed_at, quota_bytes::float8 AS quota_bytes,
         peak_bytes::float8 AS peak_bytes, byte_ms, overage_byte_ms, times_exceeded::float8 AS times_exceeded,
         requests::float8 AS requests, bytes_served::float8 AS bytes_served, bytes_written::float8 AS bytes_written, bill
    FROM tenant_cache_statements`;

/** Newest first. */
export async function listStatements(
  tx: Tx,
  tenantId: TenantId,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<Statement>> {
  const rows = await tx.$queryRaw<StatementRow[]>`${SELECT} WHERE tenant_id = ${tenantId}
     ORDER BY period_start DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM tenant_cache_statements WHERE tenant_id = ${tenantId}`;
  return { items: rows.map(statementOf), total: counted[0]?.total ?? 0, page, pageSize };
}

export async function findStatement(tx: Tx, tenantId: TenantId, startMs: number): Promise<Statement | undefined> {
  const rows = await tx.$queryRaw<StatementRow[]>`
    ${SELECT} WHERE tenant_id = ${tenantId} AND period_start = to_timestamp(${startMs}::float8 / 1000)::timestamptz(3)`;
  return rows[0] && statementOf(rows[0]);
}

/** Of all tenants, by the end of their periods. */
export async function listAllStatements(
  tx: Tx,
  span: StatementSpan,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<Statement>> {
  const within = Prisma.sql`WHERE ${endsWithin(span)}`;
  const rows = await tx.$queryRaw<StatementRow[]>`${SELECT} ${within}
     ORDER BY period_end, tenant_id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM tenant_cache_statements ${within}`;
  return { items: rows.map(statementOf), total: counted[0]?.total ?? 0, page, pageSize };
}

/** From where the last ones ended, so that what is closed meanwhile moves none of the others. */
export async function statementsAfter(
  tx: Tx,
  { tenant, ...span }: StatementSpan & { readonly tenant?: TenantId | undefined },
  last: Statement | undefined,
  count: number,
): Promise<readonly Statement[]> {
  const ofTenant = tenant === undefined ? Prisma.empty : Prisma.sql`AND tenant_id = ${tenant}`;
  const after = last
    ? Prisma.sql`AND (period_end, tenant_id) > (${last.periodEnd}::timestamptz, ${last.tenantId})`
    : Prisma.empty;
  const rows = await tx.$queryRaw<StatementRow[]>`${SELECT} WHERE ${endsWithin(span)} ${ofTenant} ${after}
     ORDER BY period_end, tenant_id LIMIT ${count}`;
  return rows.map(statementOf);
}

function endsWithin({ afterMs, untilMs }: StatementSpan): Prisma.Sql {
  const after =
    afterMs === undefined ? Prisma.sql`true` : Prisma.sql`period_end > to_timestamp(${afterMs}::float8 / 1000)`;
  if (untilMs === undefined) return after;
  return Prisma.sql`${after} AND period_end <= to_timestamp(${untilMs}::float8 / 1000)`;
}

function statementOf(row: StatementRow): Statement {
  return {
    tenantId: row.tenant_id,
    periodStart: row.period_start.toISOString(),
    periodEnd: row.period_end.toISOString(),
    closedAt: row.closed_at.toISOString(),
    quotaBytes: row.quota_bytes,
    peakBytes: row.peak_bytes,
    byteMs: row.byte_ms,
    overageByteMs: row.overage_byte_ms,
    timesExceeded: row.times_exceeded,
    requests: row.requests,
    bytesServed: row.bytes_served,
    bytesWritten: row.bytes_written,
    bill: row.bill,
  };
}
