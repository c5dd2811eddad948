import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import { createTenantCache, problemHandler, type TenantCacheServer } from '../../src/index.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';

/** Long: in a new one all may read again. */
const WINDOW = '1d';
const WINDOW_SECONDS = 86_400;

/** A route that reads a dataset for its tenant, as applications have them, in two processes. */
describe('the limit of a tenant on a dataset, over HTTP', () => {
  const caches: TenantCacheServer[] = [];
  const servers: Server[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });

  async function serve(
    dataset: string,
    limit: number,
    make: () => express.Express,
    url = testRedisUrl(),
    redisTimeout = '60s',
  ) {
    const cache = createTenantCache({
      redis: { url },
      redisTimeout: redisTimeout as '60s',
      tenants: { default: { quotaBytes: 1e6 } },
      shared: { [dataset]: { rateLimit: { limit, window: WINDOW } } },
      upkeep: false,
    });
    caches.push(cache);
    cache.platform.shared(dataset).define('price', { load: ({ group }) => ({ group }) });
    const app = make();
    app.use(cache.middleware({ tenant: (req) => req.get('x-tenant') }));
    app.get('/prices/:symbol', (req, res, next) => {
      cache
        .shared(dataset)
        .get(`binance:${req.params.symbol}`, 'price')
        .then((price) => res.json(price), next);
    });
    app.use(problemHandler());
    const server = app.listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return (tenant: string, symbol = 'BTC') =>
      fetch(`http://127.0.0.1:${port}/prices/${symbol}`, { headers: { 'x-tenant': tenant } });
  }

  it.each([
    ['Express 5', express],
    ['Express 4', express4],
  ])('answers 429 with when to come back, and no more than the limit over two processes: %s', async (_name, make) => {
    const dataset = `d${randomUUID().slice(0, 8)}`;
    const asks = [await serve(dataset, 40, make), await serve(dataset, 40, make)];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => asks[n % 2]?.('acme') as Promise<Response>),
    );
    const ok = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect([ok.length, refused.length]).toEqual([40, 60]);
    for (const { headers } of ok) expect(headers.get('ratelimit')).toBeNull();
    for (const answer of refused) {
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      const seconds = Number(answer.headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(WINDOW_SECONDS);
      expect(answer.headers.get('ratelimit-policy')).toBe(`"shared-${dataset}";q=40;w=${WINDOW_SECONDS}`);
      expect(answer.headers.get('ratelimit')).toMatch(new RegExp(`^"shared-${dataset}";r=0;t=\\d+$`));
      expect(await answer.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    }
    expect((await asks[0]?.('blue'))?.status).toBe(200);
  });

  it('fails open to each process’s own count while Redis is away, and counts together when it is back', async () => {
    const redis = await RedisProcess.reserve();
    const dataset = `d${randomUUID().slice(0, 8)}`;
    const asks = [
      await serve(dataset, 10, express, redis.url, '200ms'),
      await serve(dataset, 10, express, redis.url, '200ms'),
    ];
    const all = async (tenant: string) => {
      const statuses = [];
      for (let n = 0; n < 30; n++) statuses.push((await asks[n % 2]?.(tenant))?.status);
      return [statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 429).length];
    };
    expect(await all('away')).toEqual([20, 10]);
    await redis.start();
    await Promise.all(
      caches.map((cache) =>
        until(async () =>
          cache.ready().then(
            () => true,
            () => false,
          ),
        ),
      ),
    );
    let round = 0;
    await until(async () => (await all(`back-${round++}`))[0] === 10);
    await redis.kill();
  });
});
