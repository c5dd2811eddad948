import type { SharedKey } from '../core/dataset.js';
import type { SharedRead } from '../core/shared.js';

const MAX_KEPT = 10_000;

interface Read extends SharedKey {
  lastReadMs: number;
}

/** When each kind of each group was last read by a tenant of this process; the 10,000 that were read last. */
export class RecentReads {
  readonly #maxKept: number;
  /** In the order of their last reads. */
  readonly #reads = new Map<string, Read>();

  constructor(maxKept = MAX_KEPT) {
    this.#maxKept = maxKept;
  }

  note(group: string, kind: string, nowMs: number): void {
    // No group has a space in it.
    const id = `${group} ${kind}`;
    const known = this.#reads.get(id);
    if (known) {
      this.#reads.delete(id);
      known.lastReadMs = nowMs;
      this.#reads.set(id, known);
      return;
    }
    this.#reads.set(id, { group, kind, lastReadMs: nowMs });
    if (this.#reads.size <= this.#maxKept) return;
    for (const oldest of this.#reads.keys()) {
      this.#reads.delete(oldest);
      return;
    }
  }

  since(sinceMs: number): SharedRead[] {
    return [...this.#reads.values()].filter(({ lastReadMs }) => lastReadMs >= sinceMs).map((read) => ({ ...read }));
  }
}
