import { afterEach, describe, expect, it } from '@jest/globals';
import { createTenantCache, type TenantCacheServer } from '../../../src/index.js';
import { type MarketDataProvider, SharedMarketDataCache } from '../../../src/market-data/index.js';

let cache: TenantCacheServer;
afterEach(() => cache.close());

const ticker = { last: '1.5', bid: '1', ask: '2', atMs: 1 };

function marketOf(provider: Partial<MarketDataProvider>) {
  cache = createTenantCache({ tenants: { default: { quotaBytes: 1_000_000 } }, shared: { market: {} } });
  const calls: string[] = [];
  const fake = {
    name: 'fake',
    fetchTicker: async (symbol: string) => {
      calls.push(symbol);
      return ticker;
    },
    ...provider,
  } as unknown as MarketDataProvider;
  const market = new SharedMarketDataCache({ cache, providers: { fake } });
  const asTenant = <T>(read: () => Promise<T>) => cache.runAs('acme', read);
  return { market, calls, asTenant };
}

describe('answers of an exchange that are not whole', () => {
  it('leave the others of a read of many alone, and what was asked for is not unknown', async () => {
    const { market, asTenant, calls } = marketOf({
      fetchTickers: (async () =>
        new Map([
          ['A/B', ticker],
          ['C/D', undefined],
        ])) as never, // prettier-ignore
    });
    const prices = await asTenant(() => market.getTickers('fake', ['A/B', 'C/D', 'E/F']));
    expect([...prices.keys()].sort()).toEqual(['A/B', 'C/D']);
    // Asked for by itself: it may be there all the same.
    expect(calls).toEqual(['C/D']);
  });

  it('make no symbol unknown where the list of them is empty', async () => {
    const { market, asTenant } = marketOf({ symbols: async () => [] });
    expect(await asTenant(() => market.getTicker('fake', 'A/B'))).toMatchObject({ last: '1.5' });
  });
});

describe('names that readers of the bare dataset choose', () => {
  it.each([
    ['fake:A/B', 'ticker:0'],
    ['fake:A/B', 'price:x'],
    ['fake:A/B', 'book:20:0'],
    ['fake:A/B', 'ohlcv:1m:500:0'],
    ['fake:any0', 'symbols'],
  ])('cost no call: %s %s', async (group, kind) => {
    let asked = 0;
    const count = async () => {
      asked++;
      return [];
    };
    const { asTenant, calls } = marketOf({
      symbols: count,
      fetchOrderBook: count as never,
      fetchOhlcv: count as never,
    });
    await expect(asTenant(() => cache.shared('market').get(group, kind))).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    expect([asked, calls]).toEqual([0, []]);
  });
});
