import { Prisma, type Tx } from '@tenantcache/database';
import type { UsagePart } from '../core/usage-part.js';
import { COUNTER_COLUMNS, foldParts } from './usage-fold.js';

const COLUMNS = Object.values(COUNTER_COLUMNS);
const METRICS_COLUMNS: Partial<Record<string, string>> = {
  bytes_served: 'total_bytes_served',
  bytes_written: 'total_bytes_written',
};

/** SQL of names that are written in this package; nothing from outside comes here. */
const list = (each: (column: string) => string) => Prisma.raw(COLUMNS.map(each).join(', '));
const NAMES = list((column) => column);
const TYPED = list((column) => `${column} ${column === 'response_time_ms' ? 'float8' : 'bigint'}`);
const KEEP_GREATEST = list((column) => `${column} = GREATEST(old.${column}, EXCLUDED.${column})`);
const SUMS = list((column) => `sum(${column})::${column === 'response_time_ms' ? 'float8' : 'bigint'} AS ${column}`);
const SET_SUMS = list((column) => `${METRICS_COLUMNS[column] ?? column} = summed.${column}`);

/**
 * Merges parts in one transaction of five statements, however many they are. Rows are locked in the order of their
 * keys, so that two flushers wait for each other and never for ever.
 */
export async function mergeParts(tx: Tx, parts: readonly UsagePart[]): Promise<void> {
  const { days, buckets } = foldParts(parts);
  const dayRows = Prisma.sql`jsonb_to_recordset(${JSON.stringify(days)}::jsonb)
    AS p(tenant_id text, date date, process_epoch text, ${TYPED})`;
  const bucketRows = Prisma.sql`jsonb_to_recordset(${JSON.stringify(buckets)}::jsonb)
    AS p(tenant_id text, bucket_start_ms float8, process_epoch text, bucket_ms int, ${TYPED},
         used_bytes bigint, entries bigint, quota_bytes bigint, hard_limit_bytes bigint)`;

  // The day's row is the lock under which its sum is taken: a sum beside another's uncommitted part would lose it.
  await tx.$executeRaw`
    INSERT INTO tenant_cache_metrics (tenant_id, date)
    SELECT DISTINCT tenant_id, date FROM ${dayRows} ORDER BY tenant_id, date
    ON CONFLICT (tenant_id, date) DO UPDATE SET updated_at = now()`;
  await tx.$executeRaw`
    INSERT INTO tenant_cache_counter_parts AS old (tenant_id, date, process_epoch, ${NAMES})
    SELECT tenant_id, date, process_epoch, ${NAMES} FROM ${dayRows}
    ON CONFLICT (tenant_id, date, process_epoch) DO UPDATE SET ${KEEP_GREATEST}`;
  await tx.$executeRaw`
    UPDATE tenant_cache_metrics m SET ${SET_SUMS}
      FROM (SELECT tenant_id, date, ${SUMS} FROM tenant_cache_counter_parts
             WHERE (tenant_id, date) IN (SELECT tenant_id, date FROM ${dayRows}) GROUP BY tenant_id, date) AS summed
     WHERE m.tenant_id = summed.tenant_id AND m.date = summed.date`;
  await tx.$executeRaw`
    INSERT INTO tenant_cache_samples AS old (tenant_id, bucket_start, process_epoch, bucket_ms, ${NAMES},
                                             used_bytes, entries, quota_bytes, hard_limit_bytes)
    SELECT tenant_id, to_timestamp(bucket_start_ms / 1000), process_epoch, bucket_ms, ${NAMES},
           used_bytes, entries, quota_bytes, hard_limit_bytes
      FROM ${bucketRows} ORDER BY tenant_id, bucket_start_ms, process_epoch
    ON CONFLICT (tenant_id, bucket_start, process_epoch) DO UPDATE SET ${KEEP_GREATEST},
      used_bytes = EXCLUDED.used_bytes, entries = EXCLUDED.entries,
      quota_bytes = EXCLUDED.quota_bytes, hard_limit_bytes = EXCLUDED.hard_limit_bytes`;
  await tx.$executeRaw`
    WITH latest AS (
      SELECT DISTINCT ON (tenant_id) tenant_id, used_bytes, to_timestamp(bucket_start_ms / 1000) AS at
        FROM ${bucketRows} ORDER BY tenant_id, bucket_start_ms DESC
    ), locked AS MATERIALIZED (
      SELECT q.tenant_id FROM tenant_cache_quotas q WHERE q.tenant_id IN (SELECT tenant_id FROM latest)
       ORDER BY q.tenant_id FOR NO KEY UPDATE
    )
    UPDATE tenant_cache_quotas q SET current_usage_mb = latest.used_bytes / 1048576.0, usage_at = latest.at
      FROM latest JOIN locked USING (tenant_id)
     WHERE q.tenant_id = latest.tenant_id AND (q.usage_at IS NULL OR q.usage_at <= latest.at)`;
}
