import type { TenantCache } from 'tenantcache';
import { ANALYSIS, CANDLES, PRICE } from '../resources.js';
import { ANALYSIS_CANDLES, ANALYSIS_TIMEFRAME, type Analysis, analyse, subjectOf } from './analysis.js';
import type { Candle, Price, Timeframe } from './candle.js';
import type { Exchange } from './exchange.js';

/** Reports cover the exchange's first markets: each tenant loads the candles of each, and an exchange limits its rate. */
const ANALYSED_MARKETS = 16;
const OVERVIEW_MARKETS = 8;

/** Market data read through a tenant's cache: what one tenant loads counts on its quota alone. */
export class MarketData {
  constructor(private readonly exchange: Exchange) {}

  price(cache: TenantCache, symbol: string): Promise<Price> {
    return cache.getOrSet(PRICE, symbol, () => this.exchange.price(symbol));
  }

  candles(cache: TenantCache, symbol: string, timeframe: Timeframe, limit: number): Promise<Candle[]> {
    return cache.getOrSet(CANDLES, `${symbol}:${timeframe}:${limit}`, () =>
      this.exchange.candles(symbol, timeframe, limit),
    );
  }

  /** Prices by pair (`BTC/USDT`); those in the cache come in one round trip. `complete` is false where one is missing. */
  async prices(
    cache: TenantCache,
    pairs: readonly string[],
  ): Promise<{ prices: Map<string, Price>; complete: boolean }> {
    const cached = await cache.getMany(PRICE, pairs.map(marketId));
    const prices = new Map<string, Price>();
    const answers = await Promise.allSettled(
      pairs.map(async (pair) => {
        const id = marketId(pair);
        prices.set(pair, cached.get(id) ?? (await this.price(cache, id)));
      }),
    );
    return { prices, complete: answers.every(({ status }) => status === 'fulfilled') };
  }

  /** The exchange's first markets at present prices. */
  async overview(cache: TenantCache): Promise<{ at: string; markets: Price[] }> {
    const symbols = (await this.exchange.symbols()).slice(0, OVERVIEW_MARKETS);
    const markets = await Promise.all(symbols.map((symbol) => this.price(cache, symbol)));
    return { at: new Date().toISOString(), markets };
  }

  analysis(cache: TenantCache, name: string, windows?: number): Promise<Analysis> {
    const key = windows === undefined ? name : `${name}:${windows}`;
    return cache.getOrSet(ANALYSIS, key, async () => {
      const symbols = (await this.exchange.symbols()).slice(0, ANALYSED_MARKETS);
      const subject = subjectOf(name, symbols, windows);
      const candles = await this.candles(cache, subject.symbol, ANALYSIS_TIMEFRAME, ANALYSIS_CANDLES);
      return analyse(subject.symbol, candles, subject.windows);
    });
  }
}

/** The exchange's spelling of a pair: `BTC/USDT` is BTCUSDT. */
export function marketId(pair: string): string {
  return pair.replace('/', '');
}
