import { ReuseTree } from './reuse-tree.js';
import { NOBODY, TrackedKeys } from './tracked-keys.js';

const MIN_SLOTS = 128;
const FORGET_AFTER_HOURS = 24;
/** One key in so many. */
const WORTH_A_COPY = 8;

/** Tracked keys in the order of their last use. */
export class TrackedStack {
  readonly keys: TrackedKeys;
  readonly #tree: ReuseTree;

  constructor(capacity: number, keys: TrackedKeys = new TrackedKeys(capacity)) {
    this.keys = keys;
    this.#tree = new ReuseTree(Math.max(MIN_SLOTS, capacity * 2));
  }

  /** Nothing can be used before it is settled. */
  get full(): boolean {
    return this.#tree.full;
  }

  /** Bytes of the keys that were used after this one. */
  bytesSince(owner: number): number {
    const slot = this.keys.slots[owner] as number;
    return slot === NOBODY ? 0 : this.#tree.bytesAfter(slot);
  }

  use(owner: number, hour: number): void {
    this.free(owner);
    this.keys.slots[owner] = this.#tree.append(owner, this.keys.sizes[owner] as number);
    this.keys.seenHours[owner] = hour;
  }

  free(owner: number): void {
    this.empty(owner);
    this.keys.slots[owner] = NOBODY;
  }

  /** Keeps its place and takes no room. */
  empty(owner: number): void {
    const slot = this.keys.slots[owner] as number;
    if (slot !== NOBODY) this.#tree.resize(slot, 0);
  }

  /** Makes room for uses; of what is not `kept` in the store, only the place stays. */
  settle(kept: (owner: number) => boolean): void {
    for (let owner = 0; owner < this.keys.count; owner++) if (!kept(owner)) this.empty(owner);
    this.#tree.compact(this.keys.slots);
  }

  moved(capacity: number, keep?: (owner: number) => boolean): TrackedStack {
    const { keys, owners } = this.keys.moved(capacity, keep);
    const stack = new TrackedStack(capacity, keys);
    const order = Array.from(owners.keys()).filter((owner) => owners[owner] !== NOBODY);
    order.sort((a, b) => (this.keys.slots[a] as number) - (this.keys.slots[b] as number));
    for (const owner of order) {
      const slot = this.keys.slots[owner] as number;
      const copy = owners[owner] as number;
      keys.slots[copy] = stack.#tree.append(copy, slot === NOBODY ? 0 : this.#tree.bytesAt(slot));
    }
    return stack;
  }

  /** Without the keys that nobody asked for in a day; undefined where they are too few to be worth a copy. */
  withoutUnseen(hour: number): TrackedStack | undefined {
    const { seenHours, count, capacity } = this.keys;
    const seen = (owner: number) => hour - (seenHours[owner] as number) <= FORGET_AFTER_HOURS;
    let unseen = 0;
    for (let owner = 0; owner < count; owner++) if (!seen(owner)) unseen++;
    return unseen * WORTH_A_COPY < count ? undefined : this.moved(capacity, seen);
  }
}
