import { COUNTER_NAMES, type CounterName, type CounterValues } from '../core/counters.js';
import type { UsagePart } from '../core/usage-part.js';

/** A counter's column in the tables of parts and samples. */
export const COUNTER_COLUMNS = {
  requests: 'requests',
  l1Hits: 'l1_hits',
  l2Hits: 'l2_hits',
  misses: 'misses',
  loads: 'loads',
  loadErrors: 'load_errors',
  writes: 'writes',
  evictions: 'evictions',
  evictedBytes: 'evicted_bytes',
  expirations: 'expirations',
  invalidations: 'invalidations',
  rejections: 'rejections',
  bytesServed: 'bytes_served',
  bytesWritten: 'bytes_written',
  responseTimeMs: 'response_time_ms',
} as const satisfies Record<CounterName, string>;

/** A row as JSON that `jsonb_to_recordset` reads: columns by name. */
export type JsonRow = Record<string, string | number>;

/** One row per day and process, and one per bucket and process: a statement may not touch a row twice. */
export function foldParts(parts: readonly UsagePart[]): { days: JsonRow[]; buckets: JsonRow[] } {
  const days = new Map<string, JsonRow>();
  const buckets = new Map<string, JsonRow>();
  for (const part of parts) {
    const owner = { tenant_id: part.tenantId, process_epoch: part.processEpoch };
    fold(days, { ...owner, date: part.date }, part.day, {});
    fold(buckets, { ...owner, bucket_start_ms: part.bucketStartMs }, part.bucket, {
      bucket_ms: part.bucketMs,
      used_bytes: whole(part.usedBytes),
      entries: whole(part.entries),
      quota_bytes: whole(part.quotaBytes),
      hard_limit_bytes: whole(part.hardLimitBytes),
    });
  }
  return { days: [...days.values()], buckets: [...buckets.values()] };
}

function fold(rows: Map<string, JsonRow>, key: JsonRow, counters: CounterValues, gauges: JsonRow): void {
  const name = JSON.stringify(key);
  const before = rows.get(name);
  const row: JsonRow = { ...key, ...gauges };
  for (const counter of COUNTER_NAMES) {
    const column = COUNTER_COLUMNS[counter];
    const value = counter === 'responseTimeMs' ? counters[counter] : whole(counters[counter]);
    row[column] = Math.max(value, Number(before?.[column] ?? 0));
  }
  rows.set(name, row);
}

/** For columns that hold no fractions: one odd figure must not keep a whole batch from being merged. */
function whole(value: number): number {
  return Math.max(0, Math.round(value) || 0);
}
