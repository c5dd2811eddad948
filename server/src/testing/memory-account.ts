import {
  FALL_BACK_RATIO,
  type Limits,
  QUOTA_STATES,
  type QuotaState,
  quotaState,
  WARNING_RATIO,
} from '../core/quota.js';
import type { QuotaCrossing, StoreMeters } from '../core/store-outcomes.js';

const EXCEEDED = QUOTA_STATES.indexOf('exceeded');

/** What one tenant's use was over time, and the level it has: as the scripts keep both in the account. */
export class MemoryAccount {
  readonly #sinceMs: number;
  #stampMs: number;
  #byteMs = 0;
  #overageByteMs = 0;
  #peakBytes = 0;
  #timesExceeded = 0;
  /** That was last heard of: deletes and expiries do not say which holds. */
  #quotaBytes = Number.POSITIVE_INFINITY;
  #level: QuotaState = 'ok';

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#stampMs = nowMs;
  }

  /** Before a change of use: counts what was used until now. */
  meter(usedBytes: number, nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#stampMs);
    this.#byteMs += usedBytes * elapsedMs;
    this.#overageByteMs += Math.max(0, usedBytes - this.#quotaBytes) * elapsedMs;
    // A clock that was set back must not meter the same time again once it is right.
    this.#stampMs = Math.max(this.#stampMs, nowMs);
  }

  /** After a change of use. */
  peak(usedBytes: number): void {
    this.#peakBytes = Math.max(this.#peakBytes, usedBytes);
  }

  /** Takes the level that the use has under these limits; returns the crossing where it is another. */
  cross(usedBytes: number, limits: Limits, nowMs: number): QuotaCrossing | undefined {
    this.#quotaBytes = limits.quotaBytes;
    const from = this.#level;
    const to = nextLevel(from, usedBytes, limits);
    if (from === to) return undefined;
    if (rank(from) < EXCEEDED && rank(to) >= EXCEEDED) this.#timesExceeded++;
    this.#level = to;
    return { from, to, usedBytes, atMs: nowMs };
  }

  meters(): StoreMeters {
    return {
      sinceMs: this.#sinceMs,
      byteMs: this.#byteMs,
      overageByteMs: this.#overageByteMs,
      peakBytes: this.#peakBytes,
      timesExceeded: this.#timesExceeded,
    };
  }
}

/** A level rises at its threshold and is left only at `FALL_BACK_RATIO` of it. */
function nextLevel(level: QuotaState, usedBytes: number, limits: Limits): QuotaState {
  const target = quotaState(usedBytes, limits);
  if (limits.enforcement === 'off') return target;
  const { quotaBytes, hardLimitBytes } = limits;
  const thresholds = [0, quotaBytes * WARNING_RATIO, quotaBytes, hardLimitBytes];
  let kept = rank(level);
  while (kept > rank(target) && usedBytes <= (thresholds[kept] as number) * FALL_BACK_RATIO) kept--;
  return QUOTA_STATES[Math.max(kept, rank(target))] as QuotaState;
}

function rank(level: QuotaState): number {
  return QUOTA_STATES.indexOf(level);
}
