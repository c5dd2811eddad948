import { defineResource, type TenantCache } from 'tenantcache';
import type { MarketData, Timeframe } from 'tenantcache/market-data';
import { Market } from '../../server/example/src/market/market.js';
import { pairOfGroup } from '../../server/example/src/market/pairs.js';
import type { HeldPortfolio } from '../../server/example/src/portfolio.js';
import { PortfolioViews } from '../../server/example/src/portfolio-views.js';
import type { ApiRequest } from '../../server/example/src/traffic/tenant-stream.js';

const TRADES = defineResource<object>('trades', { category: 'trades' });
const SIGNALS = defineResource<object>('signals', { category: 'signals' });
const SIGNAL_CANDLES = 64;

/** What the example reads of its database; one read a call. */
export interface Rows {
  portfolio(tenantId: string, id: string): Promise<HeldPortfolio>;
  other(): Promise<object>;
}

/** The example's answers to what its traffic asks, without HTTP and its database. */
export class Answers {
  readonly #market: Market;
  readonly #views: PortfolioViews;

  constructor(
    marketData: MarketData,
    private readonly rows: Rows,
    private readonly watchlistOf: (tenantId: string) => readonly string[],
  ) {
    this.#market = new Market(marketData);
    this.#views = new PortfolioViews({ find: (tenantId, id) => rows.portfolio(tenantId, id) }, this.#market);
  }

  async answer(cache: TenantCache, { method, path }: ApiRequest): Promise<unknown> {
    const { pathname, searchParams } = new URL(path, 'http://api');
    const [route, name = '', part] = pathname.slice(1).split('/').map(decodeURIComponent);
    const market = this.#market;
    switch (route) {
      case 'analysis':
        return market.analysis(cache, name, Number(searchParams.get('windows')));
      case 'prices':
        return market.price(name);
      case 'tickers':
        return market.tickers((searchParams.get('symbols') ?? 'BTCUSDT').split(','));
      case 'watchlists':
        return market.prices(this.watchlistOf(cache.tenantId).flatMap((group) => pairOfGroup(group) ?? []));
      case 'candles':
        return market.candles(name, searchParams.get('timeframe') as Timeframe, 100);
      case 'orderbook':
        return market.orderBook(name, 20);
      case 'market':
        return market.overview();
      case 'signals':
        return this.#signals(cache, name, searchParams.get('timeframe') as Timeframe);
      case 'portfolios':
        if (method === 'POST') return this.#views.forget(cache, name);
        return this.#portfolio(cache, name, part);
      default:
        return cache.usage();
    }
  }

  #signals(cache: TenantCache, symbol: string, timeframe: Timeframe): Promise<unknown> {
    return cache.getOrSet(SIGNALS, `${symbol}:${timeframe}`, async () => {
      await this.#market.candles(symbol, timeframe, SIGNAL_CANDLES);
      return this.rows.other();
    });
  }

  #portfolio(cache: TenantCache, id: string, part: string | undefined): Promise<unknown> {
    if (id === '') return this.rows.other();
    if (part === 'positions') return this.#views.positions(cache, id);
    return part === 'trades' ? cache.getOrSet(TRADES, id, () => this.rows.other()) : this.#views.valued(cache, id);
  }
}
