import { type HourlyDemand, OTHER_GROUPS, type SharedAccessStore } from '../core/shared.js';
import type { TenantId } from '../core/tenant-id.js';

const HOUR_MS = 3_600_000;
/** Rows that one look takes; the most read are kept. */
const MAX_ROWS = 50_000;

export interface AccessSpan {
  readonly dataset: string;
  readonly tenant?: TenantId | undefined;
  readonly nowMs: number;
  readonly withinMs: number;
}

/** What was read by the hour, the hour in which the span begins included. */
export function hourlyReads(
  access: SharedAccessStore,
  { dataset, tenant, nowMs, withinMs }: AccessSpan,
): Promise<readonly HourlyDemand[]> {
  const fromMs = Math.floor((nowMs - withinMs) / HOUR_MS) * HOUR_MS;
  return access.demand({ dataset, ...(tenant && { tenant }), fromMs, untilMs: nowMs + 1, max: MAX_ROWS });
}

export interface SummedReads {
  readonly group: string;
  /** The first part of the kind. */
  readonly kind: string;
  readonly reads: number;
}

/** Over the hours, the most read first, then by name. */
export function summedReads(rows: readonly HourlyDemand[]): SummedReads[] {
  const sums = new Map<string, { group: string; kind: string; reads: number }>();
  for (const { group, kind, reads } of rows) {
    if (group === OTHER_GROUPS) continue;
    // No group has a space in it.
    const id = `${group} ${kind}`;
    const sum = sums.get(id);
    if (sum) sum.reads += reads;
    else sums.set(id, { group, kind, reads });
  }
  return [...sums.values()].sort((a, b) => b.reads - a.reads || compare(a.group, b.group) || compare(a.kind, b.kind));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
