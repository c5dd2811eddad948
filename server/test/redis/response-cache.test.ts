import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { testRedisUrl } from '../fakes/redis-url.js';
import { closeResponseApps, type ResponseApp, responseApp } from '../unit/response/response-app.js';
import { until } from '../unit/response/until.js';

afterEach(closeResponseApps);

const redis = () => ({
  redis: { url: testRedisUrl() },
  redisTimeout: '5s' as const,
  upkeep: false as const,
  tenants: { default: { quotaBytes: 8e6 } },
});

/** Processes of their own, as far as their caches can tell, with one handler that counts its runs. */
async function processes(count: number, options = {}) {
  const shared = { runs: 0, asked: 0, version: 1, wanted: 0, fails: false, lastsS: 0 };
  const apps: ResponseApp[] = [];
  for (let n = 0; n < count; n++) {
    const app = await responseApp(
      (express, response) => {
        express.use((_req, _res, next) => {
          shared.asked++;
          next();
        });
        express.use(response({ ttl: '1m', ...options }));
        express.get('/r', async (req, res, next) => {
          shared.runs++;
          await until(() => shared.asked >= shared.wanted);
          if (shared.fails) next(new Error('down'));
          else {
            if (shared.lastsS > 0) res.set('Cache-Control', `max-age=${shared.lastsS}`);
            res
              .vary('Accept-Language')
              .json({ version: shared.version, of: req.get('x-tenant'), in: req.get('accept-language') });
          }
        });
        express.put('/r', (_req, res) => {
          shared.version++;
          res.end();
        });
      },
      { cacheOptions: redis() },
    );
    await app.cache.ready();
    // One address, as behind a load balancer.
    const ask: ResponseApp['ask'] = (path, asking) =>
      app.ask(path, { ...asking, headers: { host: 'app.example', ...asking?.headers } });
    apps.push({ ...app, ask });
  }
  const tenant = `rc-${randomUUID()}`;
  return { shared, apps: apps as [ResponseApp, ...ResponseApp[]], tenant };
}

describe('the response cache of several processes over one Redis', () => {
  it('runs a cold handler once over all of them', async () => {
    const { shared, apps, tenant } = await processes(4);
    shared.wanted = 80;
    const replies = await Promise.all(
      Array.from({ length: 80 }, (_, n) => (apps[n % 4] as ResponseApp).ask('/r', { tenant })),
    );
    expect(shared.runs).toBe(1);
    expect(new Set(replies.map(({ text }) => text))).toEqual(new Set([`{"version":1,"of":"${tenant}"}`]));
  });

  it('gives bytes and fields back that another process stored, each variant its own', async () => {
    const { shared, apps, tenant } = await processes(2);
    const [a, b] = apps as [ResponseApp, ResponseApp];
    for (const language of ['de', 'en']) {
      const headers = { 'accept-language': language };
      const made = await a.ask('/r', { tenant, headers });
      const kept = await b.ask('/r', { tenant, headers });
      expect([kept.body, kept.headers.etag, kept.headers['content-type']]).toEqual([
        made.body,
        made.headers.etag,
        made.headers['content-type'],
      ]);
      expect(kept.cacheStatus).toMatch(/^hit/);
    }
    expect(shared.runs).toBe(2);
  });

  it('forgets everywhere what an unsafe method changed in one', async () => {
    const { apps, tenant } = await processes(3);
    for (const app of apps) await app.ask('/r', { tenant });
    for (let version = 2; version < 12; version++) {
      const writer = apps[version % 3] as ResponseApp;
      await writer.ask('/r', { tenant, method: 'PUT' });
      // The process that wrote reads its write; the others hear of it by the bus.
      expect((await writer.ask('/r', { tenant })).text).toContain(`"version":${version}`);
      for (const app of apps)
        await until(async () => (await app.ask('/r', { tenant })).text.includes(`"version":${version}`));
    }
  });

  it('never gives one tenant what another has, also when both ask everywhere at once', async () => {
    const { apps, tenant } = await processes(2);
    const tenants = [`${tenant}-a`, `${tenant}-b`];
    const replies = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        (apps[(n >> 1) % 2] as ResponseApp).ask('/r', { tenant: tenants[n % 2] }),
      ),
    );
    expect(replies.filter(({ text }, n) => !text.includes(`"of":"${tenants[n % 2]}"`))).toEqual([]);
  });

  it('renews a stale answer once over all of them, at once for none', async () => {
    const { shared, apps, tenant } = await processes(3, { ttl: undefined, staleWhileRevalidate: '1m' });
    shared.lastsS = 1;
    await (apps[0] as ResponseApp).ask('/r', { tenant });
    // What comes next lives for as long as the test, however slow the machine is.
    shared.lastsS = 600;
    shared.version = 2;
    await until(async () => /ttl=-/.test((await (apps[0] as ResponseApp).ask('/r', { tenant })).cacheStatus ?? ''));
    await Promise.all(Array.from({ length: 30 }, (_, n) => (apps[n % 3] as ResponseApp).ask('/r', { tenant })));
    await until(async () => (await (apps[0] as ResponseApp).ask('/r', { tenant })).text.includes('"version":2'));
    expect(shared.runs).toBe(2);
  });
});

describe('the response cache without its Redis', () => {
  it('serves every request, and stores in this process for as long as it may', async () => {
    let runs = 0;
    const { get, reports } = await responseApp(
      (app, response) => app.get('/r', response({ ttl: '1m' }), (_req, res) => void res.send(`run ${++runs}`)),
      {
        cacheOptions: {
          redis: { url: 'redis://127.0.0.1:1' },
          upkeep: false,
          tenants: { default: { quotaBytes: 1e6 } },
        },
      },
    );
    for (let n = 0; n < 20; n++) expect((await get('/r')).status).toBe(200);
    expect([runs >= 1, reports]).toEqual([true, []]);
  });
});
