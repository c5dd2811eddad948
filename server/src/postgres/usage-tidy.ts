import type { Tx } from '@tenantcache/database';
import { RESOURCE_COUNTERS } from './usage-columns.js';

/** Parts of a day can come so many days after its end; then they are given up for their sum. */
const FOLD_AFTER_DAYS = 7;
/** Samples are kept for as many days; the day's sums stay. */
const KEEP_SAMPLES_DAYS = 90;

/**
 * Folds up to `max` days, the oldest first, and returns how many. Days that somebody merges into at this moment are left
 * for the next call; who comes to merge meanwhile waits, and finds the day folded. By the earlier of the caller's clock
 * and the database's.
 */
export async function foldDays(tx: Tx, nowMs: number, max: number): Promise<number> {
  // A statement of its own: what deletes the parts must see all that were committed before the lock was had.
  const days = await tx.$queryRaw<{ tenant_id: string; date: string }[]>`
    SELECT tenant_id, date::text AS date FROM tenant_cache_metrics
     WHERE folded_at IS NULL
       AND date < (LEAST(to_timestamp(${nowMs}::float8 / 1000), now()) AT TIME ZONE 'UTC')::date - ${FOLD_AFTER_DAYS}::int
     ORDER BY date LIMIT ${max} FOR NO KEY UPDATE SKIP LOCKED`;
  if (days.length === 0) return 0;
  const folded = JSON.stringify(days);
  await tx.$executeRaw`
    DELETE FROM tenant_cache_counter_parts p USING jsonb_to_recordset(${folded}::jsonb) AS d(tenant_id text, date date)
     WHERE p.tenant_id = d.tenant_id AND p.date = d.date`;
  await tx.$executeRaw`
    WITH gone AS (
      DELETE FROM tenant_cache_resource_parts p USING jsonb_to_recordset(${folded}::jsonb) AS d(tenant_id text, date date)
       WHERE p.tenant_id = d.tenant_id AND p.date = d.date RETURNING p.*
    )
    INSERT INTO tenant_cache_resource_parts (tenant_id, date, resource, process_epoch, ${RESOURCE_COUNTERS.names})
    SELECT tenant_id, date, resource, 'folded', ${RESOURCE_COUNTERS.sums} FROM gone GROUP BY tenant_id, date, resource`;
  await tx.$executeRaw`
    UPDATE tenant_cache_metrics m SET folded_at = now()
      FROM jsonb_to_recordset(${folded}::jsonb) AS d(tenant_id text, date date)
     WHERE m.tenant_id = d.tenant_id AND m.date = d.date`;
  return days.length;
}

/**
 * Drops up to `max` samples past their time, the oldest first, and returns how many. Statements need none of them: the
 * first of a tenant holds what it took of its samples.
 */
export function dropSamples(tx: Tx, nowMs: number, max: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM tenant_cache_samples WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM tenant_cache_samples
       WHERE bucket_start < LEAST(to_timestamp(${nowMs}::float8 / 1000), now())
                            - make_interval(days => ${KEEP_SAMPLES_DAYS}::int)
       ORDER BY bucket_start LIMIT ${max} FOR UPDATE SKIP LOCKED))`;
}
