import type { UsageSink } from '../core/contracts.js';
import { COUNTER_NAMES, type CounterValues } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';

/** Keeps parts in memory, merged by the greatest value per field as a durable sink must. */
export class MemoryUsageSink implements UsageSink {
  readonly #days = new Map<string, UsagePart>();

  async merge(parts: readonly UsagePart[]): Promise<void> {
    for (const part of parts) {
      const key = `${part.tenantId} ${part.date} ${part.processEpoch}`;
      const known = this.#days.get(key);
      this.#days.set(key, known ? { ...part, day: greatest(known.day, part.day) } : part);
    }
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
