import { LRUCache } from 'lru-cache';
import type { RateCount, RateCounter } from '../core/rate-limit.js';

/** About 200 bytes each. A flood of keys costs the oldest their counts, never memory. */
const MAX_KEYS = 10_000;

interface Window {
  used: number;
  endsAtMs: number;
}

/** Counts in the memory of this process, for at most 10,000 keys of a policy: the last that were counted. */
export class LocalRateCounter implements RateCounter {
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #windows: LRUCache<string, Window>;

  constructor(windowMs: number, now: () => number = () => performance.now(), maxKeys = MAX_KEYS) {
    this.#windowMs = windowMs;
    this.#now = now;
    this.#windows = new LRUCache({ max: maxKeys });
  }

  async increment(key: string): Promise<RateCount> {
    return this.count(key);
  }

  count(key: string): RateCount {
    const known = this.#windows.get(key);
    const isOver = known === undefined || known.endsAtMs <= this.#now();
    const window = isOver ? { used: 0, endsAtMs: this.#now() + this.#windowMs } : known;
    window.used++;
    this.#windows.set(key, window);
    return { used: window.used, resetsInMs: window.endsAtMs - this.#now() };
  }
}
