import { COUNTER_NAMES, type CounterValues } from '../core/counters.js';
import type { Page } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';
import type { CrossingRow, UsageSink } from '../core/usage-sink.js';

/** Keeps parts in memory, merged by the greatest value per field as a durable sink must. */
export class MemoryUsageSink implements UsageSink {
  readonly #days = new Map<string, UsagePart>();
  readonly #crossings = new Map<string, CrossingRow>();

  async merge(parts: readonly UsagePart[]): Promise<void> {
    for (const part of parts) {
      const key = `${part.tenantId} ${part.date} ${part.processEpoch}`;
      const known = this.#days.get(key);
      this.#days.set(key, known ? { ...part, day: greatest(known.day, part.day) } : part);
    }
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
    const sum = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as CounterValues;
    for (const part of this.#days.values()) {
      if (part.tenantId !== tenant || part.date !== date) continue;
      for (const name of COUNTER_NAMES) sum[name] += part.day[name];
    }
    return sum;
  }

  async close(): Promise<void> {}
}

function greatest(a: CounterValues, b: CounterValues): CounterValues {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, Math.max(a[name], b[name])])) as CounterValues;
}
