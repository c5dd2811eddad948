import type { Tx } from '@tenantcache/database';
import { atLeastStep, narrowed, type TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import type { SeriesName } from './names';
import type { Scope } from './prometheus-frame';

type Row = { at: number } & Record<SeriesName, number | null>;

interface Extent {
  firstMs: number | null;
  bucketMs: number | null;
}

/**
 * The same series from the samples that processes leave in Postgres. Undefined where the range holds none. Counters are
 * summed over processes; of a gauge the last bucket of each step counts, and of several processes the greatest answer.
 */
export async function historyFrame<Name extends SeriesName>(
  tx: Tx,
  { tenantId }: Scope,
  names: readonly Name[],
  asked: TimeRange,
): Promise<Frame<Name> | undefined> {
  const extent = await historyExtent(tx, { tenantId }, asked);
  if (extent === undefined) return undefined;
  const range = endingOnStep(narrowed(atLeastStep(asked, extent.bucketMs), extent.firstMs, extent.bucketMs));
  const builder = new FrameBuilder(range, names);
  for (const row of await samples(tx, tenantId ?? null, range)) {
    builder.cover(row.at);
    for (const name of names) {
      const value = row[name];
      if (value !== null) builder.put(name, row.at, value);
    }
  }
  const frame = builder.build();
  return asked.toMs < range.toMs ? { ...frame, lastStepMs: asked.toMs - (range.toMs - range.stepMs) } : frame;
}

export async function historyExtent(tx: Tx, { tenantId }: Scope, range: TimeRange) {
  const [extent] = await tx.$queryRaw<Extent[]>`
    SELECT (extract(epoch FROM min(bucket_start)) * 1000)::float8 AS "firstMs", max(bucket_ms)::float8 AS "bucketMs"
    FROM tenant_cache_samples
    WHERE bucket_start >= ${new Date(range.fromMs)} AND bucket_start < ${new Date(range.toMs)}
      AND (${tenantId ?? null}::text IS NULL OR tenant_id = ${tenantId ?? null}::text)`;
  if (!extent || extent.firstMs === null || extent.bucketMs === null) return undefined;
  return { firstMs: extent.firstMs, bucketMs: extent.bucketMs };
}

/** The bucket under way ends after now: the last step is shown as far as it has come. */
function endingOnStep(range: TimeRange): TimeRange {
  return { ...range, toMs: Math.ceil(range.toMs / range.stepMs) * range.stepMs };
}

function samples(tx: Tx, tenantId: string | null, range: TimeRange): Promise<Row[]> {
  return tx.$queryRaw<Row[]>`
    WITH bucket AS (
      SELECT tenant_id, bucket_start, max(bucket_ms) AS bucket_ms,
        sum(requests) AS requests, sum(l1_hits) AS l1_hits, sum(l2_hits) AS l2_hits, sum(misses) AS misses,
        sum(load_errors) AS load_errors, sum(rejections) AS rejections, sum(bytes_served) AS bytes_served,
        sum(response_time_ms) AS response_time_ms, sum(evictions) AS evictions, sum(expirations) AS expirations,
        sum(invalidations) AS invalidations, max(used_bytes) AS used_bytes, max(quota_bytes) AS quota_bytes,
        max(hard_limit_bytes) AS hard_limit_bytes
      FROM tenant_cache_samples
      WHERE bucket_start >= ${new Date(range.fromMs)} AND bucket_start < ${new Date(range.toMs)}
        AND (${tenantId}::text IS NULL OR tenant_id = ${tenantId}::text)
      GROUP BY tenant_id, bucket_start
    ), step AS (
      SELECT tenant_id,
        ceil((extract(epoch FROM bucket_start) * 1000 + bucket_ms) / ${range.stepMs}::float8) * ${range.stepMs}::float8 AS at,
        sum(requests) AS requests, sum(l1_hits) AS l1_hits, sum(l2_hits) AS l2_hits, sum(misses) AS misses,
        sum(load_errors) AS load_errors, sum(rejections) AS rejections, sum(bytes_served) AS bytes_served,
        sum(response_time_ms) AS response_time_ms, sum(evictions) AS evictions, sum(expirations) AS expirations,
        sum(invalidations) AS invalidations,
        (array_agg(used_bytes ORDER BY bucket_start DESC))[1] AS used_bytes,
        (array_agg(quota_bytes ORDER BY bucket_start DESC))[1] AS quota_bytes,
        (array_agg(hard_limit_bytes ORDER BY bucket_start DESC))[1] AS hard_limit_bytes
      FROM bucket GROUP BY tenant_id, at
    )
    SELECT at::float8 AS at,
      sum(requests)::float8 AS requests, sum(l1_hits)::float8 AS "l1Hits", sum(l2_hits)::float8 AS "l2Hits",
      sum(misses)::float8 AS misses, sum(load_errors)::float8 AS "loadErrors", sum(rejections)::float8 AS rejections,
      sum(bytes_served)::float8 AS "bytesServed", sum(response_time_ms)::float8 AS "responseTimeMs",
      sum(evictions)::float8 AS evictions, sum(expirations)::float8 AS expirations,
      sum(invalidations)::float8 AS invalidations, sum(used_bytes)::float8 AS "usedBytes",
      sum(quota_bytes)::float8 AS "quotaBytes", sum(hard_limit_bytes)::float8 AS "hardLimitBytes"
    FROM step GROUP BY at ORDER BY at`;
}
