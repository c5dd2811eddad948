import { clock, DAY_MS, day } from '../time-format';

/** `at 09:15 UTC` within a day of now, else `on 19 Nov`. */
export function when(atMs: number, nowMs: number): string {
  return nowMs - atMs < DAY_MS ? `at ${clock(atMs, false)} UTC` : `on ${day(atMs)}`;
}

/** `since 09:15 UTC`, `since 17 Nov`. */
export function since(atMs: number, nowMs: number): string {
  return nowMs - atMs < DAY_MS ? `since ${clock(atMs, false)} UTC` : `since ${day(atMs)}`;
}

/** Mean of the values there are, or undefined. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((all, value) => all + value, 0) / values.length;
}
