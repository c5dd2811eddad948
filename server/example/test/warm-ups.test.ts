import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineWarmUps } from '../src/warm-ups.js';
import { type ApiFixture, ask, createApiFixture, post, type RunningApi, tenantToken } from './api-fixture.js';

const PATIENCE_MS = 60_000;

describe('the warm-ups of the example', () => {
  let fixture: ApiFixture;
  let api: RunningApi;

  beforeAll(async () => {
    fixture = await createApiFixture();
    // What a slow machine keeps from Redis is a target that failed.
    api = await fixture.start({ redisTimeout: '5s' });
    await api.cache.ready();
  });
  afterAll(() => fixture?.close());

  /** The newest run of a job, once it is over. */
  async function ended(job: string) {
    for (const untilMs = Date.now() + PATIENCE_MS; Date.now() < untilMs; ) {
      const { items } = await api.cache.warming.runs({ job, page: 1, pageSize: 1 });
      if (items[0] && items[0].state !== 'running') return items[0];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${job} did not end`);
  }

  it(
    'have at start what tenants ask for first, ask for nothing that the exchange lacks, and count on no tenant',
    async () => {
      const tenant = await fixture.newTenant();
      const token = await tenantToken(tenant);
      const groups = ['binance:XTZ/USDT', 'binance:NOPE/USDT', 'elsewhere:BTC/USDT'];
      await ask(`${api.url}/me/cache/watchlists/core`, token, { ...post({ groups }), method: 'PUT' });
      defineWarmUps(api.cache, api.marketData.platform, fixture.dataset);
      expect(api.cache.warming.jobs().map(({ name }) => name)).toEqual(
        expect.arrayContaining(['top-symbols', 'watchlists', 'movers', 'expiring', 'forecast']),
      );
      expect(await ended('top-symbols')).toMatchObject({ state: 'done', trigger: 'start', failed: 0 });
      expect(await ended('watchlists')).toMatchObject({ state: 'done', total: 1, failed: 0 });

      const calls = () => api.marketData.calls().binance?.made;
      const before = calls();
      for (const path of [
        '/prices/BTCUSDT',
        '/tickers',
        '/market/overview',
        '/candles/ETHUSDT?timeframe=1h',
        '/analysis/a?windows=5',
        '/watchlists/core/prices',
      ]) {
        expect(await ask(api.url + path, token)).toMatchObject({ status: 200 });
      }
      expect(before).toBeGreaterThan(0);
      expect(calls()).toBe(before);
    },
    2 * PATIENCE_MS,
  );
});
