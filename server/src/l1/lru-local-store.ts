import type { L1Policy } from '../core/l1-options.js';
import type { LocalEntry, LocalStore } from '../core/local-tier.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { entryHeapBytes } from './heap-size.js';
import { Partition } from './partition.js';
import { takeFairly } from './shares.js';

/** One trim frees this share, so that a full process does not weigh its tenants at every fill … */
const TRIM_RATIO = 0.05;
/** … but no more than this, so that no fill waits for the eviction of thousands. */
const MAX_TRIM_BYTES = 512 * 1024;
/** Entries that one purge looks at: a few milliseconds at the most, with the next purge going on where it ended. */
const PURGE_ENTRIES = 65_536;
/** `onFilled` is called whenever so much has been filled anew: a look at the memory costs about 10 us. */
const FILL_STEP_BYTES = 1024 * 1024;

export interface LruLocalStoreOptions {
  maxBytesPerTenant: number;
  maxBytesTotal: number;
  /** Larger entries are not kept. Default: a tenth of `maxBytesPerTenant`. */
  maxEntryBytes?: number;
  policy?: L1Policy;
  clone?: boolean;
  /** Told of an entry that is used, at most once in 128 ms. */
  onUse?: (tenant: TenantId, id: EntryId) => void;
  /** Called after big fills, for who watches the memory of the process. */
  onFilled?: () => void;
}

/**
 * One partition per tenant inside one budget for the process; sizes are estimated heap bytes. Where the budget is
 * passed, the tenants furthest above their share give down to one common level, and others nothing.
 */
export class LruLocalStore implements LocalStore {
  readonly #options: Required<LruLocalStoreOptions>;
  readonly #partitions = new Map<TenantId, Partition>();
  readonly #occupied = new Set<Partition>();
  #purging: Iterator<Partition> | undefined;
  #budgetBytes: number;
  #totalBytes = 0;
  #filledBytes = 0;

  constructor(options: LruLocalStoreOptions) {
    const { maxBytesPerTenant, maxBytesTotal } = options;
    const tenantBytes = Math.min(maxBytesPerTenant, maxBytesTotal);
    const maxEntryBytes = Math.min(options.maxEntryBytes ?? Math.ceil(maxBytesPerTenant / 10), tenantBytes);
    this.#options = {
      policy: 'lru',
      clone: false,
      onUse() {},
      onFilled() {},
      ...options,
      maxBytesPerTenant: tenantBytes,
      maxEntryBytes,
    };
    this.#budgetBytes = maxBytesTotal;
  }

  partition(tenant: TenantId, policy?: L1Policy, limitBytes?: number): Partition {
    const partition = this.#partitions.get(tenant) ?? this.#open(tenant, policy);
    if (policy !== undefined) partition.follow(policy);
    if (limitBytes !== undefined) partition.limit(limitBytes);
    return partition;
  }

  #open(tenant: TenantId, policy?: L1Policy): Partition {
    const partition = new Partition({
      policy: policy ?? this.#options.policy,
      maxBytes: this.#options.maxBytesPerTenant,
      clone: this.#options.clone,
      onUse: (id) => this.#options.onUse(tenant, id),
      onBytes: this.#onBytes,
    });
    this.#partitions.set(tenant, partition);
    return partition;
  }

  get(tenant: TenantId, id: EntryId): LocalEntry | undefined {
    const colon = id.indexOf(':');
    return this.#partitions.get(tenant)?.get(id.slice(0, colon), id.slice(colon + 1), Date.now());
  }

  set(tenant: TenantId, id: EntryId, entry: LocalEntry, ttlMs: number): void {
    const sizeBytes = entryHeapBytes(id, entry);
    if (sizeBytes > this.#options.maxEntryBytes) {
      this.delete(tenant, id);
      return;
    }
    const colon = id.indexOf(':');
    const deadlineMs = Date.now() + ttlMs;
    this.partition(tenant).set(id.slice(0, colon), id.slice(colon + 1), entry, deadlineMs, sizeBytes);
    this.#filledBytes += sizeBytes;
    if (this.#totalBytes > this.#budgetBytes) this.#trim();
    if (this.#filledBytes > FILL_STEP_BYTES) {
      this.#filledBytes = 0;
      this.#options.onFilled();
    }
  }

  delete(tenant: TenantId, id: EntryId): void {
    const colon = id.indexOf(':');
    this.#partitions.get(tenant)?.delete(id.slice(0, colon), id.slice(colon + 1));
  }

  invalidate(tenant: TenantId, scopes: readonly Scope[]): void {
    const partition = this.#partitions.get(tenant);
    if (partition !== undefined) for (const scope of scopes) partition.invalidate(scope);
  }

  clear(tenant: TenantId): void {
    this.#partitions.get(tenant)?.clear();
  }

  release(tenant: TenantId): void {
    this.clear(tenant);
    this.#partitions.delete(tenant);
  }

  clearAll(): void {
    for (const partition of this.#occupied) partition.clear();
  }

  shrink(toBytes: number): void {
    this.#budgetBytes = Math.min(this.#budgetBytes, Math.max(0, toBytes));
    if (this.#totalBytes > this.#budgetBytes) this.#trim();
  }

  grow(toBytes: number): void {
    this.#budgetBytes = Math.max(this.#budgetBytes, Math.min(toBytes, this.#options.maxBytesTotal));
  }

  purgeExpired(): void {
    const nowMs = Date.now();
    let left = PURGE_ENTRIES;
    this.#purging ??= this.#occupied.values();
    while (left > 0) {
      const { value: partition, done } = this.#purging.next();
      if (done === true) {
        this.#purging = undefined;
        return;
      }
      left -= partition.entries;
      partition.purge(nowMs);
    }
  }

  bytes(): number {
    return this.#totalBytes;
  }

  tenants(): number {
    return this.#occupied.size;
  }

  readonly #onBytes = (partition: Partition, changeBytes: number): void => {
    this.#totalBytes += changeBytes;
    if (partition.bytes === 0) this.#occupied.delete(partition);
    else if (partition.bytes === changeBytes) this.#occupied.add(partition);
  };

  #trim(): void {
    const spareBytes = Math.min(this.#budgetBytes * TRIM_RATIO, MAX_TRIM_BYTES);
    takeFairly(this.#occupied, this.#budgetBytes - spareBytes, this.#budgetBytes);
  }
}
