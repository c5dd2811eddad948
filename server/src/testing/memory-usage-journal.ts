import type { TenantId } from '../core/tenant-id.js';
import type { JournalledPart, JournalPage, UsageJournal } from '../core/usage-journal.js';
import type { UsagePart } from '../core/usage-part.js';

/** What journals keep; two that share it stand for two processes on one server. */
export class MemoryJournalData {
  /** By tenant, then by process epoch and bucket. */
  readonly tenants = new Map<TenantId, Map<string, JournalledPart>>();
  puts = 0;
  incarnation = 0;

  /** As a server that comes back without what it had. */
  empty(): void {
    this.tenants.clear();
    this.incarnation++;
  }
}

/** Keeps parts in memory, for tests: they outlive nothing. */
export class MemoryUsageJournal implements UsageJournal {
  readonly #data: MemoryJournalData;

  constructor(data = new MemoryJournalData()) {
    this.#data = data;
  }

  async put(parts: readonly UsagePart[]): Promise<void> {
    const { tenants } = this.#data;
    for (const part of parts) {
      const own = tenants.get(part.tenantId) ?? new Map<string, JournalledPart>();
      own.set(fieldOf(part), { part, token: `${++this.#data.puts}` });
      tenants.set(part.tenantId, own);
    }
  }

  async tenants(after: string | undefined, count: number): Promise<JournalPage> {
    const all = [...this.#data.tenants.keys()].sort();
    const rest = after === undefined ? all : all.filter((tenant) => tenant > after);
    const tenants = rest.slice(0, count);
    return { tenants, next: rest.length > count ? tenants.at(-1) : undefined };
  }

  async read(tenants: readonly TenantId[]): Promise<readonly JournalledPart[]> {
    return tenants.flatMap((tenant) => [...(this.#data.tenants.get(tenant)?.values() ?? [])]);
  }

  async forget(parts: readonly JournalledPart[]): Promise<void> {
    const { tenants } = this.#data;
    for (const { part, token } of parts) {
      const own = tenants.get(part.tenantId);
      if (own?.get(fieldOf(part))?.token !== token) continue;
      own.delete(fieldOf(part));
      if (own.size === 0) tenants.delete(part.tenantId);
    }
  }

  incarnation(): number {
    return this.#data.incarnation;
  }
}

function fieldOf({ processEpoch, bucketStartMs }: UsagePart): string {
  return `${processEpoch} ${bucketStartMs}`;
}
