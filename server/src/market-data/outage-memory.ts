import { LRUCache } from 'lru-cache';
import type { SharedKey } from '../core/dataset.js';
import type { SharedBatchLoader, SharedLoader } from '../core/shared.js';

interface Fresh {
  readonly is: unknown;
  readonly freshUntil: number;
}

const MAX_BYTES = 32 * 1024 * 1024;
/** Of what is no text: a ticker, or the levels of a book. */
const USUAL_BYTES = 2_048;

/**
 * What this process loaded last of each kind and group. While the shared store is away L1 forgets within seconds, for it
 * hears of no invalidation: an exchange must not be asked for every symbol every two seconds because of that. So for as
 * long as a value says itself that it is fresh it stands in for a call then, and only then, unless anything was invalidated
 * since.
 */
export class OutageMemory {
  #invalidations = 0;
  readonly #isAway: () => boolean;
  readonly #now: () => number;
  readonly #values = new LRUCache<string, Fresh>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ is }) => (typeof is === 'string' ? is.length + USUAL_BYTES : USUAL_BYTES),
  });

  constructor(isAway: () => boolean, now: () => number) {
    this.#isAway = isAway;
    this.#now = now;
  }

  /** Something was invalidated: which of these it meant is not asked. A load that is under way may have read before it. */
  clear(): void {
    this.#invalidations++;
    this.#values.clear();
  }

  loading<T extends Fresh>(load: SharedLoader<T | null>): SharedLoader<T | null> {
    return async (key, context) => {
      const last = this.#last<T>(key);
      if (last) {
        context.setTtl(last.freshUntil - this.#now());
        return last;
      }
      const before = this.#invalidations;
      return this.#keep(key, await load(key, context), before);
    };
  }

  loadingMany<T extends Fresh>(load: SharedBatchLoader<T | null>): SharedBatchLoader<T | null> {
    return async (keys, context) => {
      const known = new Map<SharedKey, T | null | Promise<T | null>>();
      for (const key of keys) {
        const last = this.#last<T>(key);
        if (last) known.set(key, last);
      }
      const missing = keys.filter((key) => !known.has(key));
      if (missing.length === 0) return known;
      const before = this.#invalidations;
      for (const [key, value] of await load(missing, context)) {
        known.set(
          key,
          Promise.resolve(value).then((one) => this.#keep(key, one, before)),
        );
      }
      return known;
    };
  }

  #last<T extends Fresh>(key: SharedKey): T | undefined {
    if (!this.#isAway()) return undefined;
    const last = this.#values.get(nameOf(key));
    return last && last.freshUntil > this.#now() ? (last as T) : undefined;
  }

  #keep<T extends Fresh>(key: SharedKey, value: T | null, before: number): T | null {
    if (before !== this.#invalidations) return value;
    if (value === null) this.#values.delete(nameOf(key));
    else this.#values.set(nameOf(key), value);
    return value;
  }
}

/** A group has no space. */
function nameOf({ group, kind }: SharedKey): string {
  return `${group} ${kind}`;
}
