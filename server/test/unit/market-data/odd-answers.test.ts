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
    expect([...prices.keys()]).toEqual(['A/B']);
    await expect(asTenant(() => market.getTicker('fake', 'C/D'))).rejects.toMatchObject({
      code: 'EXCHANGE_UNAVAILABLE',
    });
    await expect(asTenant(() => market.getTicker('fake', 'E/F'))).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN' });
    expect(calls).toEqual([]);
  });

  it('make no symbol unknown where the list of them is empty', async () => {
    const { market, asTenant } = marketOf({ symbols: async () => [] });
    expect(await asTenant(() => market.getTicker('fake', 'A/B'))).toMatchObject({ last: '1.5' });
  });
});

describe('answers of a provider that are not as promised', () => {
  const wrong = { code: 'EXCHANGE_UNAVAILABLE' };
  const one = (price: unknown, amount: unknown = '1') => ({ bids: [['1', '1']], asks: [[price, amount]] });
  const candle = (close: unknown, openMs: unknown = 0) => [[openMs, '1', '1', '1', close, '1']];

  it.each([
    ['last', { last: 94_000.12 }],
    ['last', { last: '9.4e4' }],
    ['last', { last: undefined }],
    ['bid', { bid: Number.NaN }],
    ['ask', { ask: 'NaN' }],
    ['changePercent', { changePercent: -1.5 }],
    ['atMs', { atMs: Number.NaN }],
    ['atMs', { atMs: '1' }],
  ])('are refused, the field named and not its value: %s %j', async (field, fields) => {
    const odd = async () => ({ ...ticker, ...fields }) as never;
    const { market, asTenant } = marketOf({
      fetchTicker: odd,
      fetchTickers: async () => new Map([['A/B', ticker as never]]).set('C/D', await odd()),
    });
    const error = await asTenant(() => market.getTicker('fake', 'C/D')).catch((thrown: Error) => thrown);
    expect(error).toMatchObject(wrong);
    expect((error as Error).message).toContain(`${field}: `);
    expect((error as Error).message).not.toMatch(/94000\.12[^']|9\.4e4|NaN|-1\.5/);
    // Of many by itself.
    const some = await asTenant(() => market.getPrices('fake', ['A/B', 'E/F', 'C/D']).catch(() => new Map()));
    expect([...some.keys()]).toEqual(['A/B']);
  });

  it.each([
    ['asks: price', one(9.5)],
    ['asks: amount', one('9.5', 1e-7)],
    ['bids', { bids: 'none', asks: [] }],
  ])('are refused of order books: %s', async (field, book) => {
    const { market, asTenant } = marketOf({ fetchOrderBook: async () => book as never });
    await expect(asTenant(() => market.getOrderBook('fake', 'A/B'))).rejects.toMatchObject({
      ...wrong,
      message: expect.stringContaining(`${field}: `),
    });
  });

  it.each([
    ['close', candle(1.5)],
    ['openMs', candle('1', '0')],
    ['candles', { 0: candle('1') }],
  ])('are refused of candles: %s', async (field, candles) => {
    const { market, asTenant } = marketOf({ fetchOhlcv: async () => candles as never });
    await expect(asTenant(() => market.getOhlcv('fake', 'A/B', '1m'))).rejects.toMatchObject({
      ...wrong,
      message: expect.stringContaining(`${field}: `),
    });
  });

  it('have the shape that is promised: null for what is not told, and no more than that', async () => {
    const { market, asTenant } = marketOf({ fetchTicker: async () => ({ ...ticker, info: { raw: 1.5 } }) as never });
    const none = { open: null, high: null, low: null, changePercent: null, baseVolume: null, quoteVolume: null };
    expect(await asTenant(() => market.getTicker('fake', 'A/B'))).toEqual({
      ...{ exchange: 'fake', symbol: 'A/B', asOf: 1, stale: false },
      ...{ last: '1.5', bid: '1', ask: '2' },
      ...none,
    });
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
