import { createHash } from 'node:crypto';
import type { Candle } from 'tenantcache/market-data';
import { exponentialMovingAverage, relativeStrength, simpleMovingAverage, volatility } from './indicators.js';

export const ANALYSIS_TIMEFRAME = '1h';
export const ANALYSIS_CANDLES = 160;
export const MAX_WINDOWS = 60;
const SMALLEST_WINDOW = 3;
/** Points of each series that a report shows: four of them make about one kilobyte a window. */
const POINTS = 24;

export interface WindowReport {
  /** Candles in the window. */
  window: number;
  simple: number[];
  exponential: number[];
  volatility: number[];
  strength: number[];
}

/** A report on one symbol, of about one kilobyte a window. */
export interface Analysis {
  symbol: string;
  timeframe: string;
  /** ISO 8601, UTC: opening of the newest candle. */
  asOf: string;
  windows: WindowReport[];
}

/** What a report is about: its name chooses the symbol and, unless the caller does, how many windows it covers. */
export function subjectOf(
  name: string,
  symbols: readonly string[],
  windows?: number,
): { symbol: string; windows: number } {
  const digest = createHash('sha256').update(name).digest();
  const symbol = symbols[digest.readUInt32BE(0) % symbols.length];
  if (symbol === undefined) throw new RangeError('There is no symbol to choose from.');
  return { symbol, windows: windows ?? 1 + (digest.readUInt32BE(4) % MAX_WINDOWS) };
}

/**
 * Statistics of prices, not prices: they are floats.
 * @param candles oldest first, at least `MAX_WINDOWS + SMALLEST_WINDOW + POINTS` for every series to be full
 */
export function analyse(symbol: string, candles: readonly Candle[], windows: number): Analysis {
  const closes = candles.map(([, , , , close]) => Number(close));
  return {
    symbol,
    timeframe: ANALYSIS_TIMEFRAME,
    asOf: new Date(candles.at(-1)?.[0] ?? 0).toISOString(),
    windows: Array.from({ length: windows }, (_, index) => {
      const window = SMALLEST_WINDOW + index;
      const seen = closes.slice(-(window + POINTS - 1));
      return {
        window,
        simple: shown(simpleMovingAverage(seen, window)),
        exponential: shown(exponentialMovingAverage(closes, window)),
        volatility: shown(volatility(seen, window)),
        strength: shown(relativeStrength(seen, window)),
      };
    }),
  };
}

function shown(series: readonly number[]): number[] {
  return series.slice(-POINTS).map((value) => Number(value.toPrecision(7)));
}
