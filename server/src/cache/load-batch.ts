import { fail } from '../core/errors.js';
import { NO_VALUE } from '../core/no-value.js';
import type { Factory, LoadContext } from './load-context.js';

/**
 * Loads many values at once; a key that its result leaves out has no value, and nothing is stored for it. What it sets in
 * the context holds for all of them.
 */
export type BatchFactory<T> = (
  missing: readonly string[],
  context: Pick<LoadContext, 'tenantId' | 'signal' | 'setTtl' | 'setGrace'>,
) => BatchResult<T> | Promise<BatchResult<T>>;

export type BatchResult<T> = ReadonlyMap<string, T> | Readonly<Record<string, T>>;

/** So long after the last key that asked, the batch waits for none that neither asked nor withdrew. */
const QUIET_MS = 50;

interface Asked<T> {
  readonly key: string;
  readonly context: LoadContext;
  resolve(result: BatchResult<T> | Promise<BatchResult<T>>): void;
}

/** Holds the loads of one bulk call back until every lease has been answered, and does them by one call. */
export class LoadBatch<T> {
  readonly #factory: BatchFactory<T>;
  /** Keys that may still ask. */
  readonly #open: Set<string>;
  #asked: Asked<T>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(factory: BatchFactory<T>, keys: Iterable<string>) {
    this.#factory = factory;
    this.#open = new Set(keys);
  }

  /** The key will not ask, or not soon. */
  withdraw(key: string): void {
    if (this.#open.delete(key) && this.#open.size === 0) this.#run();
  }

  factoryFor(key: string): Factory<T> {
    return async (context) => pick(await this.#join(key, context), key);
  }

  #join(key: string, context: LoadContext): Promise<BatchResult<T>> {
    return new Promise((resolve) => {
      this.#asked.push({ key, context, resolve });
      this.#open.delete(key);
      clearTimeout(this.#timer);
      if (this.#open.size > 0) this.#timer = setTimeout(this.#run, QUIET_MS);
      else setImmediate(this.#run);
    });
  }

  readonly #run = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const asked = this.#asked;
    const [first] = asked;
    if (first === undefined) return;
    this.#asked = [];
    const loading = (async () => {
      const { tenantId, signal } = first.context;
      return this.#factory(
        asked.map(({ key }) => key),
        {
          tenantId,
          signal,
          setTtl: (ttl) => {
            for (const { context } of asked) context.setTtl(ttl);
          },
          setGrace: (grace) => {
            for (const { context } of asked) context.setGrace(grace);
          },
        },
      );
    })();
    for (const { resolve } of asked) resolve(loading);
  };
}

function pick<T>(result: BatchResult<T>, key: string): T {
  if (result instanceof Map) return (result.has(key) ? result.get(key) : NO_VALUE) as T;
  if (typeof result !== 'object' || result === null) {
    throw fail('VALUE_NOT_CACHEABLE', {
      given: `${typeof result} from a batch factory`,
      allowed: 'a Map or an object by key',
    });
  }
  return (Object.hasOwn(result, key) ? (result as Record<string, T>)[key] : NO_VALUE) as T;
}
