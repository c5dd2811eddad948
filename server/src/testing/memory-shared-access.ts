import {
  type HourlyDemand,
  MAX_ACCESS_AGE_MS,
  type SharedAccess,
  type SharedAccessList,
  type SharedAccessPart,
  type SharedAccessQuery,
  type SharedAccessStore,
} from '../core/shared.js';
import type { TenantId } from '../core/tenant-id.js';

/** Some 20 MB. */
const MAX_PARTS = 100_000;
const HOUR_MS = 3_600_000;

export interface MemorySharedAccessOptions {
  /** Past it the oldest hours go. Default 100,000. */
  readonly maxParts?: number;
  /** How long a dataset's hours are kept, where nobody tidies. Default: until there are too many. */
  readonly keepMs?: (dataset: string) => number | undefined;
}

type Demand = Parameters<SharedAccessStore['demand']>[0];
type Counts = Pick<SharedAccess, 'reads' | 'limited'>;

/** Who read what, in the memory of one process: for where there is no Postgres, and for tests. The newest hours stay. */
export class MemorySharedAccess implements SharedAccessStore {
  #parts = new Map<string, SharedAccessPart>();
  readonly #maxParts: number;
  readonly #keepMs: (dataset: string) => number | undefined;
  #tidyAtMs = 0;

  constructor({ maxParts = MAX_PARTS, keepMs = () => undefined }: MemorySharedAccessOptions = {}) {
    this.#maxParts = maxParts;
    this.#keepMs = keepMs;
  }

  async merge(parts: readonly SharedAccessPart[]): Promise<void> {
    const nowMs = Date.now();
    const sinceMs = nowMs - MAX_ACCESS_AGE_MS;
    for (const part of parts) {
      if (part.hourMs < sinceMs) continue;
      const { tenantId, dataset, group, kind, hourMs, processEpoch } = part;
      const key = JSON.stringify([tenantId, dataset, group, kind, hourMs, processEpoch]);
      this.#parts.set(key, { ...part, ...greatest(part, this.#parts.get(key)) });
    }
    if (this.#parts.size > this.#maxParts) this.#keepNewest();
    if (nowMs < this.#tidyAtMs) return;
    this.#tidyAtMs = nowMs + HOUR_MS;
    this.#remove(({ dataset, hourMs }) => hourMs < nowMs - (this.#keepMs(dataset) ?? Number.POSITIVE_INFINITY));
  }

  async list({ page, pageSize, ...query }: SharedAccessQuery): Promise<SharedAccessList> {
    const found = this.#within(query).filter(({ group }) => query.group === undefined || group === query.group);
    const rows = summed(found, ({ tenantId, group, kind, hourMs }) => [tenantId, group, kind, hourMs]);
    const items = rows.map(({ processEpoch: _processEpoch, ...access }): SharedAccess => access).sort(newestFirst);
    return {
      items: items.slice((page - 1) * pageSize, page * pageSize),
      total: items.length,
      reads: items.reduce((sum, { reads }) => sum + reads, 0),
      limited: items.reduce((sum, { limited }) => sum + limited, 0),
    };
  }

  async demand({ max, ...query }: Demand): Promise<readonly HourlyDemand[]> {
    return summed(this.#within(query), ({ group, kind, hourMs }) => [group, kind, hourMs])
      .map(({ group, kind, hourMs, reads }): HourlyDemand => ({ group, kind, hourMs, reads }))
      .sort((a, b) => b.reads - a.reads || b.hourMs - a.hourMs || byText(a.group, b.group) || byText(a.kind, b.kind))
      .slice(0, max);
  }

  async tidy(dataset: string, beforeMs: number): Promise<number> {
    return this.#remove((part) => part.dataset === dataset && part.hourMs < beforeMs);
  }

  removeTenant(tenant: TenantId): void {
    this.#remove(({ tenantId }) => tenantId === tenant);
  }

  #within({ dataset, tenant, fromMs, untilMs }: Omit<Demand, 'max'>): SharedAccessPart[] {
    return [...this.#parts.values()].filter(
      (part) =>
        part.dataset === dataset &&
        (tenant === undefined || part.tenantId === tenant) &&
        part.hourMs >= fromMs &&
        part.hourMs < untilMs,
    );
  }

  #remove(gone: (part: SharedAccessPart) => boolean): number {
    const before = this.#parts.size;
    for (const [key, part] of this.#parts) if (gone(part)) this.#parts.delete(key);
    return before - this.#parts.size;
  }

  /** A tenth less than there may be, so that not each merge sorts them. */
  #keepNewest(): void {
    const newest = [...this.#parts].sort(([, a], [, b]) => b.hourMs - a.hourMs);
    this.#parts = new Map(newest.slice(0, Math.ceil(this.#maxParts * 0.9)));
  }
}

function greatest(given: Counts, known: Counts = given): Counts {
  return { reads: Math.max(given.reads, known.reads), limited: Math.max(given.limited, known.limited) };
}

function summed(parts: readonly SharedAccessPart[], keyOf: (part: SharedAccessPart) => readonly unknown[]) {
  const sums = new Map<string, SharedAccessPart>();
  for (const part of parts) {
    const key = JSON.stringify(keyOf(part));
    const { reads, limited } = sums.get(key) ?? { reads: 0, limited: 0 };
    sums.set(key, { ...part, reads: reads + part.reads, limited: limited + part.limited });
  }
  return [...sums.values()];
}

function newestFirst(a: SharedAccess, b: SharedAccess): number {
  return (
    b.hourMs - a.hourMs ||
    b.reads - a.reads ||
    byText(a.tenantId, b.tenantId) ||
    byText(a.group, b.group) ||
    byText(a.kind, b.kind)
  );
}

/** By code units, as a database without a locale does. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
