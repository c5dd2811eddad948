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
    const window = this.#present(key) ?? { used: 0, endsAtMs: this.#now() + this.#windowMs };
    window.used++;
    this.#windows.set(key, window);
    return { used: window.used, resetsInMs: window.endsAtMs - this.#now() };
  }

  /** Without counting; undefined where the window has ended, or never began. */
  peek(key: string): RateCount | undefined {
    const window = this.#present(key);
    return window && { used: window.used, resetsInMs: window.endsAtMs - this.#now() };
  }

  #present(key: string): Window | undefined {
    const window = this.#windows.get(key);
    return window && window.endsAtMs > this.#now() ? window : undefined;
  }
}
