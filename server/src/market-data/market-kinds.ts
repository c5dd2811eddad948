import type { SharedKey } from '../core/dataset.js';
import { fail } from '../core/errors.js';
import { CANDLE_COUNTS, sizeOf } from './sizes.js';
import { assertTimeframe, type Timeframe } from './timeframes.js';
import type { MarketKind } from './ttl-table.js';

/** Of a kind's whole name. */
const PARTS: Readonly<Record<MarketKind, number>> = { price: 1, ticker: 1, book: 2, ohlcv: 3, symbols: 1 };

/** Readers of the bare dataset choose names: each that is taken for a kind would be a call of the exchange. */
export function assertWhole(kind: MarketKind, key: SharedKey): SharedKey {
  if (key.kind.split(':').length !== PARTS[kind]) throw unknownKind();
  return key;
}

export function unknownKind() {
  return fail('REQUEST_INVALID', { allowed: 'price, ticker, book:<depth>, ohlcv:<timeframe>:<limit>' });
}

/** @throws TenantCacheError `REQUEST_INVALID` for a kind that nobody asks for by way of `MarketData` */
export function candlesOf(kind: string): readonly [Timeframe, number] {
  const [, timeframe, limit] = kind.split(':');
  assertTimeframe(timeframe);
  return [timeframe, sizeOf('limit', limit, CANDLE_COUNTS)];
}
