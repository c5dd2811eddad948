import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { SharedMarketDataCache } from '../../src/market-data/index.js';
import { RedisProcess, until } from '../fakes/redis-process.js';

/** L1 keeps nothing for longer than 2 s while Redis is away. */
const OUTAGE_MS = 7_000;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

describe('market data while Redis is away', () => {
  let redis: RedisProcess;
  let cache: TenantCacheServer;
  beforeAll(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
  });
  afterEach(() => cache.close());
  afterAll(() => redis.kill());

  it('asks the exchange no more often than values are fresh for', async () => {
    const tenants = { default: { quotaBytes: 1_000_000 } };
    cache = createTenantCache({ redis: { url: redis.url }, tenants, shared: { market: {} }, upkeep: false });
    await cache.ready();
    let calls = 0;
    const ticker = (symbol: string) => ({ symbol, last: '1.5', bid: '1', ask: '2', atMs: Date.now() });
    const market = new SharedMarketDataCache({
      cache,
      providers: {
        fake: {
          name: 'fake',
          fetchTicker: async (symbol: string) => {
            calls++;
            return ticker(symbol);
          },
          fetchTickers: async (symbols: readonly string[]) => {
            calls++;
            return new Map(symbols.map((symbol) => [symbol, ticker(symbol)]));
          },
        } as never,
      },
    });
    const readAll = () =>
      cache.runAs('acme', async () => {
        for (const symbol of SYMBOLS) expect((await market.getPrice('fake', symbol)).price).toBe('1.5');
        await market.getTickers('fake', SYMBOLS);
      });
    await readAll();
    expect(calls).toBeGreaterThan(0);
    await redis.kill();
    await until(async () => {
      await readAll();
      return cache.platform.shared('market').storeState() === 'down';
    });
    // While connections end one after the other, a load may find the store gone and nobody knows of it yet.
    const before = calls;
    const endMs = performance.now() + OUTAGE_MS;
    while (performance.now() < endMs) {
      await readAll();
      await delay(50);
    }
    expect(calls).toBe(before);
    await cache.platform.shared('market').invalidateGroup('fake:BTC/USDT');
    await cache.runAs('acme', () => market.getTickers('fake', SYMBOLS));
    expect(calls).toBeGreaterThan(before);
  }, 30_000);
});
