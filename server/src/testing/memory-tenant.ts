import type { StoredEntry } from '../core/contracts.js';
import type { EvictionPolicy } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import { DeadlineHeap, type Expiring } from './deadline-heap.js';

/** Entries that one step removes of each kind, as in Redis. */
export const STEP = 64;

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
  readonly #deadlines = new DeadlineHeap<MemoryEntry>();
  #cleared = 0;
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
    return entry && entry.sequence > this.#cleared && entry.deadlineS * 1000 > nowMs ? entry : undefined;
  }

  put(entry: MemoryEntry): void {
    const old = this.#entries.get(entry.id);
    if (old) this.remove(old);
    this.#entries.set(entry.id, entry);
    this.#deadlines.push(entry, this.#entries.size);
    this.usedBytes += entry.sizeBytes;
  }

  remove(entry: MemoryEntry): void {
    entry.live = false;
    this.#entries.delete(entry.id);
    this.usedBytes -= entry.sizeBytes;
  }

  touch(id: EntryId): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.sequence <= this.#cleared) return;
    this.sequence++;
    this.#entries.delete(id);
    this.#entries.set(id, entry);
  }

  clear(): number {
    this.#cleared = ++this.sequence;
    return this.#cleared;
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

  /** All that is not alive. */
  removeDead(nowMs: number): void {
    while (this.expire(nowMs, STEP) === STEP);
    while (this.reclaim(STEP) === STEP);
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
    if (policy !== 'ttl') {
      for (const entry of this.#entries.values()) if (entry.id !== keep) yield entry;
      return;
    }
    const seen: MemoryEntry[] = [];
    try {
      for (let entry = this.#deadlines.take(); entry; entry = this.#deadlines.take()) {
        seen.push(entry);
        if (entry.id !== keep) yield entry;
      }
    } finally {
      for (const entry of seen) if (entry.live) this.#deadlines.push(entry, this.#entries.size);
    }
  }
}
