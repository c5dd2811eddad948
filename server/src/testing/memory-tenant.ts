import type { StoredEntry } from '../core/contracts.js';
import type { EvictionPolicy } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import { DeadlineHeap, type Expiring } from './deadline-heap.js';
import { countsAccesses, FrequencyOrder } from './frequency-order.js';
import { MemoryInvalidations } from './memory-invalidations.js';
import { MemoryLeases } from './memory-leases.js';
import { WriteOrder } from './write-order.js';

/** Entries that one step removes of each kind, as in Redis. */
export const STEP = 64;
/** Entries that one round of settling ranks, where a policy that counts accesses is new. */
const RANKED_PER_ROUND = 512;
/** Entries that one step looks at for those that a scope hides. */
const LOOKED_AT_PER_STEP = 1_024;

export interface MemoryEntry extends StoredEntry, Expiring {
  readonly id: EntryId;
}

interface Removed {
  readonly entries: number;
  readonly bytes: number;
}

/** One tenant's entries, least recently used first, and their exact total. What it removes, it removes in bounded steps. */
export class MemoryTenant {
  readonly #entries = new Map<EntryId, MemoryEntry>();
  readonly #order = new WriteOrder<MemoryEntry>();
  readonly #deadlines = new DeadlineHeap<MemoryEntry>();
  readonly #invalidations = new MemoryInvalidations();
  /** Only of a tenant whose policy counts accesses. */
  #frequency: FrequencyOrder | undefined;
  readonly leases = new MemoryLeases();
  #cleared = 0;
  /** Sequence at the start of the pass under way. */
  #passFrom: number | undefined;
  usedBytes = 0;
  sequence = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** What counts, visible or not. */
  counted(id: EntryId): MemoryEntry | undefined {
    return this.#entries.get(id);
  }

  visible(id: EntryId, nowMs: number): MemoryEntry | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.deadlineS * 1000 > nowMs && !this.outdated(entry.sequence, id, entry.tags)
      ? entry
      : undefined;
  }

  /** What a reader would see. */
  *visibleEntries(nowMs: number): Generator<MemoryEntry> {
    for (const entry of this.#entries.values()) if (this.visible(entry.id, nowMs)) yield entry;
  }

  /** Whether an invalidation that covers the entry came after `sequence`. */
  outdated(sequence: number, id: EntryId, tags: readonly string[] | undefined): boolean {
    if (sequence <= this.#cleared) return true;
    const { newest } = this.#invalidations;
    return sequence < newest && sequence < this.#invalidations.covering(id, tags);
  }

  /** The same for a load; what is folded into the fence covers every load from before. */
  outdatedLoad(sequence: number, id: EntryId, tags?: readonly string[]): boolean {
    return sequence <= this.#invalidations.fence || this.outdated(sequence, id, tags);
  }

  put(entry: MemoryEntry): void {
    const old = this.#entries.get(entry.id);
    const rank = this.#frequency?.rankOf(entry.id);
    if (old) this.remove(old);
    this.#entries.set(entry.id, entry);
    this.#order.add(entry);
    this.#deadlines.push(entry, this.#entries.size);
    this.usedBytes += entry.sizeBytes;
    this.#frequency?.access(entry.id, rank, this.#entries.size, entry.priority ?? 0);
  }

  remove(entry: MemoryEntry): void {
    entry.live = false;
    this.#entries.delete(entry.id);
    this.#order.delete(entry);
    this.#frequency?.forget(entry.id);
    this.usedBytes -= entry.sizeBytes;
  }

  touch(id: EntryId): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.sequence <= this.#cleared) return;
    this.sequence++;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    this.#frequency?.access(id, this.#frequency.rankOf(id), this.#entries.size);
  }

  /** Counts accesses from now on where the policy asks for it, and ranks at most `bound` of what was there before. */
  follow(policy: EvictionPolicy, bound: number): void {
    if (!countsAccesses(policy)) return;
    this.#frequency ??= new FrequencyOrder(this.#entries.keys(), policy);
    this.#frequency.policy = policy;
    this.#frequency.build(bound, this.#entries);
  }

  /** Stops counting where the policy does not ask for it. */
  settleOrder(policy: EvictionPolicy): void {
    if (countsAccesses(policy)) this.follow(policy, RANKED_PER_ROUND);
    else this.#frequency = undefined;
  }

  clear(): number {
    this.#cleared = ++this.sequence;
    this.#invalidations.forgetAll();
    return this.#cleared;
  }

  /** @returns the sequence, and whether the records were too many, so that the whole tenant is cleared by it */
  invalidate(scopes: readonly Scope[], nowMs: number): { readonly sequence: number; readonly cleared: boolean } {
    this.#invalidations.add(scopes, ++this.sequence, nowMs);
    if (this.#invalidations.tooMany) this.#invalidations.fold(nowMs);
    if (this.#invalidations.tooMany) return { sequence: this.clear(), cleared: true };
    return { sequence: this.sequence, cleared: false };
  }

  expire(nowMs: number, bound: number): number {
    let entries = 0;
    for (; entries < bound; entries++) {
      const entry = this.#deadlines.peek();
      if (!entry || entry.deadlineS * 1000 > nowMs) break;
      this.remove(entry);
    }
    return entries;
  }

  /** What a clear left behind is first in the order, for a touch never lifts it. */
  reclaim(bound: number): number {
    let entries = 0;
    for (const entry of this.#entries.values()) {
      if (entries === bound || entry.sequence > this.#cleared) break;
      this.remove(entry);
      entries++;
    }
    return entries;
  }

  /** What scopes hide may be anywhere, so it is found in passes over all entries. Returns whether another step is due. */
  reclaimHidden(nowMs: number, bound: number): boolean {
    if (this.#passFrom === undefined) {
      this.#invalidations.fold(nowMs);
      if (!this.#invalidations.due) return false;
      this.#passFrom = this.sequence;
      this.#order.begin();
    }
    for (let looked = 0, removed = 0; looked < LOOKED_AT_PER_STEP && removed < bound; looked++) {
      const entry = this.#order.next();
      if (!entry) {
        this.#invalidations.finish(this.#passFrom);
        this.#passFrom = undefined;
        return this.#invalidations.due;
      }
      if (!this.outdated(entry.sequence, entry.id, entry.tags)) continue;
      this.remove(entry);
      removed++;
    }
    return true;
  }

  /** Up to `count` entries of a resource, each as likely as the others (reservoir sampling, Vitter's algorithm R). */
  sample(resource: string, count: number): EntryId[] {
    const drawn: EntryId[] = [];
    let seen = 0;
    for (const id of this.#entries.keys()) {
      if (!id.startsWith(`${resource}:`)) continue;
      const place = seen < count ? seen : Math.floor(Math.random() * (seen + 1));
      if (place < count) drawn[place] = id;
      seen++;
    }
    return drawn;
  }

  /** All that is not alive. */
  removeDead(nowMs: number): number {
    const expired = this.expire(nowMs, Number.POSITIVE_INFINITY);
    while (this.reclaim(STEP) === STEP);
    while (this.reclaimHidden(nowMs, STEP));
    return expired;
  }

  /** Evicts until `usedBytes` is at most `goalBytes`, `bound` entries are gone or only `keep` is left. */
  evict(policy: EvictionPolicy, goalBytes: number, bound: number, keep?: EntryId): Removed {
    let entries = 0;
    let bytes = 0;
    for (const victim of this.victims(policy, keep)) {
      if (entries === bound || this.usedBytes <= goalBytes) break;
      this.remove(victim);
      entries++;
      bytes += victim.sizeBytes;
    }
    return { entries, bytes };
  }

  /** In the order of the policy. */
  *victims(policy: EvictionPolicy, keep?: EntryId): Generator<MemoryEntry> {
    for (const entry of this.#inOrder(policy)) if (entry.id !== keep) yield entry;
  }

  *#inOrder(policy: EvictionPolicy): Generator<MemoryEntry> {
    if (policy === 'ttl') return yield* this.#deadlines.walk();
    const frequency = countsAccesses(policy) ? this.#frequency : undefined;
    for (const entry of this.#entries.values()) {
      // What has no rank has not been used since the ranks began, so all of it comes before what has one.
      if (frequency?.rankOf(entry.id) !== undefined) break;
      yield entry;
    }
    if (frequency) for (const id of frequency.walk()) yield this.#entries.get(id) as MemoryEntry;
  }
}
