import { LRUCache } from 'lru-cache';

/** How long an address whose answer could not be kept is not waited for (as `hit-for-miss` of Varnish). */
const NOT_KEPT_MS = 10_000;
const MAX_ADDRESSES = 10_000;

/** What the entry under an address itself was made for; others of its variants are found without a look at it. */
export interface Hint {
  readonly vary: readonly string[];
  readonly selecting: string;
}

/** What one process remembers of addresses. Losing it costs a round trip, nothing else. */
export class ResponseMemory {
  readonly #hints = new LRUCache<string, Hint>({ max: MAX_ADDRESSES });
  readonly #notKept = new LRUCache<string, true>({ max: MAX_ADDRESSES, ttl: NOT_KEPT_MS });

  hint(tenant: string, key: string): Hint | undefined {
    return this.#hints.get(`${tenant} ${key}`);
  }

  setHint(tenant: string, key: string, hint: Hint): void {
    this.#hints.set(`${tenant} ${key}`, hint);
  }

  /** Whether its last answer could not be kept: its requests do not wait for one another. */
  wasNotKept(tenant: string, key: string): boolean {
    return this.#notKept.has(`${tenant} ${key}`);
  }

  setNotKept(tenant: string, key: string): void {
    this.#notKept.set(`${tenant} ${key}`, true);
  }

  /** An answer of it could have been kept: the next one is. */
  forgetNotKept(tenant: string, key: string): void {
    this.#notKept.delete(`${tenant} ${key}`);
  }
}
