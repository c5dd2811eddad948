import { LRUCache } from 'lru-cache';
import {
  type RateCount,
  type RateCounter,
  type RateRequest,
  type RateReservation,
  RESERVED_PART,
} from './rate-limit.js';

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
    const window = this.#open(key);
    window.used++;
    return { used: window.used, resetsInMs: window.endsAtMs - this.#now() };
  }

  async reserve(key: string, { limit, least, most }: RateRequest): Promise<RateReservation> {
    const window = this.#open(key);
    const free = Math.max(0, limit - window.used);
    const reserved = free < least ? 0 : Math.min(most, Math.max(least, Math.ceil(free * RESERVED_PART)));
    window.used += reserved;
    return {
      reserved,
      left: free - reserved,
      resetsInMs: window.endsAtMs - this.#now(),
      window: window.endsAtMs,
    };
  }

  #open(key: string): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && known.endsAtMs > this.#now()) return known;
    const window = { used: 0, endsAtMs: this.#now() + this.#windowMs };
    this.#windows.set(key, window);
    return window;
  }
}
