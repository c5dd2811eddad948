const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const PRESETS = ['1h', '6h', '24h', '7d', '30d'] as const;
export type Preset = (typeof PRESETS)[number];
export const DEFAULT_PRESET: Preset = '1h';

export const PRESET_MS: Readonly<Record<Preset, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};

/** The longest custom range: more days than that belong into a report, not into a chart of 120 points. */
export const LONGEST_RANGE_MS = 400 * DAY_MS;
/** Before this nothing was recorded, and the database writes years before 1 otherwise. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const SHORTEST_RANGE_MS = 5 * MINUTE_MS;
const MOST_POINTS = 120;

const STEPS_MS = [
  ...[5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 4].map((count) => count * DAY_MS),
];

/** What a reader asked for: a preset that ends now, or two fixed moments. */
export interface RangeRequest {
  readonly range: Preset;
  readonly from: number | null;
  readonly to: number | null;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** Distance of two points; the points are whole multiples of it, so a refresh moves none. */
  readonly stepMs: number;
  readonly preset: Preset | undefined;
  /** The reader wants the period before beside it. */
  readonly compared?: boolean;
  /** Taken as it is, whatever part of it was recorded. */
  readonly whole?: boolean;
}

/** A custom range counts where both ends are there and in order; it is cut at now and to 5 minutes to 400 days. */
export function resolveRange(request: RangeRequest, nowMs: number): TimeRange {
  const { from, to } = request;
  if (from !== null && to !== null && from < to && to > EARLIEST_MS && from < nowMs) {
    const toMs = Math.min(to, nowMs);
    const fromMs = Math.min(toMs - SHORTEST_RANGE_MS, Math.max(from, toMs - LONGEST_RANGE_MS));
    return { fromMs, toMs, stepMs: stepFor(toMs - fromMs), preset: undefined };
  }
  const span = PRESET_MS[request.range];
  return { fromMs: nowMs - span, toMs: nowMs, stepMs: stepFor(span), preset: request.range };
}

/** The smallest round step that gives at most 120 points and is not finer than the source. */
export function stepFor(spanMs: number, finestMs = 0): number {
  const least = Math.max(spanMs / MOST_POINTS, finestMs);
  return STEPS_MS.find((step) => step >= least) ?? Math.ceil(least / DAY_MS) * DAY_MS;
}

/** The same range with the step of a coarser source. */
export function atLeastStep(range: TimeRange, finestMs: number): TimeRange {
  return finestMs <= range.stepMs ? range : { ...range, stepMs: stepFor(range.toMs - range.fromMs, finestMs) };
}

/**
 * A young installation fills only the end of its range: the axis then starts as long before the first point as there are
 * data after it (10 minutes in all at least), so that what exists can be read.
 */
export function narrowed(range: TimeRange, firstMs: number | undefined, finestMs: number): TimeRange {
  if (firstMs === undefined || range.whole) return range;
  const recorded = range.toMs - firstMs;
  const span = Math.max(2 * recorded, 10 * MINUTE_MS);
  if (span >= range.toMs - range.fromMs) return range;
  return { ...range, fromMs: range.toMs - span, stepMs: stepFor(span, finestMs) };
}

/** The ends of a range's steps: multiples of the step after its start, up to its end. */
export function gridTimes(range: TimeRange): number[] {
  const first = (Math.floor(range.fromMs / range.stepMs) + 1) * range.stepMs;
  const times: number[] = [];
  for (let at = first; at <= range.toMs; at += range.stepMs) times.push(at);
  return times;
}
