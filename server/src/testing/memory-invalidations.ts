import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';

/** Records that no entry needs any more are kept this long and up to this many, to tell the loads that they cover from others. */
const FINISHED_KEPT_MS = 60_000;
const MAX_FINISHED = 1_024;
/** Past this many in all, the whole tenant is to be cleared instead. */
const MAX_RECORDS = 4_096;

interface Recorded {
  readonly sequence: number;
  readonly atMs: number;
}

/** What was invalidated in one tenant by tag, resource or prefix, until neither an entry nor a load can be covered by it. */
export class MemoryInvalidations {
  readonly #tags = new Map<string, Recorded>();
  readonly #prefixes = new Map<string, Map<string, Recorded>>();
  #finished = 0;
  /** A load that began at or before it is refused, whatever it loads. */
  fence = 0;
  /** Sequence of the last invalidation. */
  newest = 0;

  /** Whether entries may still be there that a scope hides. */
  get due(): boolean {
    return this.newest > this.#finished;
  }

  get tooMany(): boolean {
    let records = this.#tags.size;
    for (const { size } of this.#prefixes.values()) records += size;
    return records > MAX_RECORDS;
  }

  add(scopes: readonly Scope[], sequence: number, atMs: number): void {
    this.newest = sequence;
    for (const scope of scopes) {
      const records = 'tag' in scope ? this.#tags : this.#of(scope.resource);
      const name = 'tag' in scope ? scope.tag : scope.prefix;
      // In the order of their sequences, oldest first.
      records.delete(name);
      records.set(name, { sequence, atMs });
    }
  }

  /** Sequence of the last invalidation that covers the entry; 0 where there was none. */
  covering(id: EntryId, tags: readonly string[] | undefined): number {
    let last = 0;
    for (const tag of tags ?? []) last = Math.max(last, this.#tags.get(tag)?.sequence ?? 0);
    const colon = id.indexOf(':');
    const prefixes = this.#prefixes.get(id.slice(0, colon));
    if (prefixes) {
      const key = id.slice(colon + 1);
      for (const [prefix, { sequence }] of prefixes) if (sequence > last && key.startsWith(prefix)) last = sequence;
    }
    return last;
  }

  /** No entry from before `sequence` is hidden and still there. */
  finish(sequence: number): void {
    this.#finished = Math.max(sequence, this.#finished);
  }

  /** Drops what is finished and old, or too much; the fence rises in its place. */
  fold(nowMs: number): void {
    const finished = [...this.#all()].filter(({ sequence }) => sequence <= this.#finished);
    finished.sort((a, b) => a.sequence - b.sequence);
    let excess = finished.length - MAX_FINISHED;
    let fence = this.fence;
    for (const { sequence, atMs } of finished) {
      if (excess-- > 0 || nowMs - atMs >= FINISHED_KEPT_MS) fence = Math.max(fence, sequence);
    }
    if (fence > this.fence) this.#raiseTo(fence);
  }

  /** The tenant was cleared: nothing from before is left to be hidden. */
  forgetAll(): void {
    this.#tags.clear();
    this.#prefixes.clear();
    this.#finished = this.newest;
  }

  #raiseTo(fence: number): void {
    this.fence = fence;
    for (const records of [this.#tags, ...this.#prefixes.values()]) {
      for (const [name, { sequence }] of records) if (sequence <= fence) records.delete(name);
    }
    for (const [resource, records] of this.#prefixes) if (records.size === 0) this.#prefixes.delete(resource);
  }

  *#all(): Generator<Recorded> {
    yield* this.#tags.values();
    for (const records of this.#prefixes.values()) yield* records.values();
  }

  #of(resource: string): Map<string, Recorded> {
    const known = this.#prefixes.get(resource) ?? new Map<string, Recorded>();
    this.#prefixes.set(resource, known);
    return known;
  }
}
