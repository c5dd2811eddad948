import type { HourlyDemand } from '../server/src/core/shared.js';
import type { Trace } from './traces.js';

export const HOUR_MS = 3_600_000;
export const HOURS_A_WEEK = 168;

/** A trace whose requests have been dealt out to hours, oldest first. */
export interface HourlyTrace {
  readonly name: string;
  readonly hours: readonly (readonly string[])[];
}

/** The recordings have no times of day: each hour gets as many requests, in the order that they were recorded in. */
export function inEqualHours({ name, requests }: Trace, weeks: number): HourlyTrace {
  const count = weeks * HOURS_A_WEEK;
  const hours = Array.from({ length: count }, (_, hour) => {
    const [from, to] = [hour, hour + 1].map((at) => Math.floor((at * requests.length) / count));
    return requests.slice(from, to).map(({ key }) => key);
  });
  return { name, hours };
}

/**
 * Recordings that take turns by the hour of the week, so that it has a weekly rhythm, which none of them shows by itself:
 * each hour of the week goes on with the recording of its shift where its last hour ended.
 * @param shifts which recording serves an hour of the week
 */
export function inShifts(
  name: string,
  traces: readonly Trace[],
  weeks: number,
  shifts: (hourOfWeek: number) => number,
): HourlyTrace {
  const count = weeks * HOURS_A_WEEK;
  const turns = traces.map((_, index) =>
    Array.from({ length: count }, (_, hour) => hour).filter((hour) => shifts(hour % HOURS_A_WEEK) === index),
  );
  const requests = Math.min(...traces.map((trace, index) => trace.requests.length / (turns[index]?.length ?? 1)));
  const perHour = Math.floor(requests);
  const taken = traces.map(() => 0);
  const hours = Array.from({ length: count }, (_, hour) => {
    const index = shifts(hour % HOURS_A_WEEK);
    const from = taken[index] as number;
    taken[index] = from + perHour;
    return (traces[index] as Trace).requests.slice(from, from + perHour).map(({ key }) => `${index}-${key}`);
  });
  return { name, hours };
}

/** How often each key was read in each hour, as it is kept. */
export function demandOf(hours: readonly (readonly string[])[]): HourlyDemand[][] {
  return hours.map((keys, hour) => {
    const reads = new Map<string, number>();
    for (const key of keys) reads.set(key, (reads.get(key) ?? 0) + 1);
    return Array.from(reads, ([group, count]) => ({ group, kind: 'price', hourMs: hour * HOUR_MS, reads: count }));
  });
}
