import type { EntryId } from '../core/resource.js';

/** Callers of one tenant that wait for what another process loads. */
export class Wakes {
  readonly #waiting = new Map<EntryId, Set<() => void>>();

  get anyWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Resolves when the entry is heard of, after `ms`, or when `signal` aborts, whichever comes first. */
  wait(id: EntryId, ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        waiting.delete(done);
        if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting.add(done));
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  wake(id: EntryId): void {
    if (this.#waiting.size === 0) return;
    for (const done of [...(this.#waiting.get(id) ?? [])]) done();
  }

  wakeAll(): void {
    for (const id of [...this.#waiting.keys()]) this.wake(id);
  }
}
