import { Prisma, type Tx } from '@tenantcache/database';
import type { UsagePart } from '../core/usage-part.js';
import { COUNTERS, RESOURCE_COUNTERS } from './usage-columns.js';
import { foldParts, type JsonRow } from './usage-fold.js';

const GAUGES = ['used_bytes', 'entries', 'quota_bytes', 'hard_limit_bytes'];
const GAUGE_NAMES = Prisma.raw(GAUGES.join(', '));
const KEEP_LATER = Prisma.join(
  GAUGES.map((gauge) => {
    const [later, old] = [Prisma.raw(`EXCLUDED.${gauge}`), Prisma.raw(`old.${gauge}`)];
    const isLater = Prisma.sql`${COUNTERS.progressOf('EXCLUDED')} >= ${COUNTERS.progressOf('old')}`;
    return Prisma.sql`${Prisma.raw(gauge)} = CASE WHEN ${isLater} THEN ${later} ELSE ${old} END`;
  }),
);

/**
 * Merges parts in one transaction of seven statements, however many they are, and returns how many of them came after their
 * day was folded: those change nothing. Rows are locked in the order of their keys, so that two flushers wait for each
 * other and never for ever.
 */
export async function mergeParts(tx: Tx, parts: readonly UsagePart[]): Promise<number> {
  const open = await lockOpenDays(tx, parts);
  const taken = parts.filter((part) => open.has(dayOf(part)));
  if (taken.length > 0) await mergeTaken(tx, taken);
  return parts.length - taken.length;
}

const dayOf = ({ tenantId, date }: UsagePart): string => `${tenantId} ${date}`;

/** The day's row is the lock under which its sum is taken: a sum beside another's uncommitted part would lose it. */
async function lockOpenDays(tx: Tx, parts: readonly UsagePart[]): Promise<Set<string>> {
  const days = new Map(parts.map((part) => [dayOf(part), { tenant_id: part.tenantId, date: part.date }]));
  // A folded day is locked, not updated, and not returned: so none of these days can be folded before this commits.
  const rows = await tx.$queryRaw<{ tenant_id: string; date: string }[]>`
    INSERT INTO tenant_cache_metrics AS m (tenant_id, date)
    SELECT tenant_id, date FROM ${rowsOf([...days.values()], Prisma.sql`tenant_id text, date date`)}
     ORDER BY tenant_id, date
    ON CONFLICT (tenant_id, date) DO UPDATE SET updated_at = now() WHERE m.folded_at IS NULL
    RETURNING tenant_id, date::text AS date`;
  return new Set(rows.map(({ tenant_id, date }) => `${tenant_id} ${date}`));
}

async function mergeTaken(tx: Tx, parts: readonly UsagePart[]): Promise<void> {
  const { days, resources, buckets } = foldParts(parts);
  const dayKeys = days.map(({ tenant_id, date }) => ({ tenant_id, date }) as JsonRow);
  await tx.$executeRaw`
    INSERT INTO tenant_cache_counter_parts AS old (tenant_id, date, process_epoch, ${COUNTERS.names})
    SELECT tenant_id, date, process_epoch, ${COUNTERS.orZero}
      FROM ${rowsOf(days, Prisma.sql`tenant_id text, date date, process_epoch text, ${COUNTERS.typed}`)}
    ON CONFLICT (tenant_id, date, process_epoch) DO UPDATE SET ${COUNTERS.keepGreatest}`;
  await tx.$executeRaw`
    UPDATE tenant_cache_metrics m SET ${COUNTERS.setMetrics}
      FROM (SELECT tenant_id, date, ${COUNTERS.sums} FROM tenant_cache_counter_parts
             WHERE (tenant_id, date) IN (SELECT tenant_id, date
                                           FROM ${rowsOf(dayKeys, Prisma.sql`tenant_id text, date date`)})
             GROUP BY tenant_id, date) AS summed
     WHERE m.tenant_id = summed.tenant_id AND m.date = summed.date`;
  if (resources.length > 0) {
    const columns = Prisma.sql`tenant_id text, date date, resource text, process_epoch text, ${RESOURCE_COUNTERS.typed}`;
    await tx.$executeRaw`
      INSERT INTO tenant_cache_resource_parts AS old
             (tenant_id, date, resource, process_epoch, ${RESOURCE_COUNTERS.names})
      SELECT tenant_id, date, resource, process_epoch, ${RESOURCE_COUNTERS.orZero} FROM ${rowsOf(resources, columns)}
      ON CONFLICT (tenant_id, date, resource, process_epoch) DO UPDATE SET ${RESOURCE_COUNTERS.keepGreatest}`;
  }
  await mergeBuckets(tx, buckets);
}

async function mergeBuckets(tx: Tx, buckets: readonly JsonRow[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO tenant_cache_samples AS old
           (tenant_id, bucket_start, process_epoch, bucket_ms, ${COUNTERS.names}, ${GAUGE_NAMES})
    SELECT tenant_id, to_timestamp(bucket_start_ms / 1000), process_epoch, bucket_ms, ${COUNTERS.orZero}, ${GAUGE_NAMES}
      FROM ${rowsOf(
        buckets,
        Prisma.sql`tenant_id text, bucket_start_ms float8, process_epoch text, bucket_ms int, ${COUNTERS.typed},
                   used_bytes bigint, entries bigint, quota_bytes bigint, hard_limit_bytes bigint`,
      )}
     ORDER BY tenant_id, bucket_start_ms, process_epoch
    ON CONFLICT (tenant_id, bucket_start, process_epoch) DO UPDATE SET ${COUNTERS.keepGreatest}, ${KEEP_LATER}`;
  // Who wrote most in the newest bucket has heard last of what is used.
  await tx.$executeRaw`
    WITH latest AS (
      SELECT DISTINCT ON (tenant_id) tenant_id, used_bytes, to_timestamp(bucket_start_ms / 1000) AS at
        FROM ${rowsOf(
          buckets.map(({ tenant_id, bucket_start_ms, writes, used_bytes }) => {
            return { tenant_id, bucket_start_ms, writes: writes ?? 0, used_bytes } as JsonRow;
          }),
          Prisma.sql`tenant_id text, bucket_start_ms float8, writes bigint, used_bytes bigint`,
        )}
       ORDER BY tenant_id, bucket_start_ms DESC, writes DESC, used_bytes DESC
    ), locked AS MATERIALIZED (
      SELECT q.tenant_id FROM tenant_cache_quotas q WHERE q.tenant_id IN (SELECT tenant_id FROM latest)
       ORDER BY q.tenant_id FOR NO KEY UPDATE
    )
    UPDATE tenant_cache_quotas q SET current_usage_mb = latest.used_bytes / 1048576.0, usage_at = latest.at
      FROM latest JOIN locked USING (tenant_id)
     WHERE q.tenant_id = latest.tenant_id AND (q.usage_at IS NULL OR q.usage_at <= latest.at)`;
}

/** Rows as one parameter, so that a statement is the same text however many there are. */
function rowsOf(rows: readonly JsonRow[], columns: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p(${columns})`;
}
