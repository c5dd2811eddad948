import { type TenantCache, TenantCacheError } from 'tenantcache';
import type { Freshness, MarketData, Price, Ticker, Timeframe } from 'tenantcache/market-data';
import { ANALYSIS } from '../resources.js';
import { ANALYSIS_CANDLES, ANALYSIS_TIMEFRAME, type Analysis, analyse, subjectOf } from './analysis.js';
import { EXCHANGE, pairOf, symbolOf, TOP_PAIRS } from './pairs.js';

const OVERVIEW_PAIRS = TOP_PAIRS.slice(0, 8);
/** A report on candles that are behind is made anew as soon as the exchange may be back. */
const STALE_ANALYSIS_TTL = '30s';
/** Why there may be no price to be had; anything else is for the caller to hear. */
const WITHOUT_PRICE: readonly string[] = ['EXCHANGE_UNAVAILABLE', 'EXCHANGE_LIMITED', 'SYMBOL_UNKNOWN'];

/**
 * What the API tells of markets. Prices, books and candles are the dataset's, which all tenants share and the platform pays
 * for; what is made of them for a tenant is kept in the tenant's own cache and counts on its quota.
 */
export class Market {
  constructor(private readonly data: MarketData) {}

  async price(symbol: string) {
    return shownPrice(await this.data.getPrice(EXCHANGE, pairOf(symbol)));
  }

  /** Prices by pair (`BTC/USDT`), in one batch; a pair that has none is left out. */
  async prices(pairs: readonly string[]): Promise<Map<string, ShownPrice>> {
    if (pairs.length === 0) return new Map();
    const prices = await this.data.getPrices(EXCHANGE, pairs).catch(withoutPrices);
    return new Map([...prices].map(([pair, price]) => [pair, shownPrice(price)]));
  }

  async tickers(symbols: readonly string[]) {
    const tickers = await this.data.getTickers(EXCHANGE, symbols.map(pairOf));
    return { items: [...tickers.values()].map(shownTicker) };
  }

  async orderBook(symbol: string, depth: number) {
    const { bids, asks, ...book } = await this.data.getOrderBook(EXCHANGE, pairOf(symbol), depth);
    return { symbol, bids, asks, ...shownFreshness(book) };
  }

  async candles(symbol: string, timeframe: Timeframe, limit: number) {
    const { candles, ...series } = await this.data.getOhlcv(EXCHANGE, pairOf(symbol), timeframe, limit);
    return { symbol, timeframe, candles, ...shownFreshness(series) };
  }

  /** The exchange's largest markets at present prices. */
  async overview() {
    const markets = [...(await this.data.getTickers(EXCHANGE, OVERVIEW_PAIRS)).values()];
    const asOf = Math.min(...markets.map((market) => market.asOf));
    return {
      markets: markets.map(shownTicker),
      ...shownFreshness({ asOf, stale: markets.some(({ stale }) => stale) }),
    };
  }

  analysis(cache: TenantCache, name: string, windows?: number): Promise<Analysis> {
    const key = windows === undefined ? name : `${name}:${windows}`;
    return cache.getOrSet(ANALYSIS, key, async ({ setTtl }) => {
      const subject = subjectOf(name, TOP_PAIRS.map(symbolOf), windows);
      const pair = pairOf(subject.symbol);
      const series = await this.data.getOhlcv(EXCHANGE, pair, ANALYSIS_TIMEFRAME, ANALYSIS_CANDLES);
      if (series.stale) setTtl(STALE_ANALYSIS_TTL);
      return analyse(subject.symbol, series.candles, subject.windows);
    });
  }
}

export type ShownPrice = ReturnType<typeof shownPrice>;

function shownPrice({ symbol, price, ...freshness }: Price) {
  return { symbol: symbolOf(symbol), price, ...shownFreshness(freshness) };
}

function withoutPrices(error: unknown): Map<string, Price> {
  if (error instanceof TenantCacheError && WITHOUT_PRICE.includes(error.code)) return new Map();
  throw error;
}

function shownTicker({ exchange: _, symbol, asOf, stale, ...figures }: Ticker) {
  return { symbol: symbolOf(symbol), ...figures, ...shownFreshness({ asOf, stale }) };
}

/** Times of this API are ISO 8601, UTC. */
function shownFreshness({ asOf, stale }: Freshness) {
  return { asOf: new Date(asOf).toISOString(), stale };
}
