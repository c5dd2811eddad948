export const NOBODY = -1;

/** What stands in `flags`. */
export const GONE = 1;
export const SUSPECT = 2;
export const RELOADING = 4;

/**
 * The sampled keys of one tenant, found by their identity, in columns of numbers: 39 bytes a key, and none of its
 * characters. A full table gives the key with the greatest sampling hash away.
 */
export class TrackedKeys {
  readonly hashes: Int32Array;
  readonly identities: Int32Array;
  readonly slots: Int32Array;
  readonly sizes: Int32Array;
  readonly digests: Int32Array;
  /** Seconds since 1970. */
  readonly freshUntilS: Uint32Array;
  readonly keptUntilS: Uint32Array;
  readonly sequences: Uint32Array;
  readonly seenHours: Uint32Array;
  readonly resources: Uint8Array;
  readonly flags: Uint8Array;
  /** Open addressing over identities: owner + 1, 0 where nobody is. */
  readonly #table: Uint16Array;
  readonly #mask: number;
  /** Owners by their hash, the greatest first; made when the table is full for the first time. */
  #heap: Uint16Array | undefined;
  #count = 0;

  constructor(readonly capacity: number) {
    this.hashes = new Int32Array(capacity);
    this.identities = new Int32Array(capacity);
    this.slots = new Int32Array(capacity).fill(NOBODY);
    this.sizes = new Int32Array(capacity);
    this.digests = new Int32Array(capacity);
    this.freshUntilS = new Uint32Array(capacity);
    this.keptUntilS = new Uint32Array(capacity);
    this.sequences = new Uint32Array(capacity);
    this.seenHours = new Uint32Array(capacity);
    this.resources = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    const places = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#table = new Uint16Array(places);
    this.#mask = places - 1;
  }

  get count(): number {
    return this.#count;
  }

  get full(): boolean {
    return this.#count === this.capacity;
  }

  /** Of owners that stand in the way of others, only the first few numbers differ: tables are at most half full. */
  find(identity: number): number {
    for (let place = identity & this.#mask; ; place = (place + 1) & this.#mask) {
      const owner = (this.#table[place] as number) - 1;
      if (owner === NOBODY || this.identities[owner] === identity) return owner;
    }
  }

  /** Only where there is room and the identity is not there. The other columns are 0, and the slot is nobody's. */
  add(identity: number, hash: number): number {
    const owner = this.#count++;
    this.#enter(owner, identity, hash);
    return owner;
  }

  /** Who has the greatest sampling hash of a full table. */
  get greatest(): number {
    this.#heap ??= this.#heapify();
    return this.#heap[0] as number;
  }

  /** Puts another key in the place of the greatest. */
  replaceGreatest(identity: number, hash: number): number {
    const owner = this.greatest;
    this.#leave(owner);
    this.#enter(owner, identity, hash);
    this.#sink(this.#heap as Uint16Array, 0, this.#count);
    return owner;
  }

  /** Copies what `keep` says into a table of another capacity. Slots are copied as they are. */
  moved(capacity: number, keep: (owner: number) => boolean = () => true): { keys: TrackedKeys; owners: Int32Array } {
    const keys = new TrackedKeys(capacity);
    const owners = new Int32Array(this.capacity).fill(NOBODY);
    for (let owner = 0; owner < this.#count; owner++) {
      if (!keep(owner)) continue;
      const copy = keys.add(this.identities[owner] as number, this.hashes[owner] as number);
      for (const column of COLUMNS) keys[column][copy] = this[column][owner] as number;
      owners[owner] = copy;
    }
    return { keys, owners };
  }

  #enter(owner: number, identity: number, hash: number): void {
    this.identities[owner] = identity;
    this.hashes[owner] = hash;
    this.slots[owner] = NOBODY;
    this.sizes[owner] = 0;
    this.digests[owner] = 0;
    this.freshUntilS[owner] = 0;
    this.keptUntilS[owner] = 0;
    this.sequences[owner] = 0;
    this.seenHours[owner] = 0;
    this.resources[owner] = 0;
    this.flags[owner] = 0;
    let place = identity & this.#mask;
    while (this.#table[place] !== 0) place = (place + 1) & this.#mask;
    this.#table[place] = owner + 1;
  }

  /** Closes the gap, so that a search ends at the first free place. */
  #leave(owner: number): void {
    const table = this.#table;
    const mask = this.#mask;
    let gap = (this.identities[owner] as number) & mask;
    while (table[gap] !== owner + 1) gap = (gap + 1) & mask;
    for (let place = (gap + 1) & mask; table[place] !== 0; place = (place + 1) & mask) {
      const home = (this.identities[(table[place] as number) - 1] as number) & mask;
      if (((place - home) & mask) < ((place - gap) & mask)) continue;
      table[gap] = table[place] as number;
      gap = place;
    }
    table[gap] = 0;
  }

  #heapify(): Uint16Array {
    const heap = Uint16Array.from({ length: this.#count }, (_, owner) => owner);
    for (let at = (this.#count >>> 1) - 1; at >= 0; at--) this.#sink(heap, at, this.#count);
    return heap;
  }

  #sink(heap: Uint16Array, from: number, end: number): void {
    const { hashes } = this;
    const owner = heap[from] as number;
    const hash = hashes[owner] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= end) break;
      if (
        child + 1 < end &&
        (hashes[heap[child + 1] as number] as number) > (hashes[heap[child] as number] as number)
      ) {
        child++;
      }
      if ((hashes[heap[child] as number] as number) <= hash) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = owner;
  }
}

const COLUMNS = [
  'sizes',
  'digests',
  'freshUntilS',
  'keptUntilS',
  'sequences',
  'seenHours',
  'resources',
  'flags',
  'slots',
] as const;
