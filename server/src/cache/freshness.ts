import type { LoadSettings } from '../core/load-options.js';
import type { LocalEntry } from '../core/local-tier.js';

/** What may be done with a value that is there. `stale` is for loads that fail or take too long only. */
export type Freshness = 'fresh' | 'early' | 'revalidate' | 'stale' | 'dead';

/** An entry as it was read, whichever tier it is from. */
export interface FoundEntry extends LocalEntry {
  /** `UNKNOWN_SEQUENCE` where the shared store did not answer. */
  readonly sequence: number;
  /** Milliseconds since 1970; from then on it is dead. */
  readonly usableUntilMs: number;
}

/** No lease is asked for with it: the question would wait for a second deadline. */
export const UNKNOWN_SEQUENCE = -1;

/** What is there but gives no value; its sequence is known, so that a load may replace it. */
export function deadEntry(sequence: number): FoundEntry {
  return { value: undefined, bytes: 0, freshUntilMs: 0, usableUntilMs: 0, sequence };
}

/** The reader's grace counts, as far as the entry is still kept: a reader without grace gets nothing stale. */
export function freshness(entry: FoundEntry, settings: LoadSettings, nowMs: number): Freshness {
  if (entry.usableUntilMs <= nowMs) return 'dead';
  const overMs = nowMs - entry.freshUntilMs;
  if (overMs < 0) return refreshEarly(entry, settings.beta, nowMs) ? 'early' : 'fresh';
  if (overMs < settings.staleWhileRevalidateMs) return 'revalidate';
  return overMs < settings.graceMs ? 'stale' : 'dead';
}

/** XFetch: the nearer the end and the slower the load, the likelier. */
export function refreshEarly({ loadMs, freshUntilMs }: LocalEntry, beta: number, nowMs: number): boolean {
  if (beta === 0 || loadMs === undefined) return false;
  return nowMs - loadMs * beta * Math.log(1 - Math.random()) >= freshUntilMs;
}
