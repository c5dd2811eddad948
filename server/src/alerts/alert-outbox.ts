import type { AlertTransition } from '../core/alerts.js';

/** What comes together goes together. */
const SEND_AFTER_MS = 250;
const RETRY_AFTER_MS = 2_000;
/** Transitions kept for a store that is away; past it the oldest are dropped. */
const MAX_WAITING = 10_000;
const MAX_PER_CALL = 500;

export interface AlertOutboxOptions {
  /** Rejects where the store is away; then the same are sent again, in the same order. */
  readonly send: (transitions: readonly AlertTransition[]) => Promise<void>;
  readonly maxWaiting?: number | undefined;
  readonly sendAfterMs?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Brings transitions to the store in their order; what fails is sent again every two seconds. */
export class AlertOutbox {
  readonly #options: AlertOutboxOptions;
  #waiting: AlertTransition[] = [];
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;
  #closed = false;

  constructor(options: AlertOutboxOptions) {
    this.#options = options;
  }

  get waiting(): readonly AlertTransition[] {
    return this.#waiting;
  }

  add(transition: AlertTransition): void {
    this.#waiting.push(transition);
    const surplus = this.#waiting.length - (this.#options.maxWaiting ?? MAX_WAITING);
    if (surplus > 0) this.#waiting.splice(0, surplus);
    this.#sendIn(this.#options.sendAfterMs ?? SEND_AFTER_MS);
  }

  /** Rejects with the store's error; the transitions stay, and are sent again. */
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
      await this.#options.send(batch);
      // Some may have been dropped meanwhile to keep the bound.
      const sent = new Set(batch);
      this.#waiting = this.#waiting.filter((transition) => !sent.has(transition));
    }
  }
}
