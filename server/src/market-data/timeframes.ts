import { fail } from '../core/errors.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970 began on a Thursday, weeks of candles begin on Mondays. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

const LENGTHS_MS = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '3d': 3 * DAY_MS,
  '1w': WEEK_MS,
} as const;

/** How long a candle is. */
export type Timeframe = keyof typeof LENGTHS_MS;

export const TIMEFRAMES = Object.keys(LENGTHS_MS) as readonly Timeframe[];

/** @throws TenantCacheError `REQUEST_INVALID` */
export function assertTimeframe(value: unknown): asserts value is Timeframe {
  if (typeof value === 'string' && Object.hasOwn(LENGTHS_MS, value)) return;
  throw fail('REQUEST_INVALID', { given: 'another timeframe', allowed: TIMEFRAMES.join(', ') });
}

/** When the candle that is under way at `nowMs` closes, and the next one opens. */
export function candleCloseMs(timeframe: Timeframe, nowMs: number): number {
  const lengthMs = LENGTHS_MS[timeframe];
  const originMs = lengthMs === WEEK_MS ? FIRST_MONDAY_MS : 0;
  return originMs + (Math.floor((nowMs - originMs) / lengthMs) + 1) * lengthMs;
}

/** When a candle closes that opened at `openMs`. */
export function closeOfMs(timeframe: Timeframe, openMs: number): number {
  return openMs + LENGTHS_MS[timeframe];
}
