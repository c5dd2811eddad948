/** What comes together goes together. */
const SEND_AFTER_MS = 250;
const RETRY_AFTER_MS = 2_000;
const MAX_WAITING = 10_000;
const MAX_PER_CALL = 500;

export interface OutboxOptions<T> {
  /** Rejects where the receiver is away; then the same are sent again, in the same order. At most 500 a call. */
  readonly send: (items: readonly T[]) => Promise<void>;
  /** Kept for a receiver that is away; past it the oldest are dropped. Default 10,000. */
  readonly maxWaiting?: number | undefined;
  /** Default 250 ms. */
  readonly sendAfterMs?: number | undefined;
  /** Default 2 s. */
  readonly retryAfterMs?: number | undefined;
}

/** Brings what is rare and must not be lost to where it is kept, in its order; what fails is sent again. */
export class Outbox<T extends object> {
  readonly #options: OutboxOptions<T>;
  #waiting: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;
  #closed = false;

  constructor(options: OutboxOptions<T>) {
    this.#options = options;
  }

  get waiting(): readonly T[] {
    return this.#waiting;
  }

  add(item: T): void {
    this.#waiting.push(item);
    const surplus = this.#waiting.length - (this.#options.maxWaiting ?? MAX_WAITING);
    if (surplus > 0) this.#waiting.splice(0, surplus);
    this.#sendIn(this.#options.sendAfterMs ?? SEND_AFTER_MS);
  }

  /** Rejects as `send` does; what waits stays, and is sent again. */
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
      this.#waiting = this.#waiting.filter((item) => !sent.has(item));
    }
  }
}
