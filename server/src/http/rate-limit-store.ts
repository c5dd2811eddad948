import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import { LocalRateCounter } from '../core/local-rate-counter.js';
import type { RateCount, RateCounter, RateStore } from '../core/rate-limit.js';

/**
 * Counts over all processes, and in this one while the shared store does not answer: a request neither fails nor goes
 * unlimited because of it. What one process then counts says nothing of the others, so that each lets a whole limit pass.
 */
export class RateLimitStore implements Store {
  /** For express-rate-limit's own checks. */
  readonly localKeys: boolean;
  readonly #shared: RateCounter | undefined;
  readonly #local: LocalRateCounter;

  constructor(rates: RateStore | undefined, policy: string, windowMs: number) {
    this.localKeys = rates === undefined;
    this.#shared = rates?.counter(policy, windowMs);
    this.#local = new LocalRateCounter(windowMs);
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const { used, resetsInMs } = await this.#count(key);
    return { totalHits: used, resetTime: new Date(Date.now() + resetsInMs) };
  }

  /** Of requests that are not to count in the end, which no limit here has. */
  decrement(): void {}

  /** A window ends by itself. */
  resetKey(): void {}

  async #count(key: string): Promise<RateCount> {
    if (this.#shared === undefined) return this.#local.count(key);
    try {
      return await this.#shared.increment(key);
    } catch {
      return this.#local.count(key);
    }
  }
}
