import type { ApiKeyStore } from '../core/api-keys.js';

const MINUTE_MS = 60_000;
const WRITE_EVERY_MS = 10_000;
const MAX_NOTED = 10_000;

/** When keys were last used, to the minute, written for all of them at once: nobody waits for it, and it may be lost. */
export class ApiKeyUses {
  readonly #store: Pick<ApiKeyStore, 'used'>;
  /** The minute that was written last, or is about to be. */
  readonly #noted = new Map<string, number>();
  #waiting = new Map<string, number>();
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #writing = false;

  constructor(store: Pick<ApiKeyStore, 'used'>) {
    this.#store = store;
  }

  note(keyId: string, nowMs: number): void {
    const minute = nowMs - (nowMs % MINUTE_MS);
    if (this.#noted.get(keyId) === minute) return;
    if (this.#noted.size >= MAX_NOTED) this.#noted.clear();
    this.#noted.set(keyId, minute);
    this.#waiting.set(keyId, minute);
  }

  /** Never rejects. */
  async write(): Promise<void> {
    if (this.#writing || this.#waiting.size === 0 || Date.now() - this.#writtenAtMs < WRITE_EVERY_MS) return;
    this.#writing = true;
    this.#writtenAtMs = Date.now();
    const times = this.#waiting;
    this.#waiting = new Map();
    try {
      await this.#store.used(times);
    } catch {
      // They are written with later uses of the same keys.
    } finally {
      this.#writing = false;
    }
  }
}
