import {
  type CounterName,
  OTHER_RESOURCE,
  RESOURCE_COUNTER_NAMES,
  type ResourceCounterValues,
} from '../core/counters.js';
import { RESOURCE_PATTERN } from '../core/resource.js';
import type { UsagePart } from '../core/usage-part.js';
import { COUNTERS as COUNTER_LISTS, type CounterColumn, RESOURCE_COUNTERS as RESOURCE_LISTS } from './usage-columns.js';

const COUNTERS = COUNTER_LISTS.columns;
const RESOURCE_COUNTERS = RESOURCE_LISTS.columns;
const NO_GAUGES: JsonRow = {};

/** A row as JSON that `jsonb_to_recordset` reads: columns by name. */
export type JsonRow = Record<string, string | number>;

interface FoldedParts {
  readonly days: JsonRow[];
  readonly resources: JsonRow[];
  readonly buckets: JsonRow[];
}

/** One row per day and process, of each resource too, and one per bucket and process: a statement may not touch a row twice. */
export function foldParts(parts: readonly UsagePart[]): FoldedParts {
  const days = new Map<string, JsonRow>();
  const resources = new Map<string, JsonRow>();
  const buckets = new Map<string, JsonRow>();
  for (const part of parts) {
    const { tenantId: tenant_id, processEpoch: process_epoch, date, bucketStartMs: bucket_start_ms } = part;
    const day = `${tenant_id} ${process_epoch} ${date}`;
    fold(days, day, { tenant_id, process_epoch, date }, COUNTERS, part.day, NO_GAUGES);
    for (const [resource, counters] of admissible(part.resources)) {
      const key = { tenant_id, process_epoch, date, resource };
      fold(resources, `${day} ${resource}`, key, RESOURCE_COUNTERS, counters, NO_GAUGES);
    }
    const bucket = `${tenant_id} ${process_epoch} ${bucket_start_ms}`;
    fold(buckets, bucket, { tenant_id, process_epoch, bucket_start_ms }, COUNTERS, part.bucket, {
      bucket_ms: part.bucketMs,
      used_bytes: whole(part.usedBytes),
      entries: whole(part.entries),
      quota_bytes: whole(part.quotaBytes),
      hard_limit_bytes: whole(part.hardLimitBytes),
    });
  }
  return { days: [...days.values()], resources: [...resources.values()], buckets: [...buckets.values()] };
}

/** Names that the table would refuse, and a whole batch with them, count as the others. */
function admissible(
  resources: Readonly<Record<string, ResourceCounterValues>>,
): Iterable<[string, ResourceCounterValues]> {
  const named = new Map<string, ResourceCounterValues>();
  for (const [given, counters] of Object.entries(resources)) {
    const name = RESOURCE_PATTERN.test(given) ? given : OTHER_RESOURCE;
    const known = named.get(name);
    named.set(name, known === undefined ? counters : sum(known, counters));
  }
  return named;
}

function sum(a: ResourceCounterValues, b: ResourceCounterValues): ResourceCounterValues {
  return Object.fromEntries(RESOURCE_COUNTER_NAMES.map((name) => [name, a[name] + b[name]])) as ResourceCounterValues;
}

/** Of each counter the greatest; one that is 0 is left out. */
function fold<N extends CounterName>(
  rows: Map<string, JsonRow>,
  place: string,
  key: JsonRow,
  columns: readonly CounterColumn<N>[],
  counters: Readonly<Record<N, number>>,
  gauges: JsonRow,
): void {
  const known = rows.get(place);
  const row = known ?? key;
  let [progress, progressBefore] = [0, 0];
  for (const { name, column, isTime } of columns) {
    const value = isTime ? positive(counters[name]) : whole(counters[name]);
    const before = known === undefined ? 0 : Number(known[column] ?? 0);
    if (value > before) row[column] = value;
    if (isTime) continue;
    progress += value;
    progressBefore += before;
  }
  // Of two parts of one process the one that counted more is the later, whatever order they come in.
  if (progress >= progressBefore) Object.assign(row, gauges);
  rows.set(place, row);
}

/** One odd figure must not keep a whole batch from being merged. */
function positive(value: number): number {
  return value > 0 ? Math.min(value, Number.MAX_SAFE_INTEGER) : 0;
}

function whole(value: number): number {
  return Math.round(positive(value));
}
