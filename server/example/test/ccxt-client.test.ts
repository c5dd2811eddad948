import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Exchange } from '../src/market/exchange.js';
import { createExchangeServer } from '../src/simulator/exchange-server.js';
import { SYMBOLS } from '../src/simulator/symbols.js';
import { listen, stop } from './listen.js';

describe('the real ccxt client against the simulator', () => {
  const server = createExchangeServer({ latencyMs: [0, 0] });
  let exchange: Exchange;

  beforeAll(async () => {
    exchange = new Exchange(await listen(server));
  });
  afterAll(() => stop(server));

  it('loads every market quoted in USDT', async () => {
    const symbols = await exchange.symbols();
    expect(symbols).toHaveLength(36);
    expect(symbols).toEqual([...SYMBOLS.values()].filter(({ quote }) => quote === 'USDT').map(({ id }) => id));
  });

  it('reads a price with its spread', async () => {
    const price = await exchange.price('BTCUSDT');
    expect(price.last).toBeGreaterThan(10_000);
    expect(price.bid).toBeLessThan(price.last);
    expect(price.ask).toBeGreaterThan(price.last);
    expect(Math.abs(Date.parse(price.at) - Date.now())).toBeLessThan(5_000);
  });

  it('reads candles: evenly spaced, the newest last, high and low around the rest', async () => {
    const candles = await exchange.candles('ETHBTC', '5m', 50);
    expect(candles).toHaveLength(50);
    for (const [index, [at, open, high, low, close, volume]] of candles.entries()) {
      expect(at).toBe((candles[0]?.[0] ?? 0) + index * 300_000);
      expect(low).toBeGreaterThan(0);
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(volume).toBeGreaterThanOrEqual(0);
    }
    expect(Date.now() - (candles.at(-1)?.[0] ?? 0)).toBeLessThan(300_000 + 5_000);
  });

  it('answers 404 for a symbol that the exchange does not have', async () => {
    await expect(exchange.price('NOPEUSDT')).rejects.toMatchObject({ status: 404 });
    await expect(exchange.candles('NOPEUSDT', '1h', 10)).rejects.toMatchObject({ status: 404 });
  });

  it('answers 502 where the exchange limits the rate', async () => {
    const strict = createExchangeServer({ latencyMs: [0, 0], weightPerMinute: 21 });
    const limited = new Exchange(await listen(strict));
    try {
      await limited.symbols();
      await expect(limited.price('BTCUSDT')).rejects.toMatchObject({ status: 502 });
    } finally {
      await stop(strict);
    }
  });

  it('answers 502 where nobody listens, and works again once somebody does', async () => {
    const gone = createExchangeServer({ latencyMs: [0, 0] });
    const url = await listen(gone);
    await stop(gone);
    const client = new Exchange(url, 1_000);
    await expect(client.price('BTCUSDT')).rejects.toMatchObject({ status: 502 });
    const back = createExchangeServer({ latencyMs: [0, 0] });
    back.listen(Number(new URL(url).port), '127.0.0.1');
    try {
      await expect(client.price('BTCUSDT')).resolves.toMatchObject({ symbol: 'BTCUSDT' });
    } finally {
      await stop(back);
    }
  });
});
