import type { Timeframe } from './timeframes.js';

/** How old an answer is. It is judged by the answer itself: whichever tier it is from, it says the same. */
export interface Freshness {
  /** Milliseconds since 1970: the exchange's own time of what it told, else when it was asked. */
  readonly asOf: number;
  /** True where it should have been loaded anew by now, but the exchange could not be asked. */
  readonly stale: boolean;
}

/** Which market an answer is about: an exchange as the providers name it, and a symbol such as `BTC/USDT`. */
export interface Market {
  readonly exchange: string;
  readonly symbol: string;
}

/** A decimal such as `94000.12`, as the exchange wrote it: never a float, never with an exponent. */
export type DecimalText = string;

export interface Price extends Market, Freshness {
  /** Of the last trade, in the quote currency. */
  readonly price: DecimalText;
}

/** What a ticker tells of the last 24 hours; null is what the exchange does not tell. */
export interface TickerFigures {
  readonly last: DecimalText;
  readonly bid: DecimalText | null;
  readonly ask: DecimalText | null;
  readonly open: DecimalText | null;
  readonly high: DecimalText | null;
  readonly low: DecimalText | null;
  /** Of 100: `-1.25` is 1.25 % less than 24 hours ago. */
  readonly changePercent: DecimalText | null;
  readonly baseVolume: DecimalText | null;
  readonly quoteVolume: DecimalText | null;
}

export interface Ticker extends Market, Freshness, TickerFigures {}

export type BookLevel = readonly [price: DecimalText, amount: DecimalText];

/** Best prices first: bids fall, asks rise. */
export interface BookLevels {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export interface OrderBook extends Market, Freshness, BookLevels {}

/** `openMs` is when the candle opened, in milliseconds since 1970; the volume is in the base currency. */
export type Candle = readonly [
  openMs: number,
  open: DecimalText,
  high: DecimalText,
  low: DecimalText,
  close: DecimalText,
  volume: DecimalText,
];

export interface Ohlcv extends Market, Freshness {
  readonly timeframe: Timeframe;
  /** Oldest first; the newest may be under way still. */
  readonly candles: readonly Candle[];
}

/**
 * Market data that all tenants share. All methods throw TenantCacheError `EXCHANGE_UNKNOWN`, `SYMBOL_UNKNOWN`,
 * `EXCHANGE_LIMITED` (`retryAfterMs`), `EXCHANGE_UNAVAILABLE`, `REQUEST_INVALID` for what is not allowed as depth, timeframe
 * or limit, and for tenants `TENANT_MISSING` and `RATE_LIMITED`.
 */
export interface MarketData {
  getPrice(exchange: string, symbol: string): Promise<Price>;
  getTicker(exchange: string, symbol: string): Promise<Ticker>;
  /** The `depth` best levels of each side, 1 to 500; default 20. */
  getOrderBook(exchange: string, symbol: string, depth?: number): Promise<OrderBook>;
  /** The newest `limit` candles, 1 to 1,000; default 100. */
  getOhlcv(exchange: string, symbol: string, timeframe: Timeframe, limit?: number): Promise<Ohlcv>;
  /** By symbol, one call of the exchange for all that is missing. What cannot be had is left out, unless nothing can. */
  getPrices(exchange: string, symbols: readonly string[]): Promise<Map<string, Price>>;
  getTickers(exchange: string, symbols: readonly string[]): Promise<Map<string, Ticker>>;
  /** The exchange's symbols in its own order; undefined where its provider has no list. */
  symbols(exchange: string): Promise<readonly string[] | undefined>;
}
