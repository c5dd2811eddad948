import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { SharedMarketDataCache } from '../../src/market-data/index.js';
import { RedisProcess, until } from '../fakes/redis-process.js';

/** L1 keeps nothing for longer than 2 s while Redis is away. */
const BEYOND_MEMORY_MS = 2_100;
const OUTAGE_MS = 7_000;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];

type Market = Awaited<ReturnType<typeof open>>;

/** A process with an exchange of its own, which counts what it is asked. */
async function open(url: string) {
  const tenants = { default: { quotaBytes: 1_000_000 } };
  const cache = createTenantCache({ redis: { url }, tenants, shared: { market: {} }, upkeep: false });
  await cache.ready();
  const exchange = { calls: 0 };
  const ticker = (symbol: string) => ({ symbol, last: '1.5', bid: '1', ask: '2', atMs: Date.now() });
  const market = new SharedMarketDataCache({
    cache,
    providers: {
      fake: {
        name: 'fake',
        fetchTicker: async (symbol: string) => {
          exchange.calls++;
          return ticker(symbol);
        },
        fetchTickers: async (symbols: readonly string[]) => {
          exchange.calls++;
          return new Map(symbols.map((symbol) => [symbol, ticker(symbol)]));
        },
      } as never,
    },
  });
  return {
    cache,
    exchange,
    platform: cache.platform.shared('market'),
    readAll: () =>
      cache.runAs('acme', async () => {
        for (const symbol of SYMBOLS) expect((await market.getPrice('fake', symbol)).price).toBe('1.5');
        await market.getTickers('fake', SYMBOLS);
      }),
    readTickers: () => cache.runAs('acme', () => market.getTickers('fake', SYMBOLS)),
  };
}

describe('market data while Redis is away', () => {
  const opened: TenantCacheServer[] = [];
  let redis: RedisProcess;
  beforeEach(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((cache) => cache.close()));
    await redis.kill();
  });

  async function join(): Promise<Market> {
    const market = await open(redis.url);
    opened.push(market.cache);
    return market;
  }

  /** While connections end one after the other, a load may find the store gone and nobody knows of it yet. */
  async function away({ platform, readAll }: Market): Promise<void> {
    await redis.kill();
    await until(async () => {
      await readAll();
      return platform.storeState() === 'down';
    });
  }

  it('asks the exchange no more often than values are fresh for, and again once they are invalidated', async () => {
    const market = await join();
    const { exchange, platform, readAll, readTickers } = market;
    await readAll();
    expect(exchange.calls).toBeGreaterThan(0);
    await away(market);
    const before = exchange.calls;
    const endMs = performance.now() + OUTAGE_MS;
    while (performance.now() < endMs) {
      await readAll();
      await delay(50);
    }
    expect(exchange.calls).toBe(before);
    await platform.invalidateGroup('fake:BTC/USDT');
    await readTickers();
    expect(exchange.calls).toBeGreaterThan(before);
  }, 30_000);

  it.each([
    ['', []],
    [', though no message could be heard meanwhile', ['--rename-command', 'SSUBSCRIBE', '']],
  ])(
    'does not answer with what was loaded before Redis was away another time%s',
    async (_, options) => {
      const market = await join();
      const { exchange, platform, readAll, readTickers } = market;
      await readAll();
      await away(market);
      await redis.start(...options);
      await until(() => platform.storeState() === 'up');
      await redis.kill();
      await until(() => platform.storeState() === 'down');
      const before = exchange.calls;
      // Longer than memory keeps anything while Redis is away.
      await delay(BEYOND_MEMORY_MS);
      await readTickers();
      expect(exchange.calls).toBeGreaterThan(before);
    },
    30_000,
  );

  it('does not answer with what another process deleted before', async () => {
    const near = await join();
    const far = await join();
    await near.readAll();
    const heard = new Promise<void>((resolve) => near.platform.onInvalidated(() => resolve()));
    await far.platform.delete('fake:BTC/USDT', 'ticker');
    await heard;
    const before = near.exchange.calls;
    await redis.kill();
    await until(() => near.platform.storeState() === 'down');
    await delay(BEYOND_MEMORY_MS);
    await near.readTickers();
    expect(near.exchange.calls).toBeGreaterThan(before);
  }, 30_000);
});
