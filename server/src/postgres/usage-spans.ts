import { Prisma, type Tx } from '@tenantcache/database';
import { COUNTER_NAMES, type CounterName, type CounterValues } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { FleetUsage, TenantSpan } from '../core/usage-reader.js';
import { COUNTERS } from './usage-columns.js';

const DAY_MS = 86_400_000;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The next tenants with a day that the span touches, in the database's order of their ids. */
export async function candidates(tx: Tx, { fromMs, toMs }: Span, after: string, count: number): Promise<TenantId[]> {
  const [first, last] = [dateOf(fromMs), dateOf(Math.max(fromMs, toMs - 1))];
  const rows = await tx.$queryRaw<{ tenant_id: TenantId }[]>`
    SELECT DISTINCT tenant_id FROM tenant_cache_metrics
     WHERE date BETWEEN ${first}::date AND ${last}::date AND requests > 0 AND tenant_id > ${after}
     ORDER BY tenant_id LIMIT ${count}`;
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Of these tenants those with requests in the span. */
export async function spansOf(tx: Tx, { fromMs, toMs }: Span, tenants: readonly TenantId[]): Promise<TenantSpan[]> {
  const wholeFromMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  const wholeToMs = Math.max(wholeFromMs, Math.floor(toMs / DAY_MS) * DAY_MS);
  const [edgeMs, edgeEndMs] = [Math.min(wholeFromMs, toMs), Math.max(wholeToMs, fromMs)];
  return tx.$queryRaw<TenantSpan[]>`
    SELECT t.tenant_id AS "tenantId", counted.* FROM unnest(${[...tenants] as string[]}::text[]) AS t(tenant_id)
     CROSS JOIN LATERAL (
       SELECT ${COUNTERS.answer} FROM (
         SELECT ${COUNTERS.asMetrics} FROM tenant_cache_metrics m
          WHERE m.tenant_id = t.tenant_id AND m.date >= ${dateOf(wholeFromMs)}::date AND m.date < ${dateOf(wholeToMs)}::date
         UNION ALL
         SELECT ${COUNTERS.names} FROM tenant_cache_samples s
          WHERE s.tenant_id = t.tenant_id AND s.bucket_start >= ${time(fromMs)} AND s.bucket_start < ${time(edgeMs)}
         UNION ALL
         SELECT ${COUNTERS.names} FROM tenant_cache_samples s
          WHERE s.tenant_id = t.tenant_id AND s.bucket_start >= ${time(edgeEndMs)} AND s.bucket_start < ${time(toMs)}
       ) AS rows
     ) AS counted
     WHERE counted.requests > 0 ORDER BY t.tenant_id`;
}

export async function fleetUsage(
  tx: Tx,
  { fromDate, toDate }: { readonly fromDate: string; readonly toDate: string },
  { by, count }: { readonly by: CounterName; readonly count: number },
): Promise<FleetUsage> {
  if (!COUNTER_NAMES.includes(by)) throw new TypeError('by is not the name of a counter');
  const asked = Prisma.raw(`"${by}"`);
  const [sum, ...top] = await tx.$queryRaw<(CounterValues & { tenantId: TenantId; tenants: number })[]>`
    WITH tenant AS MATERIALIZED (
      SELECT tenant_id AS "tenantId", ${COUNTERS.answerOfMetrics} FROM tenant_cache_metrics
       WHERE date BETWEEN ${fromDate}::date AND ${toDate}::date GROUP BY tenant_id
    )
    SELECT * FROM (
      SELECT NULL AS "tenantId", count(*) FILTER (WHERE requests > 0)::float8 AS tenants, ${COUNTERS.sumsOfAnswers} FROM tenant
      UNION ALL
      (SELECT "tenantId", 1, ${COUNTERS.answers} FROM tenant WHERE ${asked} > 0 ORDER BY ${asked} DESC, "tenantId" LIMIT ${count})
    ) AS rows
     ORDER BY "tenantId" IS NULL DESC, ${asked} DESC, "tenantId"`;
  const { tenantId: _, tenants, ...total } = sum as (typeof top)[number];
  return { tenants, total, top: top.map(({ tenants: _one, ...span }) => span) };
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function time(ms: number): Prisma.Sql {
  return Prisma.sql`to_timestamp(${ms}::float8 / 1000)`;
}
