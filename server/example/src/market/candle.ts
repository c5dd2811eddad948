/** Open time in milliseconds, then open, high, low, close and base volume. */
export type Candle = [openTimeMs: number, open: number, high: number, low: number, close: number, volume: number];

export const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

export interface Price {
  symbol: string;
  last: number;
  bid: number;
  ask: number;
  /** Change over 24 hours as a percentage. */
  changePercent: number;
  /** ISO 8601, UTC, by the exchange's clock. */
  at: string;
}
