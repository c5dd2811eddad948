import { COUNTER_NAMES, type CounterName, type CounterValues, type ResourceCounterValues } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';

/** One process's share of a tenant's day, or of a resource in it. */
export interface DayRow<V = CounterValues> {
  readonly tenantId: TenantId;
  readonly date: string;
  readonly values: V;
}

export interface ResourceRow extends DayRow<ResourceCounterValues> {
  readonly resource: string;
}

/** One process's share of a tenant's bucket; gauges are those of the part that counted most. */
export interface SampleRow {
  readonly tenantId: TenantId;
  readonly startMs: number;
  readonly values: CounterValues;
  readonly gauges: {
    readonly usedBytes: number;
    readonly entries: number;
    readonly quotaBytes: number;
    readonly hardLimitBytes: number;
  };
}

/** What a memory sink holds, by tenant, process and the rest of their keys. */
export interface UsageRows {
  readonly days: Map<string, DayRow>;
  readonly resources: Map<string, ResourceRow>;
  readonly samples: Map<string, SampleRow>;
}

export function greatest<N extends CounterName>(
  names: readonly N[],
  a: Readonly<Record<N, number>> | undefined,
  b: Readonly<Record<N, number>>,
): Record<N, number> {
  return Object.fromEntries(names.map((name) => [name, Math.max(a?.[name] ?? 0, b[name])])) as Record<N, number>;
}

export function sumOf<N extends CounterName>(
  names: readonly N[],
  rows: Iterable<Readonly<Record<N, number>>>,
): Record<N, number> {
  const sum = Object.fromEntries(names.map((name) => [name, 0])) as Record<N, number>;
  for (const row of rows) for (const name of names) sum[name] += row[name];
  return sum;
}

/** Grows with every part of one process: of two of a bucket the greater is the later. */
export function progressOf(values: CounterValues): number {
  const counts = COUNTER_NAMES.filter((name) => name !== 'responseTimeMs' && name !== 'loadTimeMs');
  return counts.reduce((sum, name) => sum + values[name], 0);
}

export function grouped<R>(rows: Iterable<R>, keyOf: (row: R) => string): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
