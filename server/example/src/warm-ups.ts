import {
  expiring,
  forecast,
  movers,
  sharedTarget,
  type TenantCacheServer,
  topSymbols,
  type WarmingJob,
  type WarmSource,
  watchlists,
} from 'tenantcache';
import type { MarketData } from 'tenantcache/market-data';
import { EXCHANGE, groupOf, TOP_PAIRS } from './market/pairs.js';

/** What is asked for of every market, and what screens ask for of the large ones: charts, books, and candles for reports. */
const QUOTES = ['price', 'ticker'];
const CHARTS = ['ohlcv:1h:500', 'book:20', 'ohlcv:1m:500', 'ohlcv:5m:500', 'ohlcv:1d:500'];
const TOP = 100;
const TOP_CHARTS = 18;
const EVERY_FIVE_MINUTES = '*/5 * * * *';

/**
 * What is in the cache before somebody asks: at the start of a process, and on schedules, by one process for all.
 * @param market the platform's, which counts on no tenant
 */
export function defineWarmUps(cache: TenantCacheServer, market: MarketData, dataset = 'market'): void {
  for (const job of warmUps(cache, market, dataset)) cache.warming.define(job);
}

function warmUps(cache: TenantCacheServer, market: MarketData, dataset: string): WarmingJob[] {
  const shared = cache.platform.shared(dataset);
  const target = (group: string, kind: string) => sharedTarget(shared, group, kind);
  const access = cache.sharedAccess;
  const demand = { access, dataset };
  const groups = async () => (await pairsOf(market)).map(groupOf);
  const watched: WarmSource = {
    name: 'watchlists',
    async *targets(context) {
      // A list may name what the exchange does not have; nothing of that is asked for.
      const there = new Set(await groups());
      const accepts = (group: string) => there.has(group);
      yield* await watchlists({ store: cache.watchlists, kinds: ['price'], target, accepts }).targets(context);
    },
  };
  return [
    {
      name: 'top-symbols',
      sources: [
        topSymbols({ groups, demand, count: TOP_CHARTS, kinds: [...QUOTES, ...CHARTS], target }),
        topSymbols({ groups, demand, count: TOP, kinds: QUOTES, target }),
      ],
      atStart: true,
      schedule: EVERY_FIVE_MINUTES,
    },
    {
      name: 'watchlists',
      sources: [watched],
      atStart: true,
      schedule: EVERY_FIVE_MINUTES,
    },
    {
      name: 'movers',
      sources: [movers({ tickers: () => tickersOf(market), kinds: ['ticker', 'ohlcv:1h:500'], target })],
      schedule: EVERY_FIVE_MINUTES,
    },
    {
      name: 'expiring',
      sources: [expiring({ dataset: shared, access })],
      // Oftener than what it looks ahead, or something would expire between two runs.
      schedule: '*/15 * * * * *',
    },
    {
      name: 'forecast',
      sources: [forecast({ access, dataset, kinds: QUOTES, target })],
      // Ahead of the hour that it is for.
      schedule: '58 * * * *',
    },
  ];
}

/** Those of the exchange, the largest first. */
async function pairsOf(market: MarketData): Promise<string[]> {
  return [...new Set([...TOP_PAIRS, ...((await market.symbols(EXCHANGE)) ?? [])])];
}

async function tickersOf(market: MarketData) {
  const tickers = await market.getTickers(EXCHANGE, await pairsOf(market));
  return [...tickers.values()].map(({ symbol, changePercent }) => ({ group: groupOf(symbol), changePercent }));
}
