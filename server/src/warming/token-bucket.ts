/** Timers are late by a millisecond or two: at high rates so much of a second is begun at once. */
const BURST_SHARE = 0.01;

/**
 * Lets at most `perSecond` through within any second, in the order in which they come: what may go at once is taken off
 * what comes again meanwhile. Tokens that nobody takes are lost.
 */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perMs: number;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #tokens: number;
  #filledAtMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#capacity = Math.max(1, Math.floor(perSecond * BURST_SHARE));
    this.#perMs = (perSecond - (this.#capacity > 1 ? this.#capacity : 0)) / 1_000;
    this.#now = now;
    this.#tokens = this.#capacity;
    this.#filledAtMs = now();
  }

  /** Resolves with a token. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#serve();
    });
  }

  /** Takes a token where there is one; else after how many milliseconds there will be. */
  take(): number {
    const nowMs = this.#now();
    this.#tokens = Math.min(this.#capacity, this.#tokens + (nowMs - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = nowMs;
    // Fractions of a token do not add up to exactly one.
    if (this.#tokens < 1 - 1e-9) return Math.ceil((1 - this.#tokens) / this.#perMs);
    this.#tokens -= 1;
    return 0;
  }

  /** Of one that was not needed: whoever waits longest has it at once. */
  giveBack(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + 1);
    this.#serve();
  }

  #serve(): void {
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0) {
      const waitMs = this.take();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#serve(), waitMs).unref();
        return;
      }
      this.#waiting.shift()?.();
    }
  }
}
