import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { ExchangeLimitedError, SharedMarketDataCache } from '../../../src/market-data/index.js';
import type { SharedMarketDataOptions } from '../../../src/market-data/shared-market-data-cache.js';
import { MarketProvider } from '../../fakes/market-provider.js';
import { closeCaches, gate, memoryCache, ownCalendar } from '../../fakes/memory-cache.js';

const MINUTE_MS = 60_000;

afterEach(closeCaches);

function open(options: Partial<SharedMarketDataOptions> = {}, listed = true) {
  const { cache } = memoryCache({ shared: { market: { rateLimit: false } } });
  const provider = new MarketProvider();
  if (!listed) delete provider.symbols;
  const market = new SharedMarketDataCache({ cache, providers: { test: provider }, ...options });
  const as = <R>(tenant: string, read: () => R) => cache.runAs(tenant, read);
  const priceFor = (tenant: string, symbol = 'BTC/USDT') => as(tenant, () => market.getPrice('test', symbol));
  /** Of symbols; the list of them is asked for once. */
  const calls = () => provider.calls.filter((call) => call !== 'symbols');
  return { cache, provider, market, as, priceFor, calls };
}

describe('shared market data', () => {
  it('asks the exchange once for all tenants, and again when the time of the kind is over', async () => {
    const later = ownCalendar();
    const { provider, priceFor, calls } = open();
    const asOf = Date.now();
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, n) => priceFor(`t${n}`)));
    const first = { exchange: 'test', symbol: 'BTC/USDT', price: '100.10', asOf, stale: false };
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual(first);
    later(50_000);
    provider.price = 101;
    expect(await priceFor('a')).toEqual(first);
    expect(calls()).toEqual(['ticker BTC/USDT']);
    later(11_000);
    expect(await priceFor('a')).toEqual({ ...first, price: '101.10', asOf: asOf + 61_000 });
    expect(calls()).toHaveLength(2);
  });

  it('answers tickers and books, who asks for few levels from the entry of many', async () => {
    const { market, as, calls } = open();
    const ticker = await as('a', () => market.getTicker('test', 'ETH/USDT'));
    expect(ticker).toMatchObject({ symbol: 'ETH/USDT', last: '100.10', changePercent: '-1.5', bid: null });
    const five = await as('a', () => market.getOrderBook('test', 'ETH/USDT', 5));
    expect([five.bids[0], five.bids.length, five.asks.length]).toEqual([['999', '1'], 5, 5]);
    expect((await as('b', () => market.getOrderBook('test', 'ETH/USDT'))).asks).toHaveLength(20);
    expect((await as('b', () => market.getOrderBook('test', 'ETH/USDT', 21))).asks).toHaveLength(21);
    // From now on from the larger one.
    expect((await as('c', () => market.getOrderBook('test', 'ETH/USDT', 1))).bids).toEqual([['999', '1']]);
    expect(calls()).toEqual(['ticker ETH/USDT', 'book ETH/USDT 20', 'book ETH/USDT 100']);
  });

  it('spares the price where the ticker is there: one call of the exchange tells both', async () => {
    const later = ownCalendar();
    const { provider, market, as, priceFor, calls } = open();
    const { asOf } = await as('a', () => market.getTicker('test', 'BTC/USDT'));
    later(30_000);
    expect(await priceFor('a')).toMatchObject({ price: '100.10', asOf, stale: false });
    expect(calls()).toEqual(['ticker BTC/USDT']);
    later(31_000);
    provider.price = 101;
    expect(await priceFor('a')).toMatchObject({ price: '101.10', asOf: asOf + 61_000, stale: false });
  });

  it('asks for the price itself where it is to be younger than the ticker', async () => {
    const later = ownCalendar();
    const { provider, market, as, priceFor } = open({ ttl: { price: '5s' } });
    await as('a', () => market.getTicker('test', 'BTC/USDT'));
    provider.price = 101;
    expect(await priceFor('a')).toMatchObject({ price: '101.10' });
    later(5_001);
    provider.price = 102;
    expect(await priceFor('a')).toMatchObject({ price: '102.10', stale: false });
  });

  it('loads the candles of a symbol in one size, once somebody asked for the larger one', async () => {
    const { market, as, calls } = open();
    const count = async (limit: number) => {
      const { candles } = await as('a', () => market.getOhlcv('test', 'BTC/USDT', '1d', limit));
      expect(candles.map(([openMs]) => openMs)).toEqual(candles.map(([openMs]) => openMs).sort());
      return candles.length;
    };
    expect([await count(501), await count(50), await count(500)]).toEqual([501, 50, 500]);
    expect(calls()).toEqual(['ohlcv BTC/USDT 1d 1000']);
  });

  it('never lets a candle that has closed hide the next one', async () => {
    const later = ownCalendar();
    later(MINUTE_MS - (Date.now() % MINUTE_MS) + 20_000);
    const { market, as, calls } = open();
    const newest = async (limit: number) => {
      const { candles, stale } = await as('a', () => market.getOhlcv('test', 'BTC/USDT', '1m', limit));
      return { openMs: candles.at(-1)?.[0], count: candles.length, stale };
    };
    const openMs = Date.now() - 20_000;
    expect(await newest(101)).toEqual({ openMs, count: 101, stale: false });
    later(39_999);
    expect(await newest(500)).toEqual({ openMs, count: 500, stale: false });
    expect(calls()).toEqual(['ohlcv BTC/USDT 1m 500']);
    later(1);
    expect(await newest(150)).toEqual({ openMs: openMs + MINUTE_MS, count: 150, stale: false });
    expect(calls()).toHaveLength(2);
  });

  it('asks once for all of many that are missing, and leaves out what there is not', async () => {
    const { market, as, priceFor, calls } = open();
    await priceFor('a');
    const prices = await as('a', () => market.getPrices('test', ['BTC/USDT', 'ETH/USDT', 'NOPE/USDT', 'SOL/USDT']));
    expect([...prices.keys()]).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
    expect(calls()).toEqual(['ticker BTC/USDT', 'tickers ETH/USDT SOL/USDT']);
    expect((await as('b', () => market.getTickers('test', ['ETH/USDT']))).get('ETH/USDT')).toMatchObject({
      last: '100.10',
    });
    await expect(as('b', () => market.getPrices('test', ['NOPE/USDT']))).rejects.toMatchObject({
      code: 'SYMBOL_UNKNOWN',
    });
    expect(await as('b', () => market.getPrices('test', []))).toEqual(new Map());
  });

  it('finds out an unknown symbol once where there is no list, for a thousand who ask', async () => {
    const { priceFor, calls } = open({}, false);
    const asked = Array.from({ length: 1_000 }, (_, n) =>
      priceFor(`t${n % 10}`, 'NOPE/USDT').catch(({ code }) => code),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['SYMBOL_UNKNOWN']));
    for (let n = 0; n < 100; n++) await priceFor('a', 'NOPE/USDT').catch(() => {});
    expect(calls()).toEqual(['ticker NOPE/USDT']);
  });

  it('keeps no name that the exchange does not list, and none that can be no symbol', async () => {
    const { cache, priceFor, calls, market, as } = open();
    await priceFor('a');
    const { entries } = await cache.platform.shared('market').usage();
    const names = [
      ...Array.from({ length: 500 }, (_, n) => `NO${n}/USDT`),
      '',
      '~',
      '{x}',
      'a b',
      '../BTC',
      'x'.repeat(99),
    ];
    for (const name of names)
      await expect(priceFor('a', name)).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN', status: 404 });
    for (const exchange of ['nowhere', '', 'constructor', 'test:BTC/USDT'])
      await expect(as('a', () => market.getPrice(exchange, 'BTC/USDT'))).rejects.toMatchObject({
        code: 'EXCHANGE_UNKNOWN',
      });
    expect((await cache.platform.shared('market').usage()).entries).toBe(entries);
    expect(calls()).toEqual(['ticker BTC/USDT']);
  });

  it('serves what it has while the exchange is down, says so, and fails once the grace is over', async () => {
    const later = ownCalendar();
    const { provider, priceFor, market, as } = open({ grace: { price: '2m' } });
    const { asOf } = await priceFor('a');
    await priceFor('a', 'ETH/USDT');
    provider.failure = 'down';
    later(61_000);
    expect(await priceFor('b')).toMatchObject({ price: '100.10', asOf, stale: true });
    const some = await as('b', () => market.getPrices('test', ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']));
    expect([...some].map(([symbol, { stale }]) => [symbol, stale])).toEqual([
      ['BTC/USDT', true],
      ['ETH/USDT', true],
    ]);
    later(125_000);
    await expect(priceFor('b')).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE', status: 502 });
    provider.failure = undefined;
    later(2_000);
    expect(await priceFor('b')).toMatchObject({ stale: false });
  });

  it('takes a provider that hangs for an exchange that is down', async () => {
    const { provider, priceFor } = open({ timeout: '20ms' }, false);
    provider.failure = 'hangs';
    await expect(priceFor('a')).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE' });
  });

  it('leaves an exchange alone that limits it, for as long as it was told, and asks it again then', async () => {
    const later = ownCalendar();
    const { provider, priceFor, calls } = open();
    await priceFor('a');
    later(61_000);
    provider.failure = new ExchangeLimitedError(30_000);
    expect(await priceFor('a')).toMatchObject({ stale: true });
    const asked = calls().length;
    for (const symbol of ['ETH/USDT', 'SOL/USDT']) {
      await expect(priceFor('a', symbol)).rejects.toMatchObject({ code: 'EXCHANGE_LIMITED', retryAfterMs: 30_000 });
    }
    expect(calls()).toHaveLength(asked);
    provider.failure = undefined;
    later(30_001);
    expect(await priceFor('a', 'ETH/USDT')).toMatchObject({ stale: false });
  });

  it('leaves it alone for longer each time where it is not told how long', async () => {
    const later = ownCalendar();
    const { provider, priceFor } = open();
    await priceFor('a');
    provider.failure = new ExchangeLimitedError();
    const waits: number[] = [];
    for (let round = 0; round < 6; round++) {
      const { retryAfterMs } = await priceFor('a', 'ETH/USDT').catch((error) => error);
      waits.push(retryAfterMs);
      later(retryAfterMs + 1_001);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('is read by jobs without a tenant, and by nobody else without one', async () => {
    const { market } = open();
    expect(await market.platform.getPrice('test', 'BTC/USDT')).toMatchObject({ price: '100.10' });
    await expect(market.getPrice('test', 'BTC/USDT')).rejects.toMatchObject({ code: 'TENANT_MISSING' });
    await expect(market.symbols('test')).rejects.toMatchObject({ code: 'TENANT_MISSING' });
    expect(await market.platform.symbols('test')).toEqual(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']);
  });

  it('counts a list of symbols as one read', async () => {
    const { cache } = memoryCache({ shared: { market: { rateLimit: { limit: 1 } } } });
    const market = new SharedMarketDataCache({ cache, providers: { test: new MarketProvider() } });
    const symbols = () => cache.runAs('a', () => market.symbols('test'));
    expect(await symbols()).toHaveLength(3);
    await expect(symbols()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('waits for no list of symbols where what is asked for is there, or was a moment ago', async () => {
    const later = ownCalendar();
    const { provider, priceFor, calls } = open({ ttl: { symbols: '5s' }, grace: { symbols: 0 }, timeout: '5m' });
    await priceFor('a');
    const list = gate<string[]>();
    provider.symbols = () => list.promise;
    later(11_000);
    for (const tenant of ['a', 'b']) expect(await priceFor(tenant)).toMatchObject({ stale: false });
    expect(calls()).toHaveLength(1);
    list.release([]);
  });

  it('waits a second for a list of symbols that it never had, and goes on without it', async () => {
    const { provider, priceFor } = open({ timeout: '5m' });
    const list = gate<string[]>();
    provider.symbols = () => list.promise;
    expect(await priceFor('a')).toMatchObject({ price: '100.10' });
    // Nobody waits for it once more.
    await Promise.all(['ETH/USDT', 'SOL/USDT'].map((symbol) => priceFor('a', symbol)));
    list.release([]);
  });

  it('refreshes a price by a new ticker, though the one that is there is fresh', async () => {
    const later = ownCalendar();
    const { cache, provider, priceFor, market, as } = open();
    const dataset = cache.platform.shared('market');
    await priceFor('a');
    provider.price = 101;
    later(30_000);
    expect(await dataset.refresh('test:BTC/USDT', 'price', { unlessFreshFor: '10s' })).toBe(false);
    expect(await dataset.refresh('test:BTC/USDT', 'price', { unlessFreshFor: '59s' })).toBe(true);
    expect(await priceFor('a')).toMatchObject({ price: '101.10' });
    provider.price = 102;
    expect(await dataset.refresh('test:BTC/USDT', 'price')).toBe(true);
    expect(await priceFor('a')).toMatchObject({ price: '102.10' });
    expect(await as('a', () => market.getTicker('test', 'BTC/USDT'))).toMatchObject({ last: '102.10' });
  });

  it('hears of a new symbol when the list is read again', async () => {
    const later = ownCalendar();
    const { provider, priceFor } = open({ ttl: { symbols: '5m' } });
    await priceFor('a');
    provider.listed?.push('NEW/USDT');
    await expect(priceFor('a', 'NEW/USDT')).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN' });
    later(6 * MINUTE_MS);
    expect(await priceFor('a', 'NEW/USDT')).toMatchObject({ stale: false });
  });

  it('counts calls made and saved by exchange and symbol, boundedly', async () => {
    const { market, as, priceFor } = open({ maxSymbolCounts: 2 });
    for (const tenant of ['a', 'b', 'c']) await priceFor(tenant);
    await as('a', () => market.getPrices('test', ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']));
    // Of the exchange: the list of symbols, one price, and the two that were missing by one call.
    expect(market.calls()).toEqual({
      test: {
        made: 3,
        saved: 3,
        symbols: { 'BTC/USDT': { made: 1, saved: 3 }, 'ETH/USDT': { made: 1, saved: 0 }, other: { made: 1, saved: 0 } },
      },
    });
  });

  it('counts no names that nobody knows, however many are asked for', async () => {
    const { market, as, provider, priceFor } = open({ maxSymbolCounts: 2 }, false);
    for (let n = 0; n < 5; n++) await priceFor('a', `NO${n}/USDT`).catch(() => {});
    await as('a', () => market.getPrices('test', ['NO5/USDT', 'ETH/USDT']));
    provider.failure = 'down';
    await priceFor('a', 'NO6/USDT').catch(() => {});
    await priceFor('a', 'BTC/USDT').catch(() => {});
    const { made, symbols } = market.calls().test ?? {};
    expect(made).toBe(8);
    expect(symbols).toEqual({ 'ETH/USDT': { made: 1, saved: 0 } });
  });

  it('tells Prometheus of them, in its own registry or with the cache', async () => {
    const { cache, market, priceFor } = open();
    for (const tenant of ['a', 'b']) await priceFor(tenant);
    const registry = new Registry();
    market.register(registry, 'x_');
    const text = await registry.metrics();
    expect(text).toContain('x_market_symbol_calls_total{exchange="test",symbol="BTC/USDT"} 1');
    expect(text).toContain('x_market_symbol_answers_total{exchange="test",symbol="BTC/USDT"} 2');
    expect(text).toContain('x_market_calls_total{exchange="test"} 2');
    market.register(cache);
    expect(() => market.register(cache)).toThrow(/already/);
  });

  it.each([
    ['no providers', { providers: {} }],
    ['a name that is none', { providers: { Binance: new MarketProvider() } }],
    ['what is no provider', { providers: { test: {} as never } }],
    ['an unknown option', { prices: '1m' } as never],
    ['a time that is none', { ttl: { price: 'soon' as never } }],
  ])('refuses %s', (_, options) => {
    expect(() => open(options as Partial<SharedMarketDataOptions>)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it.each([
    ['depth', 0],
    ['depth', 501],
    ['limit', 1_001],
    ['limit', 1.5],
  ])('refuses a %s of %p', async (what, size) => {
    const { market, as, calls } = open();
    const read =
      what === 'depth'
        ? as('a', () => market.getOrderBook('test', 'BTC/USDT', size))
        : as('a', () => market.getOhlcv('test', 'BTC/USDT', '1m', size));
    await expect(read).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(calls()).toEqual([]);
  });
});
