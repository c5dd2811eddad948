import { afterEach, describe, expect, it } from '@jest/globals';
import { ExchangeLimitedError, SharedMarketDataCache } from '../../../src/market-data/index.js';
import { MarketProvider } from '../../fakes/market-provider.js';
import { closeCaches, memoryCache, ownCalendar } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

const HUNDRED = Array.from({ length: 100 }, (_, n) => `S${n}/USDT`);

/** Two exchanges, and tenants that may read ten times a minute unless told otherwise. */
function open(rateLimit: false | { limit: number } = { limit: 10 }) {
  const { cache } = memoryCache({ shared: { market: { rateLimit } } });
  const [up, other] = [new MarketProvider(), new MarketProvider()];
  for (const provider of [up, other]) {
    delete provider.symbols;
    provider.listed?.push(...HUNDRED);
  }
  const market = new SharedMarketDataCache({ cache, providers: { up, other }, timeout: '300ms' });
  const as = <R>(tenant: string, read: () => R) => cache.runAs(tenant, read);
  return { cache, market, up, other, as, dataset: cache.platform.shared('market') };
}

describe('a read of many that fails', () => {
  it('counts each read once, and is no 429', async () => {
    const { market, up, as, dataset } = open({ limit: 3 });
    up.failure = 'down';
    await expect(as('a', () => market.getPrices('up', ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']))).rejects.toMatchObject({
      code: 'EXCHANGE_UNAVAILABLE',
    });
    expect(dataset.metrics().limited).toBe(0);
    await expect(as('a', () => market.getPrice('up', 'BTC/USDT'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('costs one call of the exchange, however many it is for, and none for the next second', async () => {
    const { market, up, as } = open(false);
    up.failure = 'down';
    for (const tenant of ['a', 'b'])
      await expect(as(tenant, () => market.getTickers('up', HUNDRED))).rejects.toMatchObject({
        code: 'EXCHANGE_UNAVAILABLE',
      });
    expect(up.calls).toHaveLength(1);
  });

  it('has what is there, stale, and leaves out the rest', async () => {
    const later = ownCalendar();
    const { market, up, as } = open(false);
    await as('a', () => market.getTickers('up', HUNDRED.slice(0, 60)));
    up.failure = 'down';
    later(61_000);
    const tickers = await as('a', () => market.getTickers('up', HUNDRED));
    expect([...tickers.keys()]).toEqual(HUNDRED.slice(0, 60));
    expect([...tickers.values()].every(({ stale }) => stale)).toBe(true);
    expect(up.calls).toHaveLength(2);
  });

  it('says that it is limited where nothing is there, also beside a symbol that there is not', async () => {
    const { market, up, as } = open(false);
    await market.platform.getPrice('up', 'NOPE/USDT').catch(() => {});
    up.failure = new ExchangeLimitedError(30_000);
    await expect(as('a', () => market.getPrices('up', ['NOPE/USDT', 'BTC/USDT']))).rejects.toMatchObject({
      code: 'EXCHANGE_LIMITED',
      retryAfterMs: 30_000,
    });
  });

  it.each(['down', 'hangs'] as const)('leaves the other exchange alone where one is %s', async (failure) => {
    const { cache, up, as } = open(false);
    up.failure = failure;
    const groups = ['up:BTC/USDT', 'other:BTC/USDT', 'other:ETH/USDT'];
    const prices = await as('a', () => cache.shared('market').getMany(groups, 'price'));
    expect([...prices.keys()]).toEqual(groups.slice(1));
  });

  it('is of one symbol where one ticker is missing: it alone is left out, and asked for by nobody', async () => {
    const later = ownCalendar();
    const { market, up, as } = open(false);
    await as('a', () => market.getTicker('up', 'ETH/USDT'));
    later(61_000);
    const all = up.fetchTickers.bind(up);
    up.fetchTickers = async (symbols) => {
      const gaps = symbols.slice(0, -1).map((symbol) => [symbol, undefined] as const);
      return new Map([...(await all(symbols)), ...gaps]) as never;
    };
    const tickers = await as('a', () => market.getTickers('up', ['ETH/USDT', ...HUNDRED]));
    expect([...tickers].map(([symbol, { stale }]) => [symbol, stale])).toEqual([
      ['ETH/USDT', true],
      ['S99/USDT', false],
    ]);
    expect(up.calls).toHaveLength(2);
  });
});
