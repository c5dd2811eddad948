import type { L1Policy } from '../core/l1-options.js';
import type { LocalEntry, LocalPartition } from '../core/local-tier.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import { HybridOrder } from './hybrid-order.js';
import { LruOrder } from './lru-order.js';
import { type EvictionOrder, Resident, type Shelf } from './resident.js';
import { TagIndex } from './tag-index.js';

export interface PartitionOptions {
  policy: L1Policy;
  readonly maxBytes: number;
  /** Hands out copies and keeps one of its own. */
  readonly clone: boolean;
  /** Told of an entry that is used, at most once in 128 ms: what L2 needs to know of its recency. */
  readonly onUse: (id: EntryId) => void;
  /** Told of every change of `bytes`. */
  readonly onBytes: (partition: Partition, changeBytes: number) => void;
}

/** A beat of 128 ms is a shift of a whole number. */
const BEAT_BITS = 7;
const NO_ENTRIES: ReadonlyMap<string, Resident> = new Map();

/**
 * One tenant's entries, found by resource and key without building a name of both: the concatenation, its flattening
 * and its hash cost three times what two look-ups by strings that exist do. Empty, it holds next to nothing.
 */
export class Partition implements LocalPartition {
  readonly #options: PartitionOptions;
  readonly #shelves = new Map<string, Shelf>();
  #order: EvictionOrder | undefined;
  #tags: TagIndex | undefined;
  #bytes = 0;
  #limitBytes = Number.POSITIVE_INFINITY;
  /** The shelf asked for last: most requests of a tenant come in runs of one resource. */
  #lastName = '';
  #lastResidents = NO_ENTRIES;

  constructor(options: PartitionOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#order?.entries ?? 0;
  }

  get(resource: string, key: string, nowMs: number): LocalEntry | undefined {
    const residents = resource === this.#lastName ? this.#lastResidents : this.#turnTo(resource);
    const resident = residents.get(key);
    if (resident === undefined) return undefined;
    if (resident.deadlineMs <= nowMs) {
      this.#drop(resident);
      return undefined;
    }
    this.#order?.used(resident);
    const beat = nowMs >>> BEAT_BITS;
    if (resident.toldAt !== beat) {
      resident.toldAt = beat;
      this.#options.onUse(`${resource}:${key}` as EntryId);
    }
    return this.#options.clone ? copyOf(resident.entry) : resident.entry;
  }

  /** @param sizeBytes at most the options' `maxBytes` */
  set(resource: string, key: string, given: LocalEntry, deadlineMs: number, sizeBytes: number): void {
    const entry = this.#options.clone ? copyOf(given) : given;
    if (entry === undefined) {
      this.delete(resource, key);
      return;
    }
    const shelf = this.#shelves.get(resource) ?? this.#openShelf(resource);
    const replaced = shelf.residents.get(key);
    if (replaced !== undefined) this.#release(replaced);
    const resident = new Resident(entry, shelf, key, deadlineMs, sizeBytes);
    shelf.residents.set(key, resident);
    if (entry.tags !== undefined && entry.tags.length > 0) {
      this.#tags ??= new TagIndex();
      this.#tags.add(resident);
    }
    this.#resize(sizeBytes);
    this.#order ??= this.#openOrder();
    this.#order.add(resident);
    if (this.#bytes > this.#limitBytes) this.trim(this.#limitBytes, 0);
  }

  /** Below `maxBytes`: what the tenant's quota allows. */
  limit(bytes: number): void {
    this.#limitBytes = bytes;
    this.trim(bytes, 0);
  }

  delete(resource: string, key: string): void {
    const resident = this.#shelves.get(resource)?.residents.get(key);
    if (resident !== undefined) this.#drop(resident);
  }

  invalidate(scope: Scope): void {
    if ('tag' in scope) {
      if (this.#tags) for (const resident of this.#tags.tagged(scope.tag)) this.#drop(resident);
      return;
    }
    const residents = this.#shelves.get(scope.resource)?.residents ?? NO_ENTRIES;
    for (const [key, resident] of residents) if (key.startsWith(scope.prefix)) this.#drop(resident);
  }

  /** Another policy begins empty. */
  follow(policy: L1Policy): void {
    if (policy === this.#options.policy) return;
    this.clear();
    this.#options.policy = policy;
  }

  clear(): void {
    const bytes = this.#bytes;
    this.#shelves.clear();
    this.#forget();
    if (bytes > 0) this.#resize(-bytes);
  }

  purge(nowMs: number): void {
    for (const { residents } of this.#shelves.values()) {
      for (const resident of residents.values()) if (resident.deadlineMs <= nowMs) this.#drop(resident);
    }
  }

  /** Evicts in the order of the policy until this many bytes or entries are left. */
  trim(toBytes: number, minEntries: number): void {
    while (this.#bytes > toBytes && this.entries > minEntries) this.#order?.evict();
  }

  #drop(resident: Resident): void {
    this.#release(resident);
    this.#unlist(resident);
  }

  #release(resident: Resident): void {
    this.#order?.remove(resident);
    this.#tags?.remove(resident);
    this.#resize(-resident.sizeBytes);
  }

  #evicted(resident: Resident): void {
    this.#tags?.remove(resident);
    this.#resize(-resident.sizeBytes);
    this.#unlist(resident);
  }

  #unlist({ shelf, key }: Resident): void {
    shelf.residents.delete(key);
    if (shelf.residents.size === 0) {
      this.#shelves.delete(shelf.name);
      this.#forgetShelf();
      if (this.#shelves.size === 0) this.#forget();
    }
  }

  #turnTo(resource: string): ReadonlyMap<string, Resident> {
    const shelf = this.#shelves.get(resource);
    if (shelf === undefined) return NO_ENTRIES;
    this.#lastName = resource;
    this.#lastResidents = shelf.residents;
    return shelf.residents;
  }

  #openShelf(name: string): Shelf {
    const shelf: Shelf = { name, residents: new Map() };
    this.#shelves.set(name, shelf);
    return shelf;
  }

  #openOrder(): EvictionOrder {
    const { policy, maxBytes } = this.#options;
    const onEvict = (resident: Resident) => this.#evicted(resident);
    return policy === 'hybrid' ? new HybridOrder(maxBytes, onEvict) : new LruOrder(maxBytes, onEvict);
  }

  /** An empty lru-cache takes 1.6 KB, and a process may know many tenants that rest. */
  #forget(): void {
    this.#order = undefined;
    this.#tags = undefined;
    this.#forgetShelf();
  }

  #forgetShelf(): void {
    this.#lastName = '';
    this.#lastResidents = NO_ENTRIES;
  }

  #resize(changeBytes: number): void {
    this.#bytes += changeBytes;
    this.#options.onBytes(this, changeBytes);
  }
}

/** Undefined for what has no copy, such as a function. */
function copyOf(entry: LocalEntry): LocalEntry | undefined {
  try {
    return { ...entry, value: structuredClone(entry.value) };
  } catch {
    return undefined;
  }
}
