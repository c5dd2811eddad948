import type { Cron } from 'croner';

/** Timers hold no more than 24.8 days, and a clock that is set is noticed within an hour. */
const LONGEST_WAIT_MS = 3_600_000;

export interface SlotTimerOptions {
  readonly schedule: Cron;
  /** Hears of each time of the schedule as it comes; of those that passed while the process slept, of the last. */
  readonly onSlot: (slotMs: number) => void;
  readonly now?: () => number;
}

/**
 * Tells when a schedule's times have come. A time is named by the schedule alone, never by a clock, so that all processes
 * call it the same and one of them can have it.
 */
export class SlotTimer {
  readonly #options: SlotTimerOptions;
  readonly #now: () => number;
  #nextMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SlotTimerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#nextMs = this.#after(this.#now());
    this.#wait();
  }

  /** Undefined where the schedule has no next time. */
  get nextAtMs(): number | undefined {
    return this.#nextMs;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#nextMs = undefined;
  }

  #wait(): void {
    if (this.#nextMs === undefined) return;
    const waitMs = Math.min(Math.max(this.#nextMs - this.#now(), 0), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#look(), waitMs).unref();
  }

  #look(): void {
    const nowMs = this.#now();
    let due: number | undefined;
    if (this.#nextMs !== undefined && this.#nextMs <= nowMs) {
      due = this.#last(this.#nextMs, nowMs);
      this.#nextMs = this.#after(due);
    }
    this.#wait();
    if (due !== undefined) this.#options.onSlot(due);
  }

  #last(firstMs: number, nowMs: number): number {
    // What croner calls previous is before the date that it is given.
    const [last] = this.#options.schedule.previousRuns(1, new Date(nowMs + 1));
    return Math.max(firstMs, last?.getTime() ?? firstMs);
  }

  #after(ms: number): number | undefined {
    return this.#options.schedule.nextRun(new Date(ms))?.getTime();
  }
}
