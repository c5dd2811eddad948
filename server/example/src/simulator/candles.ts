import type { RandomWalk } from './random-walk.js';

/** Binance's intervals in milliseconds; months and the weekly alignment to Mondays are left out of the simulator. */
export const INTERVALS_MS: ReadonlyMap<string, number> = new Map([
  ['1m', 60_000],
  ['3m', 180_000],
  ['5m', 300_000],
  ['15m', 900_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['2h', 7_200_000],
  ['4h', 14_400_000],
  ['6h', 21_600_000],
  ['8h', 28_800_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
  ['3d', 259_200_000],
]);

export const MAX_CANDLES = 1_000;
const SAMPLES = 8;

export interface CandleQuery {
  readonly intervalMs: number;
  readonly limit: number;
  readonly nowMs: number;
  readonly startTimeMs?: number | undefined;
  readonly endTimeMs?: number | undefined;
}

/** Open time, open, high, low, close, volume, close time, quote volume, trades, taker volume, taker quote volume, unused. */
export type Kline = [number, string, string, string, string, string, number, string, number, string, string, string];

/** Closed candles never change; the last one may be under way and ends at `nowMs`. */
export function klines(walk: RandomWalk, query: CandleQuery): Kline[] {
  const { intervalMs, limit, nowMs } = query;
  const last = Math.floor(Math.min(query.endTimeMs ?? nowMs, nowMs) / intervalMs);
  const asked = query.startTimeMs === undefined ? last - limit + 1 : Math.ceil(query.startTimeMs / intervalMs);
  // With a start, Binance counts the limit from there; without one it gives the newest.
  const first = Math.max(0, asked);
  const end = Math.min(last, first + limit - 1);
  const rows: Kline[] = [];
  for (let index = first; index <= end; index++) rows.push(kline(walk, index, intervalMs, nowMs));
  return rows;
}

function kline(walk: RandomWalk, index: number, intervalMs: number, nowMs: number): Kline {
  const openMs = index * intervalMs;
  const untilMs = Math.min(openMs + intervalMs, nowMs);
  const open = walk.priceAt(openMs);
  const close = walk.priceAt(untilMs);
  let high = Math.max(open, close);
  let low = Math.min(open, close);
  for (let sample = 1; sample < SAMPLES; sample++) {
    const at = openMs + (intervalMs * sample) / SAMPLES;
    if (at >= untilMs) break;
    const price = walk.priceAt(at);
    high = Math.max(high, price);
    low = Math.min(low, price);
  }
  const share = (untilMs - openMs) / intervalMs;
  const volume = volumeOf(walk, index, intervalMs) * share;
  const takerShare = 0.35 + 0.3 * walk.chanceAt(2, index);
  const price = (value: number) => decimal(value, walk.symbol.priceDecimals);
  return [
    openMs,
    price(open),
    price(high),
    price(low),
    price(close),
    volume.toFixed(8),
    openMs + intervalMs - 1,
    (volume * (open + close) * 0.5).toFixed(8),
    Math.round((20 + 400 * walk.chanceAt(3, index)) * (intervalMs / 60_000) * share),
    (volume * takerShare).toFixed(8),
    (volume * takerShare * (open + close) * 0.5).toFixed(8),
    '0',
  ];
}

/** Base volume of a slot: about 40 million of USDT a day (or its worth), spread unevenly. */
export function volumeOf(walk: RandomWalk, slot: number, slotMs: number): number {
  const worth = walk.symbol.quote === 'BTC' ? 425 : 40_000_000;
  return (worth / walk.symbol.startPrice) * (slotMs / 86_400_000) * (0.3 + 1.4 * walk.chanceAt(1, slot));
}

/** Binance writes amounts with eight digits; those after the tick size are zeros. */
export function decimal(value: number, decimals: number): string {
  return Number(value.toFixed(decimals)).toFixed(8);
}
