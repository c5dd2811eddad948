import type { Advice, Finding } from '../core/advice.js';
import type { UsageSample } from '../core/usage-reader.js';
import { countText, percentText, timeText } from './figures-text.js';
import { median, robustDeviation } from './robust.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIN_DAYS = 5;
/** Robust standard deviations from the median of the same hour; of normal noise 6 in 100,000 hours are further off. */
const MAX_DEVIATIONS = 4;
/** A ratio of fewer requests is chance. */
const MIN_REQUESTS = 100;

interface Measure {
  readonly name: string;
  readonly of: (hour: UsageSample) => number | undefined;
  readonly bad: 'above' | 'below' | 'either';
  /** What a deviation is at least: a share of the median, or so much, whichever is more. */
  readonly floorShare: number;
  readonly floor: number;
  readonly text: (value: number) => string;
}

const rated = (hour: UsageSample, value: number) => (hour.requests >= MIN_REQUESTS ? value : undefined);
const MEASURES: readonly Measure[] = [
  { name: 'requests', of: (h) => h.requests, bad: 'either', floorShare: 0.1, floor: 25, text: countText },
  {
    name: 'hit rate',
    of: (h) => rated(h, (h.l1Hits + h.l2Hits) / h.requests),
    ...{ bad: 'below', floorShare: 0, floor: 0.01, text: percentText },
  },
  {
    name: 'mean response time',
    of: (h) => rated(h, h.responseTimeMs / h.requests),
    ...{ bad: 'above', floorShare: 0.1, floor: 0.5, text: timeText },
  },
  { name: 'evictions', of: (h) => h.evictions, bad: 'above', floorShare: 0.1, floor: 25, text: countText },
  { name: 'refused writes', of: (h) => h.rejections, bad: 'above', floorShare: 0.1, floor: 2.5, text: countText },
  { name: 'failed loads', of: (h) => h.loadErrors, bad: 'above', floorShare: 0.1, floor: 2.5, text: countText },
];

/**
 * The last whole hour against the same hour of the days before.
 * @param hours in whole hours, oldest first; an hour that is left out between others had no requests
 */
export function anomalyFinding(hours: readonly UsageSample[], nowMs: number): Finding<never> {
  const lastMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - HOUR_MS;
  const byStart = new Map(hours.map((hour) => [hour.startMs, hour]));
  const firstMs = hours[0]?.startMs ?? nowMs;
  const past: UsageSample[] = [];
  for (let atMs = lastMs - DAY_MS; atMs >= firstMs; atMs -= DAY_MS) past.push(byStart.get(atMs) ?? idle(atMs));
  if (past.length < MIN_DAYS) {
    const reason = `Past days with this hour: ${past.length}; at least ${MIN_DAYS} are needed to say what is usual.`;
    return { known: null, items: [], silences: [{ kind: 'anomaly', reason }] };
  }
  const basis = { fromMs: past.at(-1)?.startMs ?? lastMs, toMs: lastMs + HOUR_MS, samples: past.length, of: 'days' };
  const last = byStart.get(lastMs) ?? idle(lastMs);
  const items = MEASURES.flatMap((measure): Advice[] => {
    const value = measure.of(last);
    const usual = past.map(measure.of).filter((known) => known !== undefined);
    if (value === undefined || usual.length < MIN_DAYS) return [];
    const middle = median(usual);
    const deviation = Math.max(robustDeviation(usual), middle * measure.floorShare, measure.floor);
    const deviations = (value - middle) / deviation;
    const odd = measure.bad === 'below' ? -deviations : measure.bad === 'above' ? deviations : Math.abs(deviations);
    if (odd <= MAX_DEVIATIONS) return [];
    const severity = measure.bad === 'either' ? 'notice' : 'warning';
    const message =
      `In the hour from ${new Date(lastMs).toISOString().slice(0, 16)}Z: ${measure.name} ${measure.text(value)}, ` +
      `where ${measure.text(middle)} is usual at this hour.`;
    const figures = { measure: measure.name, value, usual: middle, deviations };
    return [{ kind: 'anomaly', severity, message, figures, basis }];
  });
  return { known: null, items, silences: [] };
}

/** An hour without requests says nothing of rates, and 0 of counts. */
function idle(startMs: number): UsageSample {
  const none = { requests: 0, l1Hits: 0, l2Hits: 0, misses: 0, loads: 0, loadErrors: 0, writes: 0, evictions: 0 };
  const rest = { evictedBytes: 0, expirations: 0, invalidations: 0, rejections: 0, bytesServed: 0, bytesWritten: 0 };
  const more = { responseTimeMs: 0, staleServed: 0, warnings: 0, loadTimeMs: 0 };
  return { startMs, ...none, ...rest, ...more, usedBytes: 0, entries: 0, quotaBytes: 0, hardLimitBytes: 0 };
}
