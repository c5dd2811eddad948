import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listen, stop } from '../../test/fakes/listen.js';
import { createExchangeServer } from '../src/simulator/exchange-server.js';

type ExchangeBody = { code?: number; bids: [string, string][]; asks: [string, string][] };

describe('the simulator speaks as Binance does', () => {
  const nowMs = Date.UTC(2026, 10, 20, 14, 32, 59, 500);
  const server = createExchangeServer({ latencyMs: [0, 0], nowMs: () => nowMs, weightPerMinute: 200 });
  let url = '';
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json().catch(() => undefined)) as ExchangeBody,
    };
  };

  beforeAll(async () => {
    url = await listen(server);
  });
  afterAll(() => stop(server));

  it.each([
    ['/api/v3/ticker/24hr?symbol=NOPE', 400, -1121],
    ['/api/v3/klines?symbol=BTCUSDT&interval=7m', 400, -1120],
    ['/api/v3/klines?symbol=BTCUSDT', 400, -1102],
    ['/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=x', 400, -1100],
    ['/api/v3/nothing', 404, -1000],
    ['/api/v3/ticker/24hr?symbols=["BTCUSDT","NOPE"]', 400, -1121],
    ['/api/v3/ticker/24hr?symbols=BTCUSDT', 400, -1100],
    ['/api/v3/ticker/price?symbol=BTCUSDT&symbols=["BTCUSDT"]', 400, -1128],
  ])('%s is answered %i, code %i', async (path, status, code) => {
    expect(await ask(path)).toMatchObject({ status, body: { code, msg: expect.any(String) } });
  });

  it('answers time, ping, price and depth', async () => {
    expect((await ask('/api/v3/time')).body).toEqual({ serverTime: nowMs });
    expect((await ask('/api/v3/ping')).body).toEqual({});
    expect((await ask('/api/v3/ticker/price?symbol=BTCUSDT')).body).toEqual({
      symbol: 'BTCUSDT',
      price: expect.stringMatching(/^\d+\.\d{2}000000$/),
    });
    const { body } = await ask('/api/v3/depth?symbol=BTCUSDT&limit=5');
    expect(body.bids).toHaveLength(5);
    expect(Number(body.bids[0]?.[0])).toBeLessThan(Number(body.asks[0]?.[0]));
  });

  it('answers tickers of some symbols, and weighs them as Binance does', async () => {
    const { body, headers } = await ask('/api/v3/ticker/24hr?symbols=["ETHUSDT","BTCUSDT"]');
    expect(body).toEqual([
      expect.objectContaining({ symbol: 'ETHUSDT' }),
      expect.objectContaining({ symbol: 'BTCUSDT' }),
    ]);
    const used = Number(headers.get('x-mbx-used-weight-1m'));
    const next = await ask('/api/v3/ticker/24hr?symbol=BTCUSDT');
    expect(Number(next.headers.get('x-mbx-used-weight-1m')) - used).toBe(2);
  });

  it('reads only', async () => {
    expect((await ask('/api/v3/ping', { method: 'POST' })).status).toBe(405);
  });

  it('counts weight per minute and refuses above the limit with Retry-After', async () => {
    const first = await ask('/api/v3/ticker/24hr');
    expect(first.headers.get('x-mbx-used-weight-1m')).toMatch(/^\d+$/);
    await ask('/api/v3/ticker/24hr');
    const refused = await ask('/api/v3/ticker/24hr');
    expect(refused).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(refused.headers.get('retry-after')).toBe('1');
  });
});
