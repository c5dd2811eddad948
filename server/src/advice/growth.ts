import type { Finding, Growth } from '../core/advice.js';
import type { Limits } from '../core/quota.js';
import type { UsageSample } from '../core/usage-reader.js';
import { bytesText } from './figures-text.js';
import { pairwiseSlopes, quantile } from './robust.js';

const DAY_MS = 86_400_000;
const MIN_DAYS = 5;
/** Slopes below this share of the limit a day are no growth that anyone has to act on. */
const WORTH_SAYING = 0.005;
const WARN_DAYS = 7;
const NOTICE_DAYS = 30;
/** From here on the limit is reached as far as eviction lets it be. */
const FULL_RATIO = 0.9;

/** @param days one sample a day, oldest first */
export function growthFinding(days: readonly UsageSample[], limits: Limits): Finding<Growth> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || days.length < MIN_DAYS) {
    const reason = `Days with use: ${days.length}; at least ${MIN_DAYS} are needed to tell growth from chance.`;
    return { known: null, items: [], silences: [{ kind: 'growth', reason }] };
  }
  const basis = { fromMs: first.startMs, toMs: last.startMs + DAY_MS, samples: days.length, of: 'days' };
  const { usedBytes } = last;
  const full = usedBytes >= limits.hardLimitBytes * FULL_RATIO;
  const slopes = pairwiseSlopes(days.map(({ startMs, usedBytes: y }) => ({ x: startMs / DAY_MS, y })));
  const [low, slope, high] = [quantile(slopes, 0.25), quantile(slopes, 0.5), quantile(slopes, 0.75)];
  const agreed = low > 0 || high < 0;
  const growing = agreed && slope >= limits.hardLimitBytes * WORTH_SAYING;
  const daysToFull = full ? 0 : growing ? (limits.hardLimitBytes - usedBytes) / slope : null;
  const known = { usedBytes, bytesPerDay: agreed ? slope : null, daysToFull, basis };
  if (full || daysToFull === null) return { known, items: [], silences: [] };
  const severity = daysToFull <= WARN_DAYS ? 'warning' : daysToFull <= NOTICE_DAYS ? 'notice' : 'info';
  const message =
    `Use grows by ${bytesText(slope)} a day and reaches the limit of ${bytesText(limits.hardLimitBytes)} ` +
    `in about ${Math.max(1, Math.round(daysToFull))} days; from then on entries are evicted.`;
  const figures = { usedBytes, limitBytes: limits.hardLimitBytes, bytesPerDay: slope, daysToFull };
  return { known, items: [{ kind: 'growth', severity, message, figures, basis }], silences: [] };
}
