import { MAX_ATTEMPTS } from '../core/webhooks.js';

/** From one attempt to the next: together about 24 hours, the first while somebody is still restarting a receiver. */
const DELAYS_MS = [30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 54_000_000];
/** Share of a delay that chance takes or adds, so that what failed together does not come back together. */
const JITTER = 0.2;

/** Undefined after the last attempt. @param attempt the one that failed, from 1 */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number | undefined {
  if (attempt >= MAX_ATTEMPTS) return undefined;
  const delay = DELAYS_MS[attempt - 1] ?? (DELAYS_MS.at(-1) as number);
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random()));
}
