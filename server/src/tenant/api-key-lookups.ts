import { fail } from '../core/errors.js';

/** Connections that look-ups may hold at a time: the directory has few, and settings are read over them too. */
const AT_ONCE = 2;
const MAX_WAITING = 256;

/**
 * Look-ups of keys that are not remembered: one for each key at a time, few at once, and a bounded number that wait.
 * Anybody can send keys that look right and are none: they must not take the directory from those who have one.
 */
export class ApiKeyLookups<T> {
  readonly #underway = new Map<string, Promise<T>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Rejects with `DIRECTORY_UNAVAILABLE` where too many wait. */
  share(digest: string, look: () => Promise<T>): Promise<T> {
    const underway = this.#underway.get(digest);
    if (underway) return underway;
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(fail('DIRECTORY_UNAVAILABLE', { given: 'too many unknown API keys at once' }));
    }
    const mine = this.#run(look).finally(() => this.#underway.delete(digest));
    this.#underway.set(digest, mine);
    return mine;
  }

  async #run(look: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await look();
    } finally {
      // The turn goes to the next one, without a moment in which somebody else could take it.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
