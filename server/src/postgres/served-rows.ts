import type { Tx } from '@tenantcache/database';
import type { Statement } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';

export type Served = Pick<Statement, 'requests' | 'bytesServed' | 'bytesWritten'>;

interface ServedRow {
  requests: number;
  bytes_served: number;
  bytes_written: number;
}

/** What was served in a period, and what the tenant's first day had counted before its first period began. */
interface ServedPeriod {
  readonly served: Served;
  /** Undefined where a statement has it already. */
  readonly before: Served | undefined;
}

/**
 * What was served since the tenant's first statement began, less what its statements hold: counters that came in after
 * their period was closed are in the next. Whole days from the day's sums, the last part of a day from its samples.
 */
export async function servedBefore(tx: Tx, tenantId: TenantId, startMs: number, endMs: number): Promise<ServedPeriod> {
  const closed = await closedOf(tx, tenantId);
  const firstMs = closed?.first_ms ?? startMs;
  const known = closed?.before_requests !== null && closed !== undefined;
  const before = known
    ? {
        requests: closed.before_requests ?? 0,
        bytesServed: closed.before_bytes_served ?? 0,
        bytesWritten: closed.before_bytes_written ?? 0,
      }
    : await onFirstDayBefore(tx, tenantId, firstMs);
  const counted = await countedFrom(tx, tenantId, firstMs, endMs);
  const rest = (name: keyof Served, already: number) => Math.max(0, counted[name] - before[name] - already);
  return {
    served: {
      requests: rest('requests', closed?.requests ?? 0),
      bytesServed: rest('bytesServed', closed?.bytes_served ?? 0),
      bytesWritten: rest('bytesWritten', closed?.bytes_written ?? 0),
    },
    before: known ? undefined : before,
  };
}

interface ClosedRow extends ServedRow {
  first_ms: number;
  before_requests: number | null;
  before_bytes_served: number | null;
  before_bytes_written: number | null;
}

async function closedOf(tx: Tx, tenantId: TenantId): Promise<ClosedRow | undefined> {
  const [row] = await tx.$queryRaw<ClosedRow[]>`
    SELECT extract(epoch FROM min(period_start))::float8 * 1000 AS first_ms, sum(requests)::float8 AS requests,
           sum(bytes_served)::float8 AS bytes_served, sum(bytes_written)::float8 AS bytes_written,
           sum(before_requests)::float8 AS before_requests, sum(before_bytes_served)::float8 AS before_bytes_served,
           sum(before_bytes_written)::float8 AS before_bytes_written
      FROM tenant_cache_statements WHERE tenant_id = ${tenantId} HAVING count(*) > 0`;
  return row;
}

/**
 * Samples are dropped in time, days are not: so this is asked once, and kept with the statement. The sample that the first
 * period begins in is the period's: no other has it.
 */
async function onFirstDayBefore(tx: Tx, tenantId: TenantId, firstMs: number): Promise<Served> {
  const rows = await tx.$queryRaw<ServedRow[]>`
    WITH edge AS (SELECT to_timestamp(${firstMs}::float8 / 1000) AS first)
    SELECT COALESCE(sum(s.requests), 0)::float8 AS requests, COALESCE(sum(s.bytes_served), 0)::float8 AS bytes_served,
           COALESCE(sum(s.bytes_written), 0)::float8 AS bytes_written
      FROM tenant_cache_samples s, edge
     WHERE s.tenant_id = ${tenantId} AND s.bucket_start + s.bucket_ms * interval '1 millisecond' <= edge.first
       AND s.bucket_start >= date_trunc('day', edge.first AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
  return servedOf(rows);
}

async function countedFrom(tx: Tx, tenantId: TenantId, firstMs: number, endMs: number): Promise<Served> {
  const rows = await tx.$queryRaw<ServedRow[]>`
    WITH span AS (
      SELECT to_timestamp(${firstMs}::float8 / 1000) AS first, to_timestamp(${endMs}::float8 / 1000) AS last
    ), edges AS (
      SELECT (first AT TIME ZONE 'UTC')::date AS first_day, (last AT TIME ZONE 'UTC')::date AS last_day, last FROM span
    ), counted AS (
      SELECT m.requests, m.total_bytes_served AS bytes_served, m.total_bytes_written AS bytes_written
        FROM tenant_cache_metrics m, edges WHERE m.tenant_id = ${tenantId} AND m.date >= first_day AND m.date < last_day
      UNION ALL
      SELECT s.requests, s.bytes_served, s.bytes_written
        FROM tenant_cache_samples s, edges
       WHERE s.tenant_id = ${tenantId} AND s.bucket_start >= last_day::timestamp AT TIME ZONE 'UTC' AND s.bucket_start < last
    )
    SELECT COALESCE(sum(requests), 0)::float8 AS requests, COALESCE(sum(bytes_served), 0)::float8 AS bytes_served,
           COALESCE(sum(bytes_written), 0)::float8 AS bytes_written
      FROM counted`;
  return servedOf(rows);
}

function servedOf([row]: ServedRow[]): Served {
  return {
    requests: row?.requests ?? 0,
    bytesServed: row?.bytes_served ?? 0,
    bytesWritten: row?.bytes_written ?? 0,
  };
}
