/** As `include/account.lua` has them: the first sequence of a tenant comes from the clock. */
const EPOCH_MS = 1_735_689_600_000;
const SEQUENCES_PER_MS = 256;
/** Further ahead than calls under way can be. */
const FAR_AHEAD_MS = 1_000;
const MAX_U48 = 2 ** 48 - 1;

/**
 * Guesses the sequence and the time that Redis would give a write, so that the header need not be written there: long
 * values are copied once less. A guess that is behind what Redis counts, or ahead of its clock, Redis corrects.
 */
export class SequenceClock {
  #aheadMs = 0;
  #last = 0;

  /** @param serverMs what the clock of Redis said in an answer that has just come */
  learn(serverMs: number): void {
    this.#aheadMs = serverMs - Date.now();
    // A clock that was ahead must not leave its guesses behind.
    this.#last = Math.min(this.#last, sequenceAt(serverMs + FAR_AHEAD_MS));
  }

  nowMs(): number {
    return Math.min(Math.max(Date.now() + this.#aheadMs, 0), MAX_U48);
  }

  /** Greater than all since the last answer. */
  next(nowMs: number): number {
    this.#last = Math.min(Math.max(this.#last + 1, sequenceAt(nowMs)), MAX_U48);
    return this.#last;
  }
}

function sequenceAt(ms: number): number {
  return Math.max((ms - EPOCH_MS) * SEQUENCES_PER_MS, 0);
}
