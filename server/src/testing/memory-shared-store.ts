import type {
  EntryBody,
  EvictionPreview,
  SettleOutcome,
  SharedStore,
  StoredEntry,
  WriteOutcome,
} from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import { DEFAULT_MAX_ENTRY_BYTES, storedMember, storedSizeBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { MemoryBus } from './memory-bus.js';
import { decideWrite, enforced, TOO_LARGE_FOR_ANY } from './memory-rules.js';
import { MemoryTenant, STEP } from './memory-tenant.js';

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** What one memory store holds; two stores that share it stand for two processes on one Redis. */
export class MemoryData {
  readonly tenants = new Map<TenantId, MemoryTenant>();
  /** Of all tenants, as counted. */
  bytes = 0;
}

export interface MemorySharedStoreOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Hears of writes, deletes and clears. */
  bus?: MemoryBus;
  data?: MemoryData;
  /** Of one entry as counted. Default 8 MiB. */
  maxEntryBytes?: number | undefined;
  /** Of all tenants as counted, default 256 MiB. Where it is reached a tenant evicts its own entries, nobody else's. */
  maxBytes?: number;
}

/** The shared store where no Redis is configured: the semantics of the scripts, in the memory of this process. */
export class MemorySharedStore implements SharedStore {
  readonly #now: () => number;
  readonly #bus: MemoryBus | undefined;
  readonly #data: MemoryData;
  readonly #maxEntryBytes: number;
  readonly #maxBytes: number;

  constructor(options: MemorySharedStoreOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#bus = options.bus;
    this.#data = options.data ?? new MemoryData();
    this.#maxEntryBytes = options.maxEntryBytes ?? DEFAULT_MAX_ENTRY_BYTES;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  async get(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined> {
    return this.#data.tenants.get(tenant)?.visible(id, this.#now());
  }

  async getMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]> {
    const nowMs = this.#now();
    const data = this.#data.tenants.get(tenant);
    return ids.map((id) => data?.visible(id, nowMs));
  }

  async write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits): Promise<WriteOutcome> {
    const sizeBytes = storedSizeBytes(tenant, storedMember(id), body.payload.length);
    return this.#counting(tenant, (data) => {
      const nowMs = this.#now();
      data.expire(nowMs, STEP);
      // While a tenant is worked on, the total counts the others.
      const capacity = this.#maxBytes - this.#data.bytes;
      const verdict =
        sizeBytes > this.#maxEntryBytes ? TOO_LARGE_FOR_ANY : decideWrite(data, id, sizeBytes, limits, capacity, nowMs);
      let sequence = 0;
      if (verdict.status === 'stored') {
        sequence = ++data.sequence;
        const deadlineS = Math.ceil((nowMs + body.ttlMs + body.graceMs) / 1000);
        const { payload, ttlMs } = body;
        data.put({ id, payload, sequence, createdAtMs: nowMs, ttlMs, deadlineS, sizeBytes, live: true });
        this.#bus?.publish({ type: 'entries', tenant, origin: this.#bus.origin, ids: [id] });
      }
      return { ...verdict, sizeBytes, sequence, usedBytes: data.usedBytes, entries: data.size };
    });
  }

  async delete(tenant: TenantId, id: EntryId): Promise<boolean> {
    return this.#counting(tenant, (data) => {
      const live = data.visible(id, this.#now()) !== undefined;
      const entry = data.counted(id);
      if (entry) data.remove(entry);
      this.#bus?.publish({ type: 'entries', tenant, origin: this.#bus.origin, ids: [id] });
      return live;
    });
  }

  async clear(tenant: TenantId): Promise<void> {
    const sequence = this.#tenant(tenant).clear();
    this.#bus?.publish({ type: 'clear', tenant, origin: this.#bus.origin, sequence });
  }

  touch(tenant: TenantId, id: EntryId): void {
    this.#data.tenants.get(tenant)?.touch(id);
  }

  async settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome> {
    return this.#counting(tenant, (data) => {
      const expiredEntries = data.expire(this.#now(), STEP);
      const deadLeft = data.reclaim(STEP) === STEP || expiredEntries === STEP;
      const evicts = enforced(limits) && limits.policy !== 'reject';
      const bound = evicts && !deadLeft ? STEP : 0;
      const evicted = data.evict(limits.policy, limits.hardLimitBytes, bound);
      const more = deadLeft || (evicts && data.usedBytes > limits.hardLimitBytes && data.size > 0);
      const outcome = { usedBytes: data.usedBytes, entries: data.size, expiredEntries, more };
      return { ...outcome, evictedEntries: evicted.entries, evictedBytes: evicted.bytes };
    });
  }

  async preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview> {
    while ((await this.settle(tenant, { ...limits, enforcement: 'off' })).more);
    const data = this.#tenant(tenant);
    const before = { usedBytes: data.usedBytes, entries: data.size, exact: true };
    let evictBytes = 0;
    let evictEntries = 0;
    if (enforced(limits) && limits.policy !== 'reject') {
      for (const victim of data.victims(limits.policy)) {
        if (data.usedBytes - evictBytes <= limits.hardLimitBytes) break;
        evictBytes += victim.sizeBytes;
        evictEntries++;
      }
    }
    return { ...before, evictBytes, evictEntries };
  }

  async ready(): Promise<void> {}

  state(): 'up' {
    return 'up';
  }

  async close(): Promise<void> {
    this.#data.tenants.clear();
    this.#data.bytes = 0;
  }

  #tenant(tenant: TenantId): MemoryTenant {
    const known = this.#data.tenants.get(tenant);
    if (known) return known;
    const data = new MemoryTenant();
    this.#data.tenants.set(tenant, data);
    return data;
  }

  /** Keeps the total of all tenants in step with the one that `change` works on. */
  #counting<T>(tenant: TenantId, change: (data: MemoryTenant) => T): T {
    const data = this.#tenant(tenant);
    this.#data.bytes -= data.usedBytes;
    try {
      return change(data);
    } finally {
      this.#data.bytes += data.usedBytes;
    }
  }
}

/** A store with its bus: what the cache uses where no Redis is configured. */
export function createMemoryStore(options: Omit<MemorySharedStoreOptions, 'bus' | 'data'> = {}) {
  const bus = new MemoryBus();
  return { store: new MemorySharedStore({ ...options, bus }), bus };
}
