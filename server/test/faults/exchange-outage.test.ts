import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createExchangeServer, type ExchangeServer } from '../../example/src/simulator/exchange-server.js';
import type { TenantCacheServer } from '../../src/index.js';
import { ccxtProvider, SharedMarketDataCache } from '../../src/market-data/index.js';
import { listen, stop } from '../fakes/listen.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';

const TICKER = '/api/v3/ticker/24hr';

/** Two processes on one Redis, as far as their caches can tell, and the real ccxt client in each. */
describe('when the exchange fails', () => {
  let server: ExchangeServer;
  let dataset: string;
  let caches: TenantCacheServer[];
  let markets: SharedMarketDataCache[];

  beforeEach(async () => {
    server = createExchangeServer({ latencyMs: [0, 0] });
    const url = await listen(server);
    dataset = `market-${randomBytes(6).toString('hex')}`;
    caches = [1, 2].map(() => redisCache({ shared: { [dataset]: { rateLimit: false } } }));
    markets = caches.map(
      (cache) =>
        new SharedMarketDataCache({
          cache,
          dataset,
          providers: { binance: ccxtProvider({ exchange: 'binance', url, timeout: '1s' }) },
          ttl: { price: '1s' },
          grace: { price: '3s' },
        }),
    );
    // Each client has its markets, so that what is counted is what is asked for.
    for (const n of [0, 1]) await priceFrom(n, ['TRX/USDT', 'DOT/USDT'][n]);
  });
  afterEach(async () => {
    await caches[0]?.platform.shared(dataset).clear();
    await closeRedisCaches();
    await stop(server);
  });

  function priceFrom(process: number, symbol = 'BTC/USDT') {
    const cache = caches[process] as TenantCacheServer;
    return cache.runAs('a', () => (markets[process] as SharedMarketDataCache).getPrice('binance', symbol));
  }

  it.each(['error', 'hang', 'reset'] as const)(
    'serves what it has within its grace and says that it is stale, then fails, then is well: %s',
    async (outage) => {
      const { price, asOf, stale } = await priceFrom(0);
      expect(stale).toBe(false);
      server.control.set({ outage });
      let last = await priceFrom(0);
      await until(async () => {
        last = await priceFrom(0);
        return last.stale;
      });
      expect(last).toMatchObject({ price, asOf, stale: true });
      await until(async () => {
        const code = await priceFrom(0).then(
          () => undefined,
          (error) => error.code,
        );
        return code === 'EXCHANGE_UNAVAILABLE';
      });
      server.control.set({ outage: null });
      await until(async () =>
        priceFrom(0).then(
          (answer) => !answer.stale,
          () => false,
        ),
      ); // prettier-ignore
    },
  );

  it('is left alone by all processes once it limits one, until its time is over', async () => {
    const { control } = server;
    const weight = control.weightPerMinute;
    control.set({ weightPerMinute: 1 });
    const told = await priceFrom(0).catch((error) => error);
    expect(told).toMatchObject({ code: 'EXCHANGE_LIMITED', retryAfterMs: expect.any(Number) });
    const asked = control.requestsOf(TICKER);
    control.set({ weightPerMinute: weight });
    await expect(priceFrom(1, 'ETH/USDT')).rejects.toMatchObject({ code: 'EXCHANGE_LIMITED' });
    await expect(priceFrom(0, 'SOL/USDT')).rejects.toMatchObject({ code: 'EXCHANGE_LIMITED' });
    await caches[1]?.platform.shared(dataset).invalidateGroups('binance:');
    await expect(priceFrom(1, 'ADA/USDT')).rejects.toMatchObject({ code: 'EXCHANGE_LIMITED' });
    await expect(priceFrom(0, 'XRP/USDT')).rejects.toMatchObject({ code: 'EXCHANGE_LIMITED' });
    expect(control.requestsOf(TICKER)).toBe(asked);
    expect(await markets[1]?.platform.liftBackoff('binance')).toBe(true);
    // Each repeats what it was told last for a second.
    for (const n of [0, 1])
      await until(async () =>
        priceFrom(n, 'ETH/USDT').then(
          () => true,
          () => false,
        ),
      ); // prettier-ignore
  });
});
