import 'server-only';
import type { Prisma as PrismaTypes, Tx } from '@tenantcache/database';
import { Prisma } from './database-package';
import type { TimeRange } from './range';

/** What one tenant did in a range. */
export interface Activity {
  readonly tenantId: string;
  readonly requests: number;
  readonly hits: number;
  readonly misses: number;
  /** Entries evicted for space. */
  readonly evictions: number;
  /** Writes that the quota refused. */
  readonly rejections: number;
}

type Span = Pick<TimeRange, 'fromMs' | 'toMs'>;
type Sql = PrismaTypes.Sql;

const DAY_MS = 86_400_000;
const COUNTED = Prisma.sql`tenant_id, requests, l1_hits + l2_hits AS hits, misses, evictions, rejections`;
const SUMS = Prisma.sql`tenant_id AS "tenantId", sum(requests)::float8 AS requests, sum(hits)::float8 AS hits,
  sum(misses)::float8 AS misses, sum(evictions)::float8 AS evictions, sum(rejections)::float8 AS rejections`;

/** Whole UTC days from the days, the rest from the samples: a month of a tenant is 30 rows and not 8,640. */
export function activityOf(tx: Tx, range: Span, tenantIds: readonly string[]): Promise<Activity[]> {
  const { days, edges } = cut(range);
  const these = Prisma.sql`tenant_id = ANY(${[...tenantIds]}::text[])`;
  return tx.$queryRaw<Activity[]>`
    SELECT ${SUMS} FROM (
      SELECT ${COUNTED} FROM tenant_cache_metrics WHERE ${these} AND ${within('date', days)}
      UNION ALL SELECT ${COUNTED} FROM tenant_cache_samples WHERE ${these} AND ${within('bucket_start', edges[0])}
      UNION ALL SELECT ${COUNTED} FROM tenant_cache_samples WHERE ${these} AND ${within('bucket_start', edges[1])}
    ) AS counted GROUP BY tenant_id`;
}

/** The ids with most of each. From a day on the days that the range touches decide: an order needs no exact ends. */
export async function leadersOf(
  tx: Tx,
  range: Span,
  by: readonly ('misses' | 'evictions')[],
  count: number,
): Promise<string[]> {
  const touched = { fromMs: Math.floor(range.fromMs / DAY_MS) * DAY_MS, toMs: range.toMs };
  const source =
    range.toMs - range.fromMs >= DAY_MS
      ? Prisma.sql`SELECT tenant_id, misses, evictions FROM tenant_cache_metrics WHERE ${within('date', touched)}`
      : Prisma.sql`SELECT tenant_id, misses, evictions FROM tenant_cache_samples WHERE ${within('bucket_start', range)}`;
  const best = by.map(
    (name) => Prisma.sql`(SELECT tenant_id FROM summed WHERE ${Prisma.raw(name)} > 0
                           ORDER BY ${Prisma.raw(name)} DESC, tenant_id LIMIT ${count})`,
  );
  const rows = await tx.$queryRaw<{ tenant_id: string }[]>`
    WITH summed AS MATERIALIZED (
      SELECT tenant_id, sum(misses) AS misses, sum(evictions) AS evictions FROM (${source}) AS counted GROUP BY tenant_id
    ) ${Prisma.join(best, ' UNION ')}`;
  return rows.map(({ tenant_id }) => tenant_id);
}

/**
 * How much of a range was recorded of anybody. Days and moments are looked up in their index, not read from all rows; a
 * whole day counts from its first sample to its last, or in full where its samples are gone.
 */
export async function recordedMsOf(tx: Tx, range: Span): Promise<number> {
  const { days, edges } = cut(range);
  const rows = await tx.$queryRaw<{ ms: number | null }[]>`
    SELECT sum(COALESCE((extract(epoch FROM last.at - first.at) * 1000)::float8, ${DAY_MS}))::float8 AS ms
      FROM (SELECT at::date AS date FROM generate_series(${new Date(days.fromMs)}::timestamptz AT TIME ZONE 'UTC',
                   ${new Date(days.toMs - 1)}::timestamptz AT TIME ZONE 'UTC', interval '1 day') AS at
             WHERE EXISTS (SELECT FROM tenant_cache_metrics m WHERE m.date = at::date)) AS day
      LEFT JOIN LATERAL (
        SELECT bucket_start AS at FROM tenant_cache_samples
         WHERE bucket_start >= day.date::timestamp AT TIME ZONE 'UTC'
           AND bucket_start < (day.date + 1)::timestamp AT TIME ZONE 'UTC'
         ORDER BY bucket_start LIMIT 1) AS first ON true
      LEFT JOIN LATERAL (
        SELECT bucket_start + bucket_ms * interval '1 millisecond' AS at FROM tenant_cache_samples
         WHERE bucket_start >= day.date::timestamp AT TIME ZONE 'UTC'
           AND bucket_start < (day.date + 1)::timestamp AT TIME ZONE 'UTC'
         ORDER BY bucket_start DESC LIMIT 1) AS last ON true
    UNION ALL ${bucketsIn(edges[0])} UNION ALL ${bucketsIn(edges[1])}`;
  return rows.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
}

function bucketsIn(span: Span): Sql {
  return Prisma.sql`(
    WITH RECURSIVE bucket AS (
      (SELECT bucket_start, bucket_ms FROM tenant_cache_samples WHERE ${within('bucket_start', span)} ORDER BY bucket_start LIMIT 1)
      UNION ALL
      SELECT later.* FROM bucket CROSS JOIN LATERAL (
        SELECT s.bucket_start, s.bucket_ms FROM tenant_cache_samples s
         WHERE s.bucket_start > bucket.bucket_start AND s.bucket_start < ${new Date(span.toMs)}
         ORDER BY s.bucket_start LIMIT 1) AS later
    ) SELECT sum(bucket_ms)::float8 AS ms FROM bucket)`;
}

/** The whole UTC days of a range, and what is left of it before and after them. */
function cut({ fromMs, toMs }: Span): { days: Span; edges: readonly [Span, Span] } {
  const firstMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  const lastMs = Math.max(firstMs, Math.floor(toMs / DAY_MS) * DAY_MS);
  return {
    days: { fromMs: firstMs, toMs: lastMs },
    edges: [
      { fromMs, toMs: Math.min(firstMs, toMs) },
      { fromMs: lastMs, toMs },
    ],
  };
}

function within(column: 'date' | 'bucket_start', { fromMs, toMs }: Span): Sql {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  if (column === 'bucket_start') return Prisma.sql`bucket_start >= ${from} AND bucket_start < ${to}`;
  return Prisma.sql`date >= ${from.toISOString().slice(0, 10)}::date AND date < ${new Date(Math.ceil(toMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10)}::date`;
}
