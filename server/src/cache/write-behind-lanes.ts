import type { QueuedItem } from '../core/durable-queue.js';
import type { EntryId } from '../core/resource.js';

/** Retries fall due together at multiples of this: a source that is away must not cost a walk per item. */
const DUE_STEP_MS = 100;

/** The items of one tenant, a lane per entry: one of a lane at a time, in order, and no lane holds another up. */
export class WriteBehindLanes {
  /** Sequences of each entry, in order; the first is the one to try. */
  readonly #lanes = new Map<EntryId, number[]>();
  readonly #ready = new Set<EntryId>();
  readonly #waiting = new Map<EntryId, number>();
  #dueMs = Number.POSITIVE_INFINITY;

  get empty(): boolean {
    return this.#lanes.size === 0;
  }

  get running(): number {
    return this.#lanes.size - this.#ready.size - this.#waiting.size;
  }

  /** When the first of those that wait may be tried again; `Infinity` where none waits. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Items come in order of their sequence; one that is known already is left out. */
  add({ id, sequence }: QueuedItem): void {
    const lane = this.#lanes.get(id);
    if (lane === undefined) {
      this.#lanes.set(id, [sequence]);
      this.#ready.add(id);
    } else if (sequence > (lane.at(-1) as number)) lane.push(sequence);
  }

  /** An item that may be tried now, which is then being tried until `finish` or `retry`. */
  next(nowMs: number): QueuedItem | undefined {
    if (nowMs >= this.#dueMs) this.#wake(nowMs);
    const [id] = this.#ready;
    if (id === undefined) return undefined;
    this.#ready.delete(id);
    return { id, sequence: (this.#lanes.get(id) as number[])[0] as number };
  }

  finish(id: EntryId): void {
    const lane = this.#lanes.get(id) as number[];
    lane.shift();
    // Behind the others, so that a busy key does not keep them waiting.
    if (lane.length > 0) this.#ready.add(id);
    else this.#lanes.delete(id);
  }

  retry(id: EntryId, atMs: number): void {
    const dueMs = Math.ceil(atMs / DUE_STEP_MS) * DUE_STEP_MS;
    this.#waiting.set(id, dueMs);
    this.#dueMs = Math.min(this.#dueMs, dueMs);
  }

  #wake(nowMs: number): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const [id, dueMs] of this.#waiting) {
      if (dueMs > nowMs) {
        this.#dueMs = Math.min(this.#dueMs, dueMs);
        continue;
      }
      this.#waiting.delete(id);
      this.#ready.add(id);
    }
  }
}
