import type { CacheEvent } from '../core/events.js';
import type { CrossingRow, UsageSink } from '../core/usage-sink.js';

/** What comes together goes together. */
const SEND_AFTER_MS = 250;
const RETRY_AFTER_MS = 2_000;
/** Crossings kept for a sink that is away; past it the oldest are dropped. */
const MAX_WAITING = 10_000;
const MAX_PER_CALL = 500;

export interface CrossingOutboxOptions {
  crossed: NonNullable<UsageSink['crossed']>;
  maxWaiting?: number;
  sendAfterMs?: number;
  retryAfterMs?: number;
}

/** Brings crossings to the sink as they come; what fails is sent again every two seconds. */
export class CrossingOutbox {
  readonly #options: CrossingOutboxOptions;
  #waiting: CrossingRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;
  #closed = false;

  constructor(options: CrossingOutboxOptions) {
    this.#options = options;
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type !== 'quota-state') return;
    const { tenant: tenantId, from, to, usedBytes, atMs, quotaBytes, hardLimitBytes } = event;
    this.#waiting.push({ tenantId, from, to, usedBytes, atMs, quotaBytes, hardLimitBytes });
    const surplus = this.#waiting.length - (this.#options.maxWaiting ?? MAX_WAITING);
    if (surplus > 0) this.#waiting.splice(0, surplus);
    this.#sendIn(this.#options.sendAfterMs ?? SEND_AFTER_MS);
  };

  /** Rejects with the sink's error; the crossings stay, and are sent again. */
  async flush(): Promise<void> {
    while (this.#underway) await this.#underway.catch(() => {});
    this.#underway = this.#send();
    try {
      await this.#underway;
    } catch (error) {
      this.#sendIn(this.#options.retryAfterMs ?? RETRY_AFTER_MS);
      throw error;
    } finally {
      this.#underway = undefined;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.flush();
  }

  #sendIn(ms: number): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch(() => {});
    }, ms).unref();
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MAX_PER_CALL);
      await this.#options.crossed(batch);
      // Some may have been dropped meanwhile to keep the bound.
      const sent = new Set(batch);
      this.#waiting = this.#waiting.filter((row) => !sent.has(row));
    }
  }
}
