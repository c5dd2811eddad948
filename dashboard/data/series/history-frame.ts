import type { Tx } from '@tenantcache/database';
import { atLeastStep, narrowed, type TimeRange } from '../range';
import { fleetFrame } from './fleet-history';
import type { Frame } from './frame';
import { type Extent, endingOnStep, frameOf } from './frame-of-rows';
import type { SeriesName } from './names';
import type { Scope } from './prometheus-frame';

type Row = { at: number } & Record<SeriesName, number | null>;

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
  const summed = tenantId === undefined ? await fleetFrame(tx, names, asked, extent) : undefined;
  if (summed) return summed;
  const range = endingOnStep(narrowed(atLeastStep(asked, extent.bucketMs), extent.firstMs, extent.bucketMs));
  return frameOf(await samples(tx, tenantId ?? null, range, asked.toMs), names, range, asked);
}

/** Since when there are samples, and how long they are: by the oldest and the newest of the range, without reading the others. */
export async function historyExtent(tx: Tx, { tenantId }: Scope, range: TimeRange): Promise<Extent | undefined> {
  const [from, to] = [new Date(range.fromMs), new Date(range.toMs)];
  const [extent] =
    tenantId === undefined
      ? await tx.$queryRaw<Extent[]>`
          SELECT (extract(epoch FROM first.bucket_start) * 1000)::float8 AS "firstMs",
                 GREATEST(first.bucket_ms, last.bucket_ms)::float8 AS "bucketMs"
            FROM (SELECT bucket_start, bucket_ms FROM tenant_cache_samples
                   WHERE bucket_start >= ${from} AND bucket_start < ${to} ORDER BY bucket_start LIMIT 1) AS first,
                 (SELECT bucket_ms FROM tenant_cache_samples
                   WHERE bucket_start >= ${from} AND bucket_start < ${to} ORDER BY bucket_start DESC LIMIT 1) AS last`
      : await tx.$queryRaw<Extent[]>`
          SELECT (extract(epoch FROM first.bucket_start) * 1000)::float8 AS "firstMs",
                 GREATEST(first.bucket_ms, last.bucket_ms)::float8 AS "bucketMs"
            FROM (SELECT bucket_start, bucket_ms FROM tenant_cache_samples WHERE tenant_id = ${tenantId}
                     AND bucket_start >= ${from} AND bucket_start < ${to} ORDER BY bucket_start LIMIT 1) AS first,
                 (SELECT bucket_ms FROM tenant_cache_samples WHERE tenant_id = ${tenantId}
                     AND bucket_start >= ${from} AND bucket_start < ${to} ORDER BY bucket_start DESC LIMIT 1) AS last`;
  return extent;
}

/** @param toMs the end that was asked for: the step that it lies in ends later */
function samples(tx: Tx, tenantId: string | null, range: TimeRange, toMs: number): Promise<Row[]> {
  return tx.$queryRaw<Row[]>`
    WITH bucket AS (
      SELECT tenant_id, bucket_start, max(bucket_ms) AS bucket_ms,
        sum(requests) AS requests, sum(l1_hits) AS l1_hits, sum(l2_hits) AS l2_hits, sum(misses) AS misses,
        sum(load_errors) AS load_errors, sum(rejections) AS rejections, sum(bytes_served) AS bytes_served,
        sum(bytes_written) AS bytes_written,
        sum(response_time_ms) AS response_time_ms, sum(evictions) AS evictions, sum(expirations) AS expirations,
        sum(invalidations) AS invalidations, max(used_bytes) AS used_bytes, max(quota_bytes) AS quota_bytes,
        max(hard_limit_bytes) AS hard_limit_bytes
      FROM tenant_cache_samples
      WHERE bucket_start >= ${new Date(range.fromMs)} AND bucket_start < ${new Date(Math.min(range.toMs, toMs))}
        AND (${tenantId}::text IS NULL OR tenant_id = ${tenantId}::text)
      GROUP BY tenant_id, bucket_start
    ), step AS (
      SELECT tenant_id,
        ceil((extract(epoch FROM bucket_start) * 1000 + bucket_ms) / ${range.stepMs}::float8) * ${range.stepMs}::float8 AS at,
        sum(requests) AS requests, sum(l1_hits) AS l1_hits, sum(l2_hits) AS l2_hits, sum(misses) AS misses,
        sum(load_errors) AS load_errors, sum(rejections) AS rejections, sum(bytes_served) AS bytes_served,
        sum(bytes_written) AS bytes_written,
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
      sum(bytes_served)::float8 AS "bytesServed", sum(bytes_written)::float8 AS "bytesWritten", sum(response_time_ms)::float8 AS "responseTimeMs",
      sum(evictions)::float8 AS evictions, sum(expirations)::float8 AS expirations,
      sum(invalidations)::float8 AS invalidations, sum(used_bytes)::float8 AS "usedBytes",
      sum(quota_bytes)::float8 AS "quotaBytes", sum(hard_limit_bytes)::float8 AS "hardLimitBytes"
    FROM step GROUP BY at ORDER BY at`;
}
