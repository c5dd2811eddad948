import type { BookLevels, Candle, TickerFigures } from './market-data.js';
import type { Timeframe } from './timeframes.js';

/** What an exchange told; `atMs` is its own time of that, in milliseconds since 1970, where it tells one. */
export type Told<T> = T & { readonly atMs?: number | undefined };

/** Aborts where nobody waits any longer. */
export interface ProviderCall {
  readonly signal: AbortSignal;
}

/**
 * Where market data comes from. Prices and amounts are decimal strings, times milliseconds since 1970. Each method is one
 * call of the exchange, or what counts as one. null is the answer for a symbol that the exchange does not have.
 * A provider throws `ExchangeLimitedError` where the exchange refuses more calls for now; anything else that it throws
 * counts as an exchange that does not answer.
 */
export interface MarketDataProvider {
  /** For messages: `ccxt:binance`. */
  readonly name: string;
  /** Left out: the ticker's last price is taken. */
  fetchPrice?(symbol: string, call: ProviderCall): Promise<Told<{ readonly price: string }> | null>;
  fetchTicker(symbol: string, call: ProviderCall): Promise<Told<TickerFigures> | null>;
  /**
   * By symbol; one that is left out is one that the exchange does not have, and one that is undefined could not be had
   * this time.
   */
  fetchTickers(
    symbols: readonly string[],
    call: ProviderCall,
  ): Promise<ReadonlyMap<string, Told<TickerFigures> | undefined>>;
  /** At least the `depth` best levels, or all that there are. */
  fetchOrderBook(symbol: string, depth: number, call: ProviderCall): Promise<Told<BookLevels> | null>;
  /** The newest `limit` candles, oldest first, or all that there are. */
  fetchOhlcv(
    symbol: string,
    timeframe: Timeframe,
    limit: number,
    call: ProviderCall,
  ): Promise<readonly Candle[] | null>;
  /** Every symbol of the exchange. Left out: unknown ones are found out by asking for them. */
  symbols?(call: ProviderCall): Promise<readonly string[]>;
}
