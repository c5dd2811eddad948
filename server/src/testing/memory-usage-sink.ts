import { COUNTER_NAMES, type CounterValues, RESOURCE_COUNTER_NAMES } from '../core/counters.js';
import type { Page } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';
import type { CrossingRow, MergeReport, TidyReport, UsageSink } from '../core/usage-sink.js';
import { MemorySharedAccess } from './memory-shared-access.js';
import { MemoryUsageReader } from './memory-usage-reader.js';
import { type DayRow, greatest, grouped, progressOf, sumOf, type UsageRows } from './memory-usage-rows.js';

const DAY_MS = 86_400_000;
/** As Postgres does. */
const FOLD_AFTER_DAYS = 7;
const KEEP_SAMPLES_DAYS = 90;

/** Keeps parts in memory, merged by the greatest value per field as a durable sink must. */
export class MemoryUsageSink implements UsageSink {
  readonly #rows: UsageRows = { days: new Map(), resources: new Map(), samples: new Map() };
  readonly #folded = new Set<string>();
  readonly #crossings = new Map<string, CrossingRow>();
  readonly reader = new MemoryUsageReader(this.#rows);
  readonly sharedAccess = new MemorySharedAccess();

  async merge(parts: readonly UsagePart[]): Promise<MergeReport> {
    const taken = parts.filter(({ tenantId, date }) => !this.#folded.has(`${tenantId} ${date}`));
    for (const part of taken) this.#merge(part);
    return { lateParts: parts.length - taken.length };
  }

  async tidy(nowMs: number): Promise<TidyReport> {
    const now = Math.min(nowMs, Date.now());
    const lastDate = new Date(now - (FOLD_AFTER_DAYS + 1) * DAY_MS).toISOString().slice(0, 10);
    const ended = [...this.#rows.days].filter(([, { date }]) => date <= lastDate);
    const days = grouped(ended, ([, { tenantId, date }]) => `${tenantId} ${date}`);
    let foldedDays = 0;
    for (const [day, rows] of days) {
      if (this.#folded.has(day)) continue;
      this.#folded.add(day);
      this.#fold(day, rows);
      foldedDays += 1;
    }
    const past = [...this.#rows.samples].filter(([, { startMs }]) => startMs < now - KEEP_SAMPLES_DAYS * DAY_MS);
    for (const [key] of past) this.#rows.samples.delete(key);
    return { foldedDays, droppedSamples: past.length };
  }

  async crossed(crossings: readonly CrossingRow[]): Promise<void> {
    for (const row of crossings) {
      const key = JSON.stringify([row.tenantId, row.atMs, row.from, row.to, row.usedBytes]);
      if (!this.#crossings.has(key)) this.#crossings.set(key, row);
    }
  }

  async crossings(
    tenant: TenantId,
    { page, pageSize }: { page: number; pageSize: number },
  ): Promise<Page<CrossingRow>> {
    const rows = [...this.#crossings.values()].filter((row) => row.tenantId === tenant).reverse();
    rows.sort((a, b) => b.atMs - a.atMs);
    return { items: rows.slice((page - 1) * pageSize, page * pageSize), total: rows.length, page, pageSize };
  }

  /** A tenant's day, summed over all process starts. */
  day(tenant: TenantId, date: string): CounterValues {
    const rows = [...this.#rows.days.values()].filter((row) => row.tenantId === tenant && row.date === date);
    return sumOf(
      COUNTER_NAMES,
      rows.map(({ values }) => values),
    );
  }

  async close(): Promise<void> {}

  #merge({ tenantId, date, processEpoch, bucketStartMs: startMs, ...part }: UsagePart): void {
    const { days, resources, samples } = this.#rows;
    const key = `${tenantId} ${date} ${processEpoch}`;
    days.set(key, { tenantId, date, values: greatest(COUNTER_NAMES, days.get(key)?.values, part.day) });
    for (const [resource, counted] of Object.entries(part.resources)) {
      const place = `${key} ${resource}`;
      const values = greatest(RESOURCE_COUNTER_NAMES, resources.get(place)?.values, counted);
      resources.set(place, { tenantId, date, resource, values });
    }
    const place = `${tenantId} ${startMs} ${processEpoch}`;
    const known = samples.get(place);
    const isLater = known === undefined || progressOf(part.bucket) >= progressOf(known.values);
    const { usedBytes, entries, quotaBytes, hardLimitBytes } = part;
    const gauges = isLater ? { usedBytes, entries, quotaBytes, hardLimitBytes } : known.gauges;
    samples.set(place, { tenantId, startMs, values: greatest(COUNTER_NAMES, known?.values, part.bucket), gauges });
  }

  #fold(day: string, rows: readonly [string, DayRow][]): void {
    const { days, resources } = this.#rows;
    const [, { tenantId, date }] = rows[0] as (typeof rows)[number];
    for (const [key] of rows) days.delete(key);
    const values = sumOf(
      COUNTER_NAMES,
      rows.map(([, row]) => row.values),
    );
    days.set(`${day} folded`, { tenantId, date, values });
    const own = [...resources].filter(([, row]) => row.tenantId === tenantId && row.date === date);
    for (const [key] of own) resources.delete(key);
    for (const [resource, parts] of grouped(own, ([, row]) => row.resource)) {
      const sum = sumOf(
        RESOURCE_COUNTER_NAMES,
        parts.map(([, row]) => row.values),
      );
      resources.set(`${day} folded ${resource}`, { tenantId, date, resource, values: sum });
    }
  }
}
