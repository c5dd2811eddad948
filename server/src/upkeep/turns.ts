interface Turn {
  readonly everyMs: number;
  readonly work: (sinceMs: number, nowMs: number) => Promise<void>;
  /** Of the last turn, or when this process began to lead. */
  lastMs: number | undefined;
  underway: Promise<void> | undefined;
}

/** Work that comes again and again, each beside the others and never twice at once. */
export class Turns {
  readonly #now: () => number;
  readonly #turns: Turn[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param work hears when its last turn began, and this one. What it rejects with is tried again in its next turn. */
  every(everyMs: number, work: (sinceMs: number, nowMs: number) => Promise<void>): void {
    this.#turns.push({ everyMs, work, lastMs: undefined, underway: undefined });
  }

  /** Begins what is due; the first turn of each comes when its time is over once. */
  begin(): void {
    const nowMs = this.#now();
    for (const turn of this.#turns) {
      // What a leader before this one did last is not known: its last turn is taken to have just been.
      turn.lastMs ??= nowMs;
      if (turn.underway || nowMs - turn.lastMs < turn.everyMs) continue;
      const sinceMs = turn.lastMs;
      turn.lastMs = nowMs;
      turn.underway = turn
        .work(sinceMs, nowMs)
        .catch(() => {})
        .finally(() => {
          turn.underway = undefined;
        });
    }
  }

  /** While another does them. */
  postpone(): void {
    for (const turn of this.#turns) turn.lastMs = undefined;
  }

  async idle(): Promise<void> {
    await Promise.all(this.#turns.map(({ underway }) => underway));
  }
}
