/** Longer from the begin of a call to the end of the next, and they are two runs: the process was away in between. */
const RUN_MS = 100;

/** Answers of one process about one user that are alike and follow closely, by the clock that all processes of a machine share. */
export interface AnswerRun {
  readonly user: string;
  readonly granted: boolean;
  /** Of the first call. */
  readonly beganMs: number;
  readonly endedMs: number;
  /** Of the last one. */
  lastBeganMs: number;
  lastEndedMs: number;
}

/** In which no process may grant any more, but for what the bound allows. */
export interface Revoked {
  readonly user: string;
  /** When those grants began that it ends. */
  readonly grantedMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Keeps what one process answered; calls about a user follow one another. */
export class AnswerRuns {
  readonly all: AnswerRun[] = [];
  readonly #open = new Map<string, AnswerRun>();

  /** @returns whether the user's answer is another one than before */
  add(user: string, granted: boolean, beganMs: number, endedMs: number): boolean {
    const run = this.#open.get(user);
    if (run?.granted === granted && endedMs - run.lastBeganMs <= RUN_MS) {
      run.lastBeganMs = beganMs;
      run.lastEndedMs = endedMs;
      return false;
    }
    const begun = { user, granted, beganMs, endedMs, lastBeganMs: beganMs, lastEndedMs: endedMs };
    this.#open.set(user, begun);
    this.all.push(begun);
    return run?.granted !== granted;
  }
}

/**
 * How long after its revocation had resolved the last call surely began that was granted and answered before the next grant; 0 for
 * none. By the begin of the call, as an answer may wait for a processor for as long as the machine likes; never more than it was.
 */
export function latenessOf({ user, fromMs, untilMs }: Revoked, runs: readonly AnswerRun[]): number {
  const began = runs.map((run) => {
    if (!run.granted || run.user !== user || run.endedMs > untilMs) return 0;
    return run.lastEndedMs <= untilMs ? run.lastBeganMs : Math.max(run.beganMs, untilMs - RUN_MS);
  });
  return Math.max(0, ...began.map((ms) => ms - fromMs));
}

/** Whether the process granted what was then revoked, and so had it to forget. */
export function hadIt({ user, grantedMs, fromMs }: Revoked, runs: readonly AnswerRun[]): boolean {
  return runs.some((run) => run.granted && run.user === user && run.lastEndedMs > grantedMs && run.beganMs < fromMs);
}

/** Whether the process asked, and was answered, at a time when a grant would have been wrong. */
export function lookedAfter(boundMs: number, { user, fromMs, untilMs }: Revoked, runs: readonly AnswerRun[]): boolean {
  return runs.some((run) => run.user === user && run.lastBeganMs > fromMs + boundMs && run.endedMs <= untilMs);
}
