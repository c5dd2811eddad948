const MAX_COUNT = 15;
const SMALLEST = 16;
/** Uses per entry after which every count is halved, so that what was hot last hour does not stay for ever. */
const USES_PER_AGE = 10;
const ROW_SEEDS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/**
 * How often entries were used lately, in 8 to 16 bytes an entry: a count-min sketch of 4-bit counters with ageing
 * (Einziger, Friedman, Manes, "TinyLFU", ACM Transactions on Storage 2017). It also counts what is no longer cached.
 */
export class FrequencySketch {
  /** Eight counters a word. */
  #words = new Uint32Array(2 * SMALLEST);
  #entries = SMALLEST;
  #uses = 0;

  /** Makes room for this many entries. Doubling copies the table behind itself, so every estimate stays what it was. */
  reserve(entries: number): void {
    if (entries <= this.#entries) return;
    this.#entries = entries;
    while (this.#words.length < 2 * entries) {
      const doubled = new Uint32Array(2 * this.#words.length);
      doubled.set(this.#words);
      doubled.set(this.#words, this.#words.length);
      this.#words = doubled;
    }
  }

  count(hash: number): void {
    const mask = this.#words.length - 1;
    let counted = false;
    for (const seed of ROW_SEEDS) {
      const spread = spreadOf(hash, seed);
      const word = this.#words[spread & mask] as number;
      const shift = (spread >>> 29) << 2;
      if (((word >>> shift) & MAX_COUNT) === MAX_COUNT) continue;
      this.#words[spread & mask] = word + (1 << shift);
      counted = true;
    }
    if (counted && ++this.#uses >= USES_PER_AGE * this.#entries) this.#age();
  }

  /** 0 to 15, never too low but for ageing. */
  estimate(hash: number): number {
    const mask = this.#words.length - 1;
    let least = MAX_COUNT;
    for (const seed of ROW_SEEDS) {
      const spread = spreadOf(hash, seed);
      const count = ((this.#words[spread & mask] as number) >>> ((spread >>> 29) << 2)) & MAX_COUNT;
      if (count < least) least = count;
    }
    return least;
  }

  #age(): void {
    for (let index = 0; index < this.#words.length; index++) {
      this.#words[index] = ((this.#words[index] as number) >>> 1) & 0x77777777;
    }
    this.#uses >>>= 1;
  }
}

function spreadOf(hash: number, seed: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), seed);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** 32 bits of a name of an entry (FNV-1a, finished as murmur3 does). */
export function hashOf(resource: string, key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < resource.length; index++) hash = step(hash, resource.charCodeAt(index));
  hash = step(hash, 0x3a);
  for (let index = 0; index < key.length; index++) hash = step(hash, key.charCodeAt(index));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function step(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}
