import type { HourlyDemand } from '../core/shared.js';

export interface ForecastOptions {
  readonly nowMs: number;
  /** How far ahead, from now. Default 1 h, at most a week. */
  readonly horizonMs?: number;
  /** When counting began. Default: the earliest hour of the history. What has no row since then was not read. */
  readonly sinceMs?: number;
}

export interface ExpectedDemand {
  readonly group: string;
  readonly kind: string;
  /** Reads within the horizon. */
  readonly expectedReads: number;
}

const HOUR_MS = 3_600_000;
const HOURS_A_WEEK = 168;
/** Weeks that are looked back. */
export const FORECAST_WEEKS = 8;
/** Weight of a week to that of the week after it. */
const WEEK_DECAY = 0.8;
/** Neighbours of an hour of the week that tell of it, too, the farther the less: one hour alone is mostly chance. */
const NEIGHBOURS = 3;
/** Half of the weight of the recent rate is within so many hours. */
const RECENT_HALF_LIFE_H = 24;
/** Hours that the recent rate counts for beside those of past weeks. Chosen, as the others, in docs/features/demand-forecast.md. */
const PRIOR_HOURS = 32;
/** Counting that has just begun would say that all rates are immense. */
const LEAST_EXPOSURE_H = 1 / 60;

interface Ahead {
  readonly hour: number;
  /** Of the hour, within the horizon. */
  readonly share: number;
}

interface Sums {
  readonly group: string;
  readonly kind: string;
  /** Reads, by the weight of their age. */
  recent: number;
  /** Reads about the same hours of the week, by the weights of their hours. */
  weekly: number;
}

/**
 * What of a dataset will be read, the most expected first, from what was read in each hour. For each hour ahead it is the
 * mean of the hours about it in past weeks, the younger the heavier, shrunk to the recent rate: with less than a week of
 * history it is the recent rate alone. Keeps two numbers for each kind of a group, whatever the length of the history, and
 * says the same in whatever order that comes.
 */
export function forecastDemand(history: readonly HourlyDemand[], options: ForecastOptions): readonly ExpectedDemand[] {
  const { nowMs, horizonMs = HOUR_MS, sinceMs = Number.POSITIVE_INFINITY } = options;
  const now = nowMs / HOUR_MS;
  const present = Math.floor(now);
  const rows = history.filter(({ hourMs, reads }) => hourMs <= nowMs && reads > 0).toSorted(inOneOrder);
  const first = Math.floor(Math.min(sinceMs, rows[0]?.hourMs ?? nowMs) / HOUR_MS);
  const profile = weeklyProfile(hoursAhead(now, horizonMs / HOUR_MS), first, present);
  const sums = new Map<string, Sums>();
  for (const { group, kind, hourMs, reads } of rows) {
    const hour = Math.floor(hourMs / HOUR_MS);
    // No group has a space in it.
    const id = `${group} ${kind}`;
    const sum = sums.get(id) ?? { group, kind, recent: 0, weekly: 0 };
    sum.recent += reads * recentWeight(present - hour);
    sum.weekly += reads * (profile.weights.get(hour) ?? 0);
    sums.set(id, sum);
  }
  const exposure = recentExposure(now, first);
  return [...sums.values()]
    .map(({ group, kind, recent, weekly }) => {
      return { group, kind, expectedReads: weekly + (recent / exposure) * profile.recentHours };
    })
    .sort((a, b) => b.expectedReads - a.expectedReads || compare(a.group, b.group) || compare(a.kind, b.kind));
}

/** Sums of fractions depend on their order. */
function inOneOrder(a: HourlyDemand, b: HourlyDemand): number {
  return a.hourMs - b.hourMs || a.reads - b.reads;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function hoursAhead(now: number, horizon: number): Ahead[] {
  const end = now + Math.min(horizon, HOURS_A_WEEK);
  const ahead: Ahead[] = [];
  for (let hour = Math.floor(now); hour < end; hour++) {
    ahead.push({ hour, share: Math.min(end, hour + 1) - Math.max(now, hour) });
  }
  return ahead;
}

/**
 * What a read of each past hour adds to what is expected, and what a rate of one read an hour does.
 * @param first hour since which reads are counted
 */
function weeklyProfile(ahead: readonly Ahead[], first: number, present: number) {
  const weights = new Map<number, number>();
  let recentHours = 0;
  for (const { hour, share } of ahead) {
    const seen: [hour: number, weight: number][] = [];
    for (let week = 1; week <= FORECAST_WEEKS; week++) {
      for (let off = -NEIGHBOURS; off <= NEIGHBOURS; off++) {
        const then = hour - week * HOURS_A_WEEK + off;
        const weight = WEEK_DECAY ** (week - 1) * (1 - Math.abs(off) / (NEIGHBOURS + 1));
        if (then >= first && then < present) seen.push([then, weight]);
      }
    }
    const evidence = seen.reduce((sum, [, weight]) => sum + weight, PRIOR_HOURS);
    recentHours += (share * PRIOR_HOURS) / evidence;
    for (const [then, weight] of seen) {
      weights.set(then, (weights.get(then) ?? 0) + (share * weight) / evidence);
    }
  }
  return { weights, recentHours };
}

function recentWeight(hoursAgo: number): number {
  return 0.5 ** (hoursAgo / RECENT_HALF_LIFE_H);
}

/** Sum of the weights of all hours since the first; of the one under way only what is over. */
function recentExposure(now: number, first: number): number {
  const hours = Math.floor(now) - first;
  const step = recentWeight(1);
  return Math.max(LEAST_EXPOSURE_H, now - Math.floor(now) + (step * (1 - step ** hours)) / (1 - step));
}
