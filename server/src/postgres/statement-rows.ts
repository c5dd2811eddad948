import type { Tx } from '@tenantcache/database';
import type { Page, Statement } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';

type Served = Pick<Statement, 'requests' | 'bytesServed' | 'bytesWritten'>;

/**
 * What was served since the tenant's first statement began, less what its statements hold: counters that came in after
 * their period was closed are in the next. Whole days from the day's sums, the last part of a day from its samples.
 */
export async function servedBefore(tx: Tx, tenantId: TenantId, startMs: number, endMs: number): Promise<Served> {
  const [row] = await tx.$queryRaw<{ requests: number; bytes_served: number; bytes_written: number }[]>`
    WITH closed AS (
      SELECT min(period_start) AS first, COALESCE(sum(requests), 0) AS requests,
             COALESCE(sum(bytes_served), 0) AS bytes_served, COALESCE(sum(bytes_written), 0) AS bytes_written
        FROM tenant_cache_statements WHERE tenant_id = ${tenantId}
    ), span AS (
      SELECT COALESCE(closed.first, to_timestamp(${startMs}::float8 / 1000)) AS first,
             to_timestamp(${endMs}::float8 / 1000) AS last FROM closed
    ), edges AS (
      SELECT first, last, (first AT TIME ZONE 'UTC')::date AS first_day, (last AT TIME ZONE 'UTC')::date AS last_day FROM span
    ), counted AS (
      SELECT m.requests, m.total_bytes_served AS bytes_served, m.total_bytes_written AS bytes_written
        FROM tenant_cache_metrics m, edges WHERE m.tenant_id = ${tenantId} AND m.date >= first_day AND m.date < last_day
      UNION ALL
      SELECT s.requests, s.bytes_served, s.bytes_written
        FROM tenant_cache_samples s, edges
       WHERE s.tenant_id = ${tenantId} AND s.bucket_start >= last_day::timestamp AT TIME ZONE 'UTC' AND s.bucket_start < last
      UNION ALL
      SELECT -s.requests, -s.bytes_served, -s.bytes_written
        FROM tenant_cache_samples s, edges
       WHERE s.tenant_id = ${tenantId} AND s.bucket_start >= first_day::timestamp AT TIME ZONE 'UTC' AND s.bucket_start < first
    )
    SELECT GREATEST(0, COALESCE(sum(c.requests), 0) - closed.requests)::float8 AS requests,
           GREATEST(0, COALESCE(sum(c.bytes_served), 0) - closed.bytes_served)::float8 AS bytes_served,
           GREATEST(0, COALESCE(sum(c.bytes_written), 0) - closed.bytes_written)::float8 AS bytes_written
      FROM closed LEFT JOIN counted c ON true
     GROUP BY closed.requests, closed.bytes_served, closed.bytes_written`;
  return {
    requests: row?.requests ?? 0,
    bytesServed: row?.bytes_served ?? 0,
    bytesWritten: row?.bytes_written ?? 0,
  };
}

export async function insertStatement(tx: Tx, statement: Statement): Promise<void> {
  const { tenantId, periodStart, periodEnd, closedAt, quotaBytes, peakBytes, byteMs, overageByteMs } = statement;
  const { timesExceeded, requests, bytesServed, bytesWritten } = statement;
  await tx.$executeRaw`
    INSERT INTO tenant_cache_statements
           (tenant_id, period_start, period_end, closed_at, quota_bytes, peak_bytes, byte_ms, overage_byte_ms,
            times_exceeded, requests, bytes_served, bytes_written)
    VALUES (${tenantId}, ${periodStart}::timestamptz, ${periodEnd}::timestamptz, ${closedAt}::timestamptz,
            ${quotaBytes}::float8::bigint, ${peakBytes}::float8::bigint, ${byteMs}::float8, ${overageByteMs}::float8,
            ${timesExceeded}::float8::bigint, ${requests}::float8::bigint, ${bytesServed}::float8::bigint,
            ${bytesWritten}::float8::bigint)`;
}

interface StatementRow {
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
}

/** Newest first. */
export async function listStatements(
  tx: Tx,
  tenantId: TenantId,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<Statement>> {
  const rows = await tx.$queryRaw<StatementRow[]>`
    SELECT period_start, period_end, closed_at, quota_bytes::float8 AS quota_bytes, peak_bytes::float8 AS peak_bytes,
           byte_ms, overage_byte_ms, times_exceeded::float8 AS times_exceeded, requests::float8 AS requests,
           bytes_served::float8 AS bytes_served, bytes_written::float8 AS bytes_written
      FROM tenant_cache_statements WHERE tenant_id = ${tenantId}
     ORDER BY period_start DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM tenant_cache_statements WHERE tenant_id = ${tenantId}`;
  const items = rows.map((row) => ({
    tenantId,
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
  }));
  return { items, total: counted[0]?.total ?? 0, page, pageSize };
}
