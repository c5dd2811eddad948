import ccxt, { type binance } from 'ccxt';
import { problem } from '../problem.js';
import type { Candle, Price, Timeframe } from './candle.js';

/** Prices and candles by way of ccxt's Binance client, pointed at the exchange under `url`. */
export class Exchange {
  readonly #client: binance;
  /** ccxt keeps the rejection of a failed load for ever, unless it is told to load again. */
  #loadAgain = false;

  /** @param timeoutMs how long one answer of the exchange may take, default 4,000 */
  constructor(url: string, timeoutMs = 4_000) {
    this.#client = new ccxt.binance({
      timeout: timeoutMs,
      options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } },
    });
    // Currencies need an account; without one the client would ask for them and fail.
    this.#client.has.fetchCurrencies = false;
    const api = this.#client.urls.api as Record<string, string>;
    for (const [name, address] of Object.entries(api)) api[name] = address.replace(/^https?:\/\/[^/]+/, url);
  }

  /** Symbols quoted in USDT, in the exchange's order. */
  async symbols(): Promise<string[]> {
    const markets = await this.#ask(() => this.#markets());
    return Object.values(markets)
      .filter((market) => market?.quote === 'USDT')
      .map((market) => String(market?.id));
  }

  /** @throws Problem 404 for a symbol that the exchange does not have, 502 where it does not answer */
  async price(symbol: string): Promise<Price> {
    const ticker = await this.#ask(async () => this.#client.fetchTicker(await this.#unified(symbol)));
    return {
      symbol,
      last: Number(ticker.last),
      bid: Number(ticker.bid),
      ask: Number(ticker.ask),
      changePercent: Number(ticker.percentage),
      at: new Date(Number(ticker.timestamp)).toISOString(),
    };
  }

  /** The newest `limit` candles, oldest first. @throws as `price` */
  async candles(symbol: string, timeframe: Timeframe, limit: number): Promise<Candle[]> {
    const rows = await this.#ask(async () =>
      this.#client.fetchOHLCV(await this.#unified(symbol), timeframe, undefined, limit),
    );
    return rows.map((row) => row.map(Number) as Candle);
  }

  async #unified(symbol: string): Promise<string> {
    await this.#markets();
    return this.#client.market(symbol).symbol as string;
  }

  async #markets(): ReturnType<binance['loadMarkets']> {
    try {
      const markets = await this.#client.loadMarkets(this.#loadAgain);
      this.#loadAgain = false;
      return markets;
    } catch (error) {
      this.#loadAgain = true;
      throw error;
    }
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof ccxt.BadSymbol)
        throw problem(404, 'SYMBOL_UNKNOWN', 'The exchange does not know this symbol.', error);
      if (error instanceof ccxt.BaseError)
        throw problem(502, 'EXCHANGE_UNAVAILABLE', 'The exchange does not answer as it should.', error);
      throw error;
    }
  }
}
