import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ccxt, { type binance } from 'ccxt';
import { listen, stop } from '../../test/fakes/listen.js';
import { createExchangeServer } from '../src/simulator/exchange-server.js';
import { SYMBOLS } from '../src/simulator/symbols.js';

describe('the real ccxt client against the simulator', () => {
  const server = createExchangeServer({ latencyMs: [0, 0] });
  let client: binance;

  beforeAll(async () => {
    client = clientOf(await listen(server));
  });
  afterAll(() => stop(server));

  it('loads every market, a hundred and more of them quoted in USDT', async () => {
    const markets = Object.values(await client.loadMarkets());
    expect(markets.map((market) => market?.id).sort()).toEqual([...SYMBOLS.keys()].sort());
    expect(markets.filter((market) => market?.quote === 'USDT').length).toBeGreaterThanOrEqual(100);
  });

  it('reads a ticker with its spread', async () => {
    const { last, bid, ask, timestamp } = await client.fetchTicker('BTC/USDT');
    expect(Number(last)).toBeGreaterThan(10_000);
    expect(Number(bid)).toBeLessThan(Number(last));
    expect(Number(ask)).toBeGreaterThan(Number(last));
    expect(Math.abs(Number(timestamp) - Date.now())).toBeLessThan(5_000);
  });

  it('reads tickers of some symbols, and of all', async () => {
    const some = await client.fetchTickers(['BTC/USDT', 'PEPE/USDT']);
    expect(Object.keys(some).sort()).toEqual(['BTC/USDT', 'PEPE/USDT']);
    expect(Object.keys(await client.fetchTickers())).toHaveLength(SYMBOLS.size);
  });

  it('reads an order book: bids fall, asks rise', async () => {
    const { bids, asks } = await client.fetchOrderBook('ETH/USDT', 50);
    expect([bids.length, asks.length]).toEqual([50, 50]);
    const prices = [...bids.map(([price]) => Number(price)).reverse(), ...asks.map(([price]) => Number(price))];
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
  });

  it('reads candles: evenly spaced, the newest last, high and low around the rest', async () => {
    const candles = (await client.fetchOHLCV('ETH/BTC', '5m', undefined, 50)).map((row) => row.map(Number));
    expect(candles).toHaveLength(50);
    for (const [index, [at = 0, open = 0, high = 0, low = 0, close = 0, volume = 0]] of candles.entries()) {
      expect(at).toBe((candles[0]?.[0] ?? 0) + index * 300_000);
      expect(low).toBeGreaterThan(0);
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(volume).toBeGreaterThanOrEqual(0);
    }
    expect(Date.now() - (candles.at(-1)?.[0] ?? 0)).toBeLessThan(300_000 + 5_000);
  });

  it('is told of a symbol that the exchange does not have', async () => {
    await expect(client.fetchTicker('NOPE/USDT')).rejects.toBeInstanceOf(ccxt.BadSymbol);
  });

  it('is told of the rate limit, of an outage and of no answer, each as ccxt calls it', async () => {
    await client.loadMarkets();
    const asked = () => client.fetchTicker('BTC/USDT');
    client.timeout = 200;
    const { control } = server;
    const used = control.weightPerMinute;
    control.set({ weightPerMinute: 1 });
    await expect(asked()).rejects.toBeInstanceOf(ccxt.DDoSProtection);
    control.set({ weightPerMinute: used, outage: 'error' });
    await expect(asked()).rejects.toBeInstanceOf(ccxt.ExchangeNotAvailable);
    control.set({ outage: 'hang' });
    await expect(asked()).rejects.toBeInstanceOf(ccxt.RequestTimeout);
    control.set({ outage: 'reset' });
    await expect(asked()).rejects.toBeInstanceOf(ccxt.NetworkError);
    control.set({ outage: null });
    await expect(asked()).resolves.toMatchObject({ symbol: 'BTC/USDT' });
  });
});

function clientOf(url: string): binance {
  const client = new ccxt.binance({ options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] } } });
  // Currencies need an account.
  client.has.fetchCurrencies = false;
  const api = client.urls.api as Record<string, string>;
  for (const [name, address] of Object.entries(api)) api[name] = address.replace(/^https?:\/\/[^/]+/, url);
  return client;
}
