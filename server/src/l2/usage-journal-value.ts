import {
  COUNTER_NAMES,
  type CounterValues,
  MAX_COUNTED_RESOURCES,
  OTHER_RESOURCE,
  RESOURCE_COUNTER_NAMES,
  type ResourceCounterValues,
} from '../core/counters.js';
import { RESOURCE_PATTERN } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';

/**
 * Of what stands in Redis. Names are only ever appended to the lists of counters: a shorter list is from a version that
 * did not count the rest yet, a longer one from one that this version cannot read.
 */
const FORMAT = 1;
/** Far above what any part takes. */
const MAX_VALUE_LENGTH = 65_536;
const DAY_MS = 86_400_000;
/** The last year that ISO 8601 writes with four digits. */
const MAX_TIME_MS = Date.UTC(9999, 11, 31);
const FIELD = /^([\w.-]{1,64}) (\d{1,15})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function fieldOf({ processEpoch, bucketStartMs }: UsagePart): string {
  return `${processEpoch} ${bucketStartMs}`;
}

/** JSON without names: half the bytes, and five times as fast as an object with them. */
export function serialisePart(part: UsagePart): string {
  const resources = Object.entries(part.resources).flatMap(([name, values]) => [
    name,
    RESOURCE_COUNTER_NAMES.map((counter) => values[counter]),
  ]);
  return JSON.stringify([
    FORMAT,
    part.date,
    part.bucketMs,
    COUNTER_NAMES.map((name) => part.day[name]),
    COUNTER_NAMES.map((name) => part.bucket[name]),
    [part.usedBytes, part.entries, part.quotaBytes, part.hardLimitBytes],
    resources,
  ]);
}

/** Undefined for anything that a sink might choke on: what stands in Redis may be of a later version, or nobody's. */
export function parsePart(tenantId: TenantId, field: string, value: string): UsagePart | undefined {
  const [, processEpoch, start] = FIELD.exec(field) ?? [];
  const read = value.length <= MAX_VALUE_LENGTH ? parseList(value) : undefined;
  if (processEpoch === undefined || read?.length !== 7 || read[0] !== FORMAT) return undefined;
  const [, date, bucketMs, dayList, bucketList, gauges, resourceList] = read;
  const bucketStartMs = Number(start);
  if (!isWhole(bucketMs) || bucketMs === 0 || bucketMs > DAY_MS) return undefined;
  if (typeof date !== 'string' || !isWithin(date, bucketStartMs, bucketMs)) return undefined;
  const day = countersOf<CounterValues>(COUNTER_NAMES, dayList);
  const bucket = countersOf<CounterValues>(COUNTER_NAMES, bucketList);
  const resources = resourcesOf(resourceList);
  if (!day || !bucket || !resources || !Array.isArray(gauges) || gauges.length !== 4 || !gauges.every(isWhole)) {
    return undefined;
  }
  const [usedBytes, entries, quotaBytes, hardLimitBytes] = gauges as [number, number, number, number];
  const when = { date, bucketStartMs, bucketMs };
  return { tenantId, processEpoch, ...when, day, resources, bucket, usedBytes, entries, quotaBytes, hardLimitBytes };
}

function parseList(value: string): unknown[] | undefined {
  try {
    const read: unknown = JSON.parse(value);
    return Array.isArray(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(date: string, bucketStartMs: number, bucketMs: number): boolean {
  if (!DATE.test(date) || bucketStartMs > MAX_TIME_MS) return false;
  return date === isoDate(bucketStartMs) || date === isoDate(bucketStartMs + bucketMs - 1);
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function countersOf<V extends CounterValues | ResourceCounterValues>(names: readonly string[], list: unknown) {
  if (!Array.isArray(list) || list.length > names.length) return undefined;
  const values: Record<string, number> = {};
  for (const [index, name] of names.entries()) {
    const value: unknown = index < list.length ? list[index] : 0;
    if (!isAmount(value) || !(name.endsWith('TimeMs') || Number.isInteger(value))) return undefined;
    values[name] = value;
  }
  return values as V;
}

/** Pairs of a name and its counters. */
function resourcesOf(list: unknown): Record<string, ResourceCounterValues> | undefined {
  if (!Array.isArray(list) || list.length % 2 !== 0 || list.length > 2 * (MAX_COUNTED_RESOURCES + 1)) return undefined;
  const resources: Record<string, ResourceCounterValues> = {};
  for (let at = 0; at < list.length; at += 2) {
    const name: unknown = list[at];
    const values = countersOf<ResourceCounterValues>(RESOURCE_COUNTER_NAMES, list[at + 1]);
    // No name of the grammar begins with an underscore, so none is `__proto__`.
    if (typeof name !== 'string' || !(RESOURCE_PATTERN.test(name) || name === OTHER_RESOURCE) || !values) {
      return undefined;
    }
    if (Object.hasOwn(resources, name)) return undefined;
    resources[name] = values;
  }
  return resources;
}

function isWhole(value: unknown): value is number {
  return isAmount(value) && Number.isInteger(value);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
