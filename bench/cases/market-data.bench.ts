import { createTenantCache } from 'tenantcache';
import { type MarketDataProvider, SharedMarketDataCache, type Timeframe } from 'tenantcache/market-data';
import { spotEndpoints } from '../../server/example/src/simulator/endpoints.js';
import { SYMBOLS } from '../../server/example/src/simulator/symbols.js';
import { seededRandom, zipfRanks } from '../../server/example/src/traffic/zipf.js';
import { quick } from '../facts.js';
import { publish } from '../publish.js';

const MINUTES = quick() ? 5 : 60;
const TENANTS = 1_000;
/** Of all tenants together: each asks every other second. */
const PER_SECOND = 500;
const STEP_MS = 100;
const TOP = 100;
const LEAST_HIT_PERCENT = 95;
const MOST_CALLS = 10;

/** The simulator's own answers by the calls that ccxt makes, without the network that a virtual clock has no time for. */
function simulated(): MarketDataProvider {
  const endpoints = spotEndpoints(2026, () => Number.POSITIVE_INFINITY);
  const ask = <T>(path: string, symbol: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ symbol: symbol.replace('/', ''), ...more });
    return endpoints.get(`/api/v3/${path}`)?.answer(query, Date.now()) as T;
  };
  type Day = Record<string, string>;
  const tickerOf = (symbol: string) => {
    const day = ask<Day>('ticker/24hr', symbol);
    const { bidPrice, askPrice, openPrice, highPrice, lowPrice, priceChangePercent, volume, quoteVolume } = day;
    return {
      last: day.lastPrice ?? '',
      bid: bidPrice ?? null,
      ask: askPrice ?? null,
      open: openPrice ?? null,
      high: highPrice ?? null,
      low: lowPrice ?? null,
      changePercent: priceChangePercent ?? null,
      baseVolume: volume ?? null,
      quoteVolume: quoteVolume ?? null,
    };
  };
  type Row = [number, string, string, string, string, string];
  return {
    name: 'simulator',
    fetchTicker: async (symbol) => tickerOf(symbol),
    fetchTickers: async (symbols) => new Map(symbols.map((symbol) => [symbol, tickerOf(symbol)])),
    fetchOrderBook: async (symbol, depth) => ask('depth', symbol, { limit: String(depth) }),
    fetchOhlcv: async (symbol, interval, limit) =>
      ask<Row[]>('klines', symbol, { interval, limit: String(limit) }).map(
        ([openMs, open, high, low, close, volume]) => [openMs, open, high, low, close, volume] as const,
      ),
    symbols: async () => [...SYMBOLS.values()].map(({ base, quote }) => `${base}/${quote}`),
  };
}

let nowMs = Date.UTC(2026, 10, 20, 14, 0, 7);
// All that decides about freshness asks this clock; the hour passes as fast as it is worked through.
Date.now = () => nowMs;

const cache = createTenantCache({
  tenants: { default: { quotaBytes: 1_000_000 } },
  shared: { market: {} },
  upkeep: false,
});
const market = new SharedMarketDataCache({ cache, providers: { binance: simulated() } });
const symbols = [...SYMBOLS.values()]
  .filter(({ quote }) => quote === 'USDT')
  .slice(0, TOP)
  .map(({ base }) => `${base}/USDT`);
const random = seededRandom(7);
const rank = zipfRanks(TOP, 1, random);
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
const TIMEFRAMES: readonly Timeframe[] = ['1m', '1m', '1h', '1d'];

/** Half of all ask for a price, a fifth each for a ticker and for candles, a tenth for a book. */
function question(): () => Promise<unknown> {
  const symbol = symbols[rank()] as string;
  const share = random();
  if (share < 0.5) return () => market.getPrice('binance', symbol);
  if (share < 0.7) return () => market.getTicker('binance', symbol);
  if (share < 0.8) return () => market.getOrderBook('binance', symbol, pick([5, 10, 20]));
  const [timeframe, limit] = [pick(TIMEFRAMES), pick([50, 100, 160, 400])];
  return () => market.getOhlcv('binance', symbol, timeframe, limit);
}

let answered = 0;
let most = 0;
let total = 0;
let counted = callsOf();
for (let minute = 0; minute < MINUTES; minute++) {
  for (let step = 0; step < 60_000 / STEP_MS; step++) {
    nowMs += STEP_MS;
    const asked = Array.from({ length: (PER_SECOND * STEP_MS) / 1_000 }, () =>
      cache.runAs(`tenant-${Math.floor(random() * TENANTS)}`, question()),
    );
    answered += (await Promise.all(asked)).length;
  }
  const after = callsOf();
  for (const symbol of symbols) {
    const made = (after.get(symbol) ?? 0) - (counted.get(symbol) ?? 0);
    total += made;
    most = Math.max(most, made);
  }
  counted = after;
  if (minute % 10 === 9) process.stderr.write(`… ${minute + 1} of ${MINUTES} minutes\n`);
}

function callsOf(): Map<string, number> {
  const all = Object.entries(market.calls().binance?.symbols ?? {});
  return new Map(all.map(([symbol, { made }]) => [symbol, made]));
}

const hitPercent = 100 * (1 - total / answered);
publish({
  title: `Market data: ${MINUTES} minutes of ${TENANTS.toLocaleString('en')} tenants on the top ${TOP} symbols`,
  note:
    `${PER_SECOND} questions a second of all tenants together, symbols by Zipf (exponent 1), on a virtual clock: one ` +
    'process with the default times, and the simulator’s answers without a network. More processes on one Redis share ' +
    'the entries and their times, so they make no more calls. A hit is an answer that took no call of the exchange.',
  columns: ['answers', 'calls', 'figure'],
  rows: [
    {
      name: 'hit rate, %',
      cells: [answered, total, Number(hitPercent.toFixed(2))],
      target: `> ${LEAST_HIT_PERCENT}`,
      reached: hitPercent > LEAST_HIT_PERCENT,
    },
    {
      name: 'calls of the exchange for one symbol in one minute, the most of all',
      cells: [answered, total, most],
      target: `< ${MOST_CALLS}`,
      reached: most < MOST_CALLS,
    },
    { name: 'the same, on average', cells: [answered, total, Number((total / MINUTES / TOP).toFixed(2))] },
  ],
});
await cache.close();
