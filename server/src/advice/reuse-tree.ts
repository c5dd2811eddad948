const { min } = Math;
const BRANCH_BITS = 5;
const BRANCH = 1 << BRANCH_BITS;

/**
 * Bytes in the order of their last use: a slot for each use, with sums over groups of 32 slots and of 32 groups. A sum
 * over what came later than a slot looks at 16 numbers a level on average and fewer the more recent the slot is, where a
 * Fenwick tree takes its 14 steps up and down for each change too (4 of 5 sampled uses are of recent slots).
 */
export class ReuseTree {
  readonly #bytes: Int32Array;
  readonly #owners: Int32Array;
  readonly #groups: Float64Array;
  readonly #supergroups: Float64Array;
  #next = 0;

  /** @param slots at least twice as many as owners, so that room is made once in as many uses as there are owners */
  constructor(slots: number) {
    const groups = Math.ceil(slots / BRANCH);
    this.#bytes = new Int32Array(groups * BRANCH);
    this.#owners = new Int32Array(groups * BRANCH);
    this.#groups = new Float64Array(groups);
    this.#supergroups = new Float64Array(Math.ceil(groups / BRANCH));
  }

  get full(): boolean {
    return this.#next === this.#bytes.length;
  }

  /** The newest slot. Only where there is room. */
  append(owner: number, bytes: number): number {
    const slot = this.#next++;
    this.#owners[slot] = owner;
    this.#add(slot, bytes);
    return slot;
  }

  /** A slot that nobody holds has 0 bytes. */
  resize(slot: number, bytes: number): void {
    const change = bytes - (this.#bytes[slot] as number);
    if (change !== 0) this.#add(slot, change);
  }

  bytesAt(slot: number): number {
    return this.#bytes[slot] as number;
  }

  /** The sum over all slots later than this one. */
  bytesAfter(slot: number): number {
    const next = this.#next;
    let sum = 0;
    let end = min((slot | (BRANCH - 1)) + 1, next);
    for (let at = slot + 1; at < end; at++) sum += this.#bytes[at] as number;
    const group = slot >>> BRANCH_BITS;
    const groups = (next + BRANCH - 1) >>> BRANCH_BITS;
    end = min((group | (BRANCH - 1)) + 1, groups);
    for (let at = group + 1; at < end; at++) sum += this.#groups[at] as number;
    const supergroups = (groups + BRANCH - 1) >>> BRANCH_BITS;
    for (let at = (group >>> BRANCH_BITS) + 1; at < supergroups; at++) sum += this.#supergroups[at] as number;
    return sum;
  }

  /** Closes the gaps; `slots[owner]` becomes the slot that the owner holds from now on. */
  compact(slots: Int32Array): void {
    const end = this.#next;
    this.#groups.fill(0);
    this.#supergroups.fill(0);
    this.#next = 0;
    for (let slot = 0; slot < end; slot++) {
      const owner = this.#owners[slot] as number;
      const bytes = this.#bytes[slot] as number;
      this.#bytes[slot] = 0;
      if (slots[owner] === slot) slots[owner] = this.append(owner, bytes);
    }
  }

  #add(slot: number, change: number): void {
    const group = slot >>> BRANCH_BITS;
    this.#bytes[slot] = (this.#bytes[slot] as number) + change;
    this.#groups[group] = (this.#groups[group] as number) + change;
    const supergroup = group >>> BRANCH_BITS;
    this.#supergroups[supergroup] = (this.#supergroups[supergroup] as number) + change;
  }
}
