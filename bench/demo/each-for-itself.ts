import type { TenantCache } from 'tenantcache';
import type { MarketData, MarketDataProvider, Price, Ticker, Timeframe } from 'tenantcache/market-data';

/** Of one answer, for what the exchange does not have: the demo's traffic asks for nothing of the kind. */
const NOT_THERE = 'the exchange does not have this symbol';

/** Market data as an application has it without a shared dataset: in the cache of the tenant that asked, loaded for it alone. */
export class EachForItself implements MarketData {
  /** Answers that were not cached. */
  misses = 0;

  /** @param current the cache of the tenant that asks */
  constructor(
    private readonly current: () => TenantCache,
    private readonly provider: MarketDataProvider,
  ) {}

  getPrice(exchange: string, symbol: string): Promise<Price> {
    return this.current().getOrSet('price', symbol, async ({ signal }) => {
      this.misses++;
      const ticker = await this.provider.fetchTicker(symbol, { signal });
      return priceOf({ exchange, symbol, ...toldNow(ticker) });
    });
  }

  getTicker(exchange: string, symbol: string): Promise<Ticker> {
    return this.current().getOrSet('ticker', symbol, async ({ signal }) => {
      this.misses++;
      return { exchange, symbol, ...toldNow(await this.provider.fetchTicker(symbol, { signal })) };
    });
  }

  async getPrices(exchange: string, symbols: readonly string[]): Promise<Map<string, Price>> {
    const load = this.#tickersOf(exchange);
    return this.current().getOrSetMany('price', symbols, async (missing, { signal }) => {
      const tickers = await load(missing, signal);
      return new Map([...tickers].map(([symbol, ticker]) => [symbol, priceOf(ticker)]));
    });
  }

  getTickers(exchange: string, symbols: readonly string[]): Promise<Map<string, Ticker>> {
    const load = this.#tickersOf(exchange);
    return this.current().getOrSetMany('ticker', symbols, (missing, { signal }) => load(missing, signal));
  }

  getOrderBook(exchange: string, symbol: string, depth = 20) {
    return this.current().getOrSet('book', `${symbol}:${depth}`, async ({ signal }) => {
      this.misses++;
      return { exchange, symbol, ...toldNow(await this.provider.fetchOrderBook(symbol, depth, { signal })) };
    });
  }

  getOhlcv(exchange: string, symbol: string, timeframe: Timeframe, limit = 100) {
    return this.current().getOrSet('candles', `${symbol}:${timeframe}:${limit}`, async ({ signal }) => {
      this.misses++;
      const candles = (await this.provider.fetchOhlcv(symbol, timeframe, limit, { signal })) ?? [];
      return { exchange, symbol, timeframe, candles, asOf: Date.now(), stale: false };
    });
  }

  async symbols(): Promise<undefined> {
    return undefined;
  }

  #tickersOf(exchange: string) {
    return async (symbols: readonly string[], signal: AbortSignal): Promise<Map<string, Ticker>> => {
      this.misses += symbols.length;
      const tickers = await this.provider.fetchTickers(symbols, { signal });
      return new Map([...tickers].map(([symbol, ticker]) => [symbol, { exchange, symbol, ...toldNow(ticker) }]));
    };
  }
}

function toldNow<T extends { readonly atMs?: number | undefined }>(told: T | null | undefined) {
  if (!told) throw new Error(NOT_THERE);
  const { atMs = Date.now(), ...is } = told;
  return { ...is, asOf: atMs, stale: false };
}

function priceOf({ exchange, symbol, last, asOf, stale }: Ticker): Price {
  return { exchange, symbol, price: last, asOf, stale };
}
