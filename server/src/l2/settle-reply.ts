import { QUOTA_STATES, type QuotaState } from '../core/quota.js';
import type { QuotaCrossing, SettleOutcome } from '../core/store-outcomes.js';

/** A level as the scripts number them. */
export function stateOf(level: number): QuotaState {
  return QUOTA_STATES[level] as QuotaState;
}

export function crossing(from: number, to: number, usedBytes: number, atMs: number): QuotaCrossing | undefined {
  return from === to ? undefined : { from: stateOf(from), to: stateOf(to), usedBytes, atMs };
}

/** The answer of the script `settle`. The integrals come as texts, for they outgrow whole numbers of 64 bits. */
export function settleOutcome(reply: readonly (number | string)[]): SettleOutcome {
  const [usedBytes, entries, expiredEntries, evictedEntries, evictedBytes, more, from, to, atMs, ...meters] = reply.map(
    Number,
  ) as Numbers;
  const [sinceMs, peakBytes, timesExceeded, byteMs, overageByteMs] = meters;
  return {
    usedBytes,
    entries,
    expiredEntries,
    evictedEntries,
    evictedBytes,
    more: more === 1,
    crossing: crossing(from, to, usedBytes, atMs),
    meters: { sinceMs, byteMs, overageByteMs, peakBytes, timesExceeded },
  };
}

type Five = [number, number, number, number, number];
type Numbers = [number, number, number, number, number, number, number, number, number, ...Five];
