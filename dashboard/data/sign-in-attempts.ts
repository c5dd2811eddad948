export const TRIES = 5;
export const PAUSE_MINUTES = 15;
const PAUSE_MS = PAUSE_MINUTES * 60_000;

export type Attempt = { allowed: true; triesLeft: number } | { allowed: false; pausedUntilMs: number };

interface Counted {
  tries: number;
  lastMs: number;
}

/** Counts tries by a key: so many, then a pause from the last one. Bounded; the least recent is forgotten first. */
export class SignInAttempts {
  readonly #counts = new Map<string, Counted>();

  constructor(
    private readonly tries: number = TRIES,
    private readonly maxKeys: number = 10_000,
  ) {}

  /** Counts a try before its password is looked at, so that many at once cannot pass together. */
  begin(key: string, nowMs: number): Attempt {
    const known = this.#counts.get(key);
    const current = known && nowMs - known.lastMs < PAUSE_MS ? known : { tries: 0, lastMs: nowMs };
    if (current.tries >= this.tries) return { allowed: false, pausedUntilMs: current.lastMs + PAUSE_MS };
    const next = { tries: current.tries + 1, lastMs: nowMs };
    this.#counts.delete(key);
    this.#counts.set(key, next);
    this.#forgetOldest();
    return { allowed: true, triesLeft: this.tries - next.tries };
  }

  /** A password that was right gives all tries of its own key back. */
  succeeded(key: string): void {
    this.#counts.delete(key);
  }

  /** Gives one try back: the count is others' too, and who knows one password must not clear it for guessing another. */
  giveBack(key: string): void {
    const known = this.#counts.get(key);
    if (known) known.tries = Math.max(0, known.tries - 1);
  }

  #forgetOldest(): void {
    for (const key of this.#counts.keys()) {
      if (this.#counts.size <= this.maxKeys) return;
      this.#counts.delete(key);
    }
  }
}
