import type {
  EntryBody,
  EntrySample,
  Lease,
  LeaseAnswer,
  LeaseRequest,
  SharedStore,
  StoredEntry,
} from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { EvictionPreview, SettleOutcome, WriteOutcome } from '../core/store-outcomes.js';
import { DEFAULT_MAX_ENTRY_BYTES, storedMember, storedSizeBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { MemoryAccount } from './memory-account.js';
import { MemoryBus } from './memory-bus.js';
import { MemoryData } from './memory-data.js';
import type { HeldLease } from './memory-leases.js';
import { decideWrite, enforced, TOO_LARGE_FOR_ANY, VOID } from './memory-rules.js';
import { MemoryTenant, STEP } from './memory-tenant.js';
import { MemoryUpkeep } from './memory-upkeep.js';

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

export interface MemorySharedStoreOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Hears of writes, deletes, invalidations and the ends of leases. */
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

  async write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease?: Lease): Promise<WriteOutcome> {
    const sizeBytes = storedSizeBytes(tenant, storedMember(id), body);
    return this.#counting(tenant, (data, nowMs, account) => {
      const expired = data.expire(nowMs, STEP);
      data.follow(limits.policy, STEP);
      const held = lease && this.#standing(data, id, lease, body.tags);
      const ended = lease === undefined ? data.leases.end(id) : data.leases.endOwn(id, lease.token);
      // While a tenant is worked on, the total counts the others.
      const verdict = (() => {
        if (lease && !held) return VOID;
        if (sizeBytes > this.#maxEntryBytes) return TOO_LARGE_FOR_ANY;
        return decideWrite(data, id, sizeBytes, limits, this.#maxBytes - this.#data.bytes, nowMs);
      })();
      const stored = verdict.status === 'stored';
      const sequence = stored ? (held?.sequence ?? ++data.sequence) : 0;
      if (stored) {
        const deadlineS = Math.ceil((nowMs + body.ttlMs + body.graceMs) / 1000);
        data.put({ ...body, id, sequence, createdAtMs: nowMs, deadlineS, sizeBytes, live: true });
      }
      if (stored || ended) this.#tell(tenant, id);
      const crossing = account.cross(data.usedBytes, limits, nowMs);
      const expiredEntries = expired + verdict.expiredEntries;
      const { usedBytes, size: entries } = data;
      return { ...verdict, sizeBytes, sequence, expiredEntries, usedBytes, entries, crossing };
    });
  }

  async lease(tenant: TenantId, id: EntryId, { seenSequence, ttlMs, seize }: LeaseRequest): Promise<LeaseAnswer> {
    const nowMs = this.#now();
    const data = this.#tenant(tenant);
    if (!seize) {
      if ((data.visible(id, nowMs)?.sequence ?? 0) !== seenSequence) return { kind: 'changed' };
      const held = data.leases.at(id, nowMs);
      // What an invalidation voided holds up nobody.
      if (held && !data.outdatedLoad(held.sequence, id)) return { kind: 'held', remainingMs: held.deadlineMs - nowMs };
    }
    return { kind: 'granted', lease: data.leases.grant(id, ++data.sequence, nowMs + ttlMs) };
  }

  async renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number): Promise<boolean> {
    const held = this.#standing(this.#tenant(tenant), id, lease);
    if (held) held.deadlineMs = this.#now() + ttlMs;
    return held !== undefined;
  }

  async release(tenant: TenantId, id: EntryId, lease: Lease): Promise<void> {
    if (this.#tenant(tenant).leases.endOwn(id, lease.token)) this.#tell(tenant, id);
  }

  async delete(tenant: TenantId, id: EntryId): Promise<boolean> {
    return this.#counting(tenant, (data, nowMs) => {
      const live = data.visible(id, nowMs) !== undefined;
      const entry = data.counted(id);
      if (entry) data.remove(entry);
      data.leases.end(id);
      this.#tell(tenant, id);
      return live;
    });
  }

  async invalidate(tenant: TenantId, scopes: readonly Scope[]): Promise<void> {
    if (scopes.length === 0) return;
    const { sequence, cleared } = this.#tenant(tenant).invalidate(scopes, this.#now());
    if (!this.#bus) return;
    const { origin } = this.#bus;
    this.#bus.publish(
      cleared ? { type: 'clear', tenant, origin, sequence } : { type: 'invalidate', tenant, origin, scopes, sequence },
    );
  }

  async clear(tenant: TenantId): Promise<void> {
    const sequence = this.#tenant(tenant).clear();
    this.#bus?.publish({ type: 'clear', tenant, origin: this.#bus.origin, sequence });
  }

  touch(tenant: TenantId, id: EntryId): void {
    this.#data.tenants.get(tenant)?.touch(id);
  }

  async settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome> {
    return this.#counting(tenant, (data, nowMs, account) => {
      data.leases.forgetOver(nowMs, STEP);
      const expiredEntries = data.expire(nowMs, STEP);
      const cleared = data.reclaim(STEP);
      const deadLeft = data.reclaimHidden(nowMs, STEP) || cleared === STEP || expiredEntries === STEP;
      if (limits.enforcement !== 'off') data.settleOrder(limits.policy);
      const evicts = enforced(limits) && limits.policy !== 'reject';
      const bound = evicts && !deadLeft ? STEP : 0;
      const evicted = data.evict(limits.policy, limits.hardLimitBytes, bound);
      const more = deadLeft || (evicts && data.usedBytes > limits.hardLimitBytes && data.size > 0);
      // Under `off` only what is dead goes: limits that are not in force must not tell of a crossing.
      const crossing = limits.enforcement === 'off' ? undefined : account.cross(data.usedBytes, limits, nowMs);
      const outcome = { usedBytes: data.usedBytes, entries: data.size, expiredEntries, more, crossing };
      const meters = account.meters();
      return { ...outcome, evictedEntries: evicted.entries, evictedBytes: evicted.bytes, meters };
    });
  }

  async preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview> {
    let expiredEntries = 0;
    for (let more = true; more; ) {
      const settled = await this.settle(tenant, { ...limits, enforcement: 'off' });
      expiredEntries += settled.expiredEntries;
      more = settled.more;
    }
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
    return { ...before, evictBytes, evictEntries, expiredEntries };
  }

  async sample(tenant: TenantId, resource: string, count: number): Promise<EntrySample> {
    return { ids: this.#tenant(tenant).sample(resource, count), unnamed: 0 };
  }

  async ready(): Promise<void> {}

  state(): 'up' {
    return 'up';
  }

  async close(): Promise<void> {
    this.#data.tenants.clear();
    this.#data.accounts.clear();
    this.#data.bytes = 0;
  }

  #tenant(tenant: TenantId): MemoryTenant {
    const known = this.#data.tenants.get(tenant);
    if (known) return known;
    const data = new MemoryTenant();
    this.#data.tenants.set(tenant, data);
    return data;
  }

  /** The lease as it was granted, which its holder may misstate. */
  #standing(data: MemoryTenant, id: EntryId, { token }: Lease, tags?: readonly string[]): HeldLease | undefined {
    const held = data.leases.at(id, this.#now());
    return held?.token === token && !data.outdatedLoad(held.sequence, id, tags) ? held : undefined;
  }

  #tell(tenant: TenantId, id: EntryId): void {
    this.#bus?.publish({ type: 'entries', tenant, origin: this.#bus.origin, ids: [id] });
  }

  #account(tenant: TenantId, nowMs: number): MemoryAccount {
    const known = this.#data.accounts.get(tenant);
    if (known) return known;
    const account = new MemoryAccount(nowMs);
    this.#data.accounts.set(tenant, account);
    return account;
  }

  /** Keeps the meters, and the total of all tenants, in step with the tenant that `change` works on. */
  #counting<T>(tenant: TenantId, change: (data: MemoryTenant, nowMs: number, account: MemoryAccount) => T): T {
    const data = this.#tenant(tenant);
    const nowMs = this.#now();
    const account = this.#account(tenant, nowMs);
    account.meter(data.usedBytes, nowMs);
    this.#data.bytes -= data.usedBytes;
    try {
      return change(data, nowMs, account);
    } finally {
      account.peak(data.usedBytes);
      this.#data.bytes += data.usedBytes;
    }
  }
}

/** A store with its bus and upkeep: what the cache uses where no Redis is configured. */
export function createMemoryStore(options: Omit<MemorySharedStoreOptions, 'bus' | 'data'> = {}) {
  const bus = new MemoryBus();
  const data = new MemoryData();
  const store = new MemorySharedStore({ ...options, bus, data });
  return { store, bus, upkeep: new MemoryUpkeep(data, options.now) };
}
