import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ccxt from 'ccxt';
import { createExchangeServer } from '../../../example/src/simulator/exchange-server.js';
import { ccxtProvider, type MarketDataProvider } from '../../../src/market-data/index.js';
import { listen, stop } from '../../fakes/listen.js';

const DECIMAL = /^-?\d+(\.\d+)?$/;
const call = { signal: new AbortController().signal };

describe('the ccxt provider', () => {
  const server = createExchangeServer({ latencyMs: [0, 0] });
  const { control } = server;
  let url = '';
  let provider: MarketDataProvider;

  beforeAll(async () => {
    url = await listen(server);
    provider = ccxtProvider({ exchange: 'binance', url, timeout: '300ms' });
  });
  afterAll(() => stop(server));

  it('answers every price and amount with the digits that the exchange sent', async () => {
    const sent = (await (await fetch(`${url}/api/v3/klines?symbol=PEPEUSDT&interval=1h&limit=3`)).json()) as string[][];
    const candles = (await provider.fetchOhlcv('PEPE/USDT', '1h', 3, call)) ?? [];
    expect(candles.slice(0, 2)).toEqual(sent.slice(0, 2).map((row) => row.slice(0, 6)));
    const { atMs, ...figures } = (await provider.fetchTicker('PEPE/USDT', call)) ?? { last: '' };
    for (const text of Object.values(figures)) expect(text).toMatch(DECIMAL);
    expect(figures.last).toMatch(/^0\.0000\d{4}$/);
    expect(Math.abs((atMs ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  it('answers order books with those digits too, sorted by number where prices pass a power of ten', async () => {
    // ccxt sorts what it parsed, and as texts 9.99 is above 10.00.
    const still = createExchangeServer({ latencyMs: [0, 0], nowMs: () => Date.UTC(2026, 10, 20, 14) });
    const at = await listen(still);
    try {
      const path = '/api/v3/depth?symbol=LINKUSDT&limit=500';
      const sent = (await (await fetch(at + path)).json()) as { bids: string[][]; asks: string[][] };
      const book = await ccxtProvider({ exchange: 'binance', url: at }).fetchOrderBook('LINK/USDT', 500, call);
      expect(book).toMatchObject({ bids: sent.bids, asks: sent.asks });
      const whole = new Set([...sent.bids, ...sent.asks].map(([price = '']) => price.split('.')[0]?.length));
      expect(whole.size).toBe(2);
    } finally {
      await stop(still);
    }
  });

  it('reads the floats of an instance that was brought along', async () => {
    const exchange = Object.assign(new ccxt.binance(), {
      number: String,
      loadMarkets: async () => ({ 'A/B': {} }),
      fetchOrderBook: async () => ({ bids: [[9.5, 1e-7]], asks: [[10.25, 3]] }),
    });
    const book = await ccxtProvider({ exchange }).fetchOrderBook('A/B', 20, call);
    expect(book).toMatchObject({ bids: [['9.5', '0.0000001']], asks: [['10.25', '3']] });
  });

  it('has the tickers of many though one of them was delisted since the list was read', async () => {
    const markets: Record<string, object> = { 'A/B': {}, 'C/D': {} };
    let lists = 0;
    const exchange = Object.assign(new ccxt.binance(), {
      number: String,
      loadMarkets: async () => {
        lists++;
        return { ...markets };
      },
      fetchTickers: async (symbols: string[]) => {
        for (const symbol of symbols) if (!markets[symbol]) throw new ccxt.BadSymbol(symbol);
        return Object.fromEntries(symbols.map((symbol) => [symbol, { last: '1.5' }]));
      },
    });
    const delisting = ccxtProvider({ exchange: exchange as never });
    const tickers = async (...symbols: string[]) => [...(await delisting.fetchTickers(symbols, call)).keys()];
    const clock = jest.spyOn(performance, 'now');
    try {
      expect(await tickers('A/B', 'C/D')).toEqual(['A/B', 'C/D']);
      delete markets['C/D'];
      // The list is not asked for again and again because of it.
      await expect(tickers('A/B', 'C/D')).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE' });
      expect(lists).toBe(1);
      const nowMs = performance.now();
      clock.mockImplementation(() => nowMs + 61_000);
      expect(await tickers('A/B', 'C/D')).toEqual(['A/B']);
      expect(lists).toBe(2);
    } finally {
      clock.mockRestore();
    }
  });

  it('asks once for many tickers, and leaves out what there is not', async () => {
    const before = control.requestsOf('/api/v3/ticker/24hr');
    const tickers = await provider.fetchTickers(['BTC/USDT', 'NOPE/USDT', 'ETH/USDT'], call);
    expect([...tickers.keys()]).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(control.requestsOf('/api/v3/ticker/24hr') - before).toBe(1);
  });

  it('knows the symbols, and answers null for others', async () => {
    expect(await provider.symbols?.(call)).toEqual(expect.arrayContaining(['BTC/USDT', 'ETH/BTC']));
    expect(await provider.fetchTicker('NOPE/USDT', call)).toBeNull();
    expect(await provider.fetchOhlcv('NOPE/USDT', '1h', 10, call)).toBeNull();
    expect(await provider.fetchOrderBook('NOPE/USDT', 20, call)).toBeNull();
  });

  it('tells a rate limit, and how long it holds', async () => {
    control.set({ weightPerMinute: 1 });
    const refused = await provider.fetchTicker('BTC/USDT', call).catch((error: unknown) => error);
    control.set({ weightPerMinute: 6_000 });
    expect(refused).toMatchObject({ code: 'EXCHANGE_LIMITED', retryAfterMs: expect.any(Number) });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it.each(['error', 'hang', 'reset'] as const)('tells an outage, and is well after it: %s', async (outage) => {
    control.set({ outage });
    await expect(provider.fetchTicker('BTC/USDT', call)).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE' });
    control.set({ outage: null });
    await expect(provider.fetchTicker('BTC/USDT', call)).resolves.toMatchObject({ last: expect.any(String) });
  });

  it('loads the markets again after a first load that failed', async () => {
    const late = ccxtProvider({ exchange: 'binance', url });
    control.set({ endpoints: { '/api/v3/exchangeInfo': 'error' } });
    await expect(late.symbols?.(call)).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE' });
    control.set({ endpoints: { '/api/v3/exchangeInfo': null } });
    expect(await late.symbols?.(call)).toContain('BTC/USDT');
  });

  it('refuses what is no exchange of ccxt, and an instance whose prices are floats', async () => {
    expect(() => ccxtProvider({ exchange: new ccxt.binance() })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    await expect(ccxtProvider({ exchange: 'nowhere' }).fetchTicker('A/B', call)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });
});
