const KEPT_MS = 600_000;
const MAX_NAMES = 5_000;

/**
 * The largest size of each series that this process was asked for of late. Who asks for less is answered from it, so that
 * one symbol's candles are loaded in one size and not in three.
 */
export class SizesInUse {
  readonly #now: () => number;
  readonly #largest = new Map<string, { readonly size: number; readonly untilMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param name of the series */
  sizeFor(name: string, size: number): number {
    const largest = this.#largest.get(name);
    if (largest && largest.size > size && this.#now() < largest.untilMs) return largest.size;
    // Forgetting costs a load or two.
    if (largest === undefined && this.#largest.size >= MAX_NAMES) this.#largest.clear();
    this.#largest.set(name, { size, untilMs: this.#now() + KEPT_MS });
    return size;
  }
}
