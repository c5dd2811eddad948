import type { Tx } from '@tenantcache/database';
import { atLeastStep, gridTimes, narrowed, type TimeRange } from '../range';
import type { Frame } from './frame';
import { type Extent, endingOnStep, frameOf, type StepRow } from './frame-of-rows';
import type { SeriesName } from './names';

const DAY_MS = 86_400_000;
/** How many rows a chart of the fleet may cost. */
export const LIMITS = {
  /** Up to here every sample is read, and of each tenant the last of each step: exact also where tenants come and go. */
  exact: 200_000,
  /** Up to here all samples are summed, which takes a second. Of more than two days the sums of days are, from `summedOfLong` on. */
  summed: 3_000_000,
  summedOfLong: 600_000,
  /** Gauges are read at the ends of steps only, from so many rows at most. */
  gauges: 300_000,
};

/**
 * All tenants of a large fleet: coarser steps, counters from the days where the range is long, and gauges by the last bucket
 * of each step. Undefined where the fleet is small enough to read every sample.
 */
export async function fleetFrame<Name extends SeriesName>(
  tx: Tx,
  names: readonly Name[],
  asked: TimeRange,
  { firstMs, bucketMs }: Extent,
  limits = LIMITS,
): Promise<Frame<Name> | undefined> {
  const perBucket = await samplesPerBucket(tx, asked);
  const span = asked.toMs - asked.fromMs;
  const recorded = perBucket * Math.ceil((asked.toMs - firstMs) / bucketMs);
  if (recorded <= limits.exact) return undefined;
  // Days say nothing of a range within a day or two: such a one is read from its end, as far as its samples may cost.
  const byDays = span > 2 * DAY_MS && recorded > limits.summedOfLong;
  if (!byDays && recorded > limits.summed) {
    const keptMs = Math.floor(limits.summed / perBucket) * bucketMs;
    const end = { ...asked, fromMs: asked.toMs - keptMs };
    return fleetFrame(
      tx,
      names,
      end,
      { firstMs: Math.max(firstMs, end.fromMs), bucketMs },
      { ...limits, summed: Number.POSITIVE_INFINITY },
    );
  }
  const finestMs = Math.max(bucketMs, (span * perBucket) / limits.gauges, byDays ? DAY_MS : 0);
  const startMs = byDays ? await firstDayMs(tx, asked, firstMs) : firstMs;
  const range = endingOnStep(narrowed(atLeastStep(asked, finestMs), startMs, finestMs));
  const [counters, gauges] = [
    await countersOf(tx, range, asked.toMs, byDays),
    await gaugesOf(tx, range, asked.toMs, bucketMs),
  ];
  return frameOf([...counters, ...gauges], names, range, asked);
}

/** By the two ends of the range: where both are quiet, there is little to read. */
async function samplesPerBucket(tx: Tx, { fromMs, toMs }: TimeRange): Promise<number> {
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  const [counted] = await tx.$queryRaw<{ most: number }[]>`
    SELECT COALESCE(max(samples), 0)::float8 AS most FROM (
      SELECT count(*) AS samples FROM tenant_cache_samples WHERE bucket_start = (
        SELECT min(bucket_start) FROM tenant_cache_samples WHERE bucket_start >= ${from} AND bucket_start < ${to})
      UNION ALL
      SELECT count(*) FROM tenant_cache_samples WHERE bucket_start = (
        SELECT max(bucket_start) FROM tenant_cache_samples WHERE bucket_start >= ${from} AND bucket_start < ${to})) AS ends`;
  return counted?.most ?? 0;
}

async function firstDayMs(tx: Tx, { fromMs }: TimeRange, firstSampleMs: number): Promise<number> {
  const [day] = await tx.$queryRaw<{ ms: number }[]>`
    SELECT (extract(epoch FROM date) * 1000)::float8 AS ms FROM tenant_cache_metrics
     WHERE date >= ${firstWholeDay(fromMs)}::date ORDER BY date LIMIT 1`;
  return Math.min(firstSampleMs, day?.ms ?? firstSampleMs);
}

/** Of the day in which the range begins only a part belongs to it. */
function firstWholeDay(fromMs: number): string {
  return new Date(Math.ceil(fromMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}

function countersOf(
  tx: Tx,
  { fromMs, toMs, stepMs }: TimeRange,
  askedToMs: number,
  byDays: boolean,
): Promise<StepRow[]> {
  if (byDays) {
    return tx.$queryRaw<StepRow[]>`
      SELECT (ceil((extract(epoch FROM date) * 1000 + ${DAY_MS}) / ${stepMs}::float8) * ${stepMs}::float8)::float8 AS at,
        sum(requests)::float8 AS requests, sum(l1_hits)::float8 AS "l1Hits", sum(l2_hits)::float8 AS "l2Hits",
        sum(misses)::float8 AS misses, sum(load_errors)::float8 AS "loadErrors", sum(rejections)::float8 AS rejections,
        sum(total_bytes_served)::float8 AS "bytesServed", sum(total_bytes_written)::float8 AS "bytesWritten", sum(response_time_ms)::float8 AS "responseTimeMs",
        sum(evictions)::float8 AS evictions, sum(expirations)::float8 AS expirations, sum(invalidations)::float8 AS invalidations
      FROM tenant_cache_metrics
      WHERE date >= ${firstWholeDay(fromMs)}::date AND date < ${firstWholeDay(toMs)}::date GROUP BY 1`;
  }
  return tx.$queryRaw<StepRow[]>`
    SELECT (ceil((extract(epoch FROM bucket_start) * 1000 + bucket_ms) / ${stepMs}::float8) * ${stepMs}::float8)::float8 AS at,
      sum(requests)::float8 AS requests, sum(l1_hits)::float8 AS "l1Hits", sum(l2_hits)::float8 AS "l2Hits",
      sum(misses)::float8 AS misses, sum(load_errors)::float8 AS "loadErrors", sum(rejections)::float8 AS rejections,
      sum(bytes_served)::float8 AS "bytesServed", sum(bytes_written)::float8 AS "bytesWritten", sum(response_time_ms)::float8 AS "responseTimeMs",
      sum(evictions)::float8 AS evictions, sum(expirations)::float8 AS expirations, sum(invalidations)::float8 AS invalidations
    FROM tenant_cache_samples
    WHERE bucket_start >= ${new Date(fromMs)} AND bucket_start < ${new Date(Math.min(toMs, askedToMs))} GROUP BY 1`;
}

/** Of several processes of a tenant the greatest answer counts, as everywhere. */
function gaugesOf(tx: Tx, range: TimeRange, nowMs: number, bucketMs: number): Promise<StepRow[]> {
  // The bucket under way is not whole: its predecessor has every tenant that is active.
  const newest = Math.floor(nowMs / bucketMs) * bucketMs - bucketMs;
  const last = (atMs: number) => Math.min(newest, Math.floor((atMs - 1) / bucketMs) * bucketMs);
  const steps = gridTimes(range).map((atMs) => ({ atMs, bucket: new Date(last(atMs)) }));
  return tx.$queryRaw<StepRow[]>`
    SELECT at, sum(used)::float8 AS "usedBytes", sum(quota)::float8 AS "quotaBytes", sum(hard_limit)::float8 AS "hardLimitBytes"
    FROM (
      SELECT step.at, max(used_bytes) AS used, max(quota_bytes) AS quota, max(hard_limit_bytes) AS hard_limit
      FROM unnest(${steps.map(({ atMs }) => atMs)}::float8[], ${steps.map(({ bucket }) => bucket)}::timestamptz[]) AS step (at, bucket)
      JOIN tenant_cache_samples s ON s.bucket_start = step.bucket
      GROUP BY step.at, s.tenant_id
    ) AS tenants GROUP BY at`;
}
