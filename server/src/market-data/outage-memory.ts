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
 * long as a value says itself that it is fresh it stands in for a call then, and only then, unless it was written or
 * deleted since, or anything was invalidated.
 */
export class OutageMemory {
  readonly #isAway: () => boolean;
  readonly #now: () => number;
  /** The last one under way of each entry. One that began before a change may have read before it. */
  readonly #loads = new Map<string, object>();
  readonly #values = new LRUCache<string, Fresh>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ is }) => (typeof is === 'string' ? is.length + USUAL_BYTES : USUAL_BYTES),
  });

  constructor(isAway: () => boolean, now: () => number) {
    this.#isAway = isAway;
    this.#now = now;
  }

  /** Undefined: something was invalidated, and which of these it meant is not asked. */
  forget(entry: SharedKey | undefined): void {
    for (const kept of [this.#values, this.#loads]) {
      if (entry === undefined) kept.clear();
      else kept.delete(nameOf(entry));
    }
  }

  loading<T extends Fresh>(loader: SharedLoader<T | null>): SharedLoader<T | null> {
    return async (key, context) => {
      const last = this.#last<T>(key);
      if (last) {
        context.setTtl(last.freshUntil - this.#now());
        return last;
      }
      const load = this.#begin([key]);
      try {
        return this.#keep(key, load, await loader(key, context));
      } finally {
        this.#end([key], load);
      }
    };
  }

  loadingMany<T extends Fresh>(loader: SharedBatchLoader<T | null>): SharedBatchLoader<T | null> {
    return async (keys, context) => {
      const known = new Map<SharedKey, T | null | Promise<T | null>>();
      for (const key of keys) {
        const last = this.#last<T>(key);
        if (last) known.set(key, last);
      }
      const missing = keys.filter((key) => !known.has(key));
      if (missing.length === 0) return known;
      const load = this.#begin(missing);
      const kept: Promise<T | null>[] = [];
      try {
        for (const [key, value] of await loader(missing, context)) {
          const keeping = Promise.resolve(value).then((one) => this.#keep(key, load, one));
          known.set(key, keeping);
          kept.push(keeping);
        }
      } finally {
        void Promise.allSettled(kept).then(() => this.#end(missing, load));
      }
      return known;
    };
  }

  #last<T extends Fresh>(key: SharedKey): T | undefined {
    if (!this.#isAway()) return undefined;
    const last = this.#values.get(nameOf(key));
    return last && last.freshUntil > this.#now() ? (last as T) : undefined;
  }

  #begin(keys: readonly SharedKey[]): object {
    const load = {};
    for (const key of keys) this.#loads.set(nameOf(key), load);
    return load;
  }

  #keep<T extends Fresh>(key: SharedKey, load: object, value: T | null): T | null {
    const name = nameOf(key);
    if (this.#loads.get(name) !== load) return value;
    if (value === null) this.#values.delete(name);
    else this.#values.set(name, value);
    return value;
  }

  #end(keys: readonly SharedKey[], load: object): void {
    for (const key of keys) if (this.#loads.get(nameOf(key)) === load) this.#loads.delete(nameOf(key));
  }
}

/** A group has no space. */
function nameOf({ group, kind }: SharedKey): string {
  return `${group} ${kind}`;
}
