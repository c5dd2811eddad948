import { COUNTER_NAMES, type CounterValues, type TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';

interface Opening {
  date: string;
  dayBase: CounterValues;
  bucketStartMs: number;
  bucketBase: CounterValues;
}

/**
 * Cuts cumulative counters into UTC days and sample buckets. A part names its day, its bucket and this process, and
 * holds what was counted since each began, so that merging it any number of times gives the same rows.
 */
export class UsageLedger {
  readonly #openings = new Map<TenantId, Opening>();
  readonly #processEpoch: string;
  readonly #bucketMs: number;

  constructor(processEpoch: string, bucketMs: number) {
    this.#processEpoch = processEpoch;
    this.#bucketMs = bucketMs;
  }

  /** The parts of one tenant: the one under way, after the last of the bucket that ended since the previous look. */
  parts(tenant: TenantId, counters: TenantCounters, nowMs: number): UsagePart[] {
    const bucketStartMs = nowMs - (nowMs % this.#bucketMs);
    const date = isoDate(nowMs);
    const opening = this.#openings.get(tenant) ?? this.#open(tenant, Math.min(counters.sinceMs, nowMs));
    if (opening.bucketStartMs === bucketStartMs) return [this.#part(tenant, counters, opening)];

    const ended = this.#part(tenant, counters, opening);
    const values = snapshot(counters);
    if (opening.date !== date) {
      opening.date = date;
      opening.dayBase = values;
    }
    opening.bucketStartMs = bucketStartMs;
    opening.bucketBase = values;
    return [ended, this.#part(tenant, counters, opening)];
  }

  /** A tenant's counters start at zero when this process first sees it, which may be a bucket or a day ago. */
  #open(tenant: TenantId, sinceMs: number): Opening {
    const bucketStartMs = sinceMs - (sinceMs % this.#bucketMs);
    const opening = { date: isoDate(sinceMs), dayBase: ZERO, bucketStartMs, bucketBase: ZERO };
    this.#openings.set(tenant, opening);
    return opening;
  }

  #part(tenantId: TenantId, counters: TenantCounters, opening: Opening): UsagePart {
    return {
      tenantId,
      processEpoch: this.#processEpoch,
      date: opening.date,
      day: since(counters, opening.dayBase),
      bucketStartMs: opening.bucketStartMs,
      bucketMs: this.#bucketMs,
      bucket: since(counters, opening.bucketBase),
      usedBytes: counters.usedBytes,
      entries: counters.entries,
      quotaBytes: counters.quotaBytes,
      hardLimitBytes: counters.hardLimitBytes,
    };
  }
}

const ZERO: CounterValues = Object.freeze(
  snapshot(Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as CounterValues),
);

function snapshot(counters: CounterValues): CounterValues {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, counters[name]])) as CounterValues;
}

function since(counters: CounterValues, base: CounterValues): CounterValues {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, counters[name] - base[name]])) as CounterValues;
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
