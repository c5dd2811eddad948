import { describe, expect, it } from '@jest/globals';
import express, { type Request } from 'express';
import express4 from 'express4';
import request from 'supertest';
import { fail } from '../../../src/core/errors.js';
import { LocalRateCounter } from '../../../src/core/local-rate-counter.js';
import type { RateStore } from '../../../src/core/rate-limit.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { adminRouter } from '../../../src/http/admin-router.js';
import { problemHandler } from '../../../src/http/problem.js';
import { type RateLimitOptions, rateLimitHandler } from '../../../src/http/rate-limit.js';
import { FailedSignIns, routerLimits } from '../../../src/http/rate-limit-router.js';
import { tenantRouter } from '../../../src/http/tenant-router.js';
import type { TenantDeps } from '../../../src/http/tenant-routes.js';
import { AdminApp } from './admin-app.js';

const tenantOf = (req: Request) => req.get('x-tenant') as TenantId | undefined;
const appOf = (options: RateLimitOptions, rates?: RateStore, make: () => express.Express = express) => {
  const app = make();
  app.set('trust proxy', true);
  app.use(rateLimitHandler({ rates, tenantOf }, options));
  app.get('/', (_req, res) => void res.end('ok'));
  return app;
};
const away = () => Promise.reject(fail('STORE_UNAVAILABLE'));
const AWAY: RateStore = { counter: () => ({ increment: away, reserve: away }) };

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('rateLimit on %s', (_name, make) => {
  it('tells the rate as draft 8 spells it, and refuses above it with Retry-After', async () => {
    const app = appOf({ limit: 2, window: '30s', name: 'permin' }, undefined, make);
    const ask = () => request(app).get('/').set('x-tenant', 'a');
    for (const remaining of [1, 0]) {
      const { headers } = await ask().expect(200);
      expect(headers['ratelimit-policy']).toBe('"permin";q=2;w=30');
      expect(headers.ratelimit).toMatch(new RegExp(`^"permin";r=${remaining};t=(?:29|30)$`));
      expect(headers['retry-after']).toBeUndefined();
    }
    const { headers, body } = await ask()
      .expect(429)
      .expect('Content-Type', /problem\+json/);
    expect(body).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(headers.ratelimit).toMatch(/^"permin";r=0;t=(?:29|30)$/);
    expect(headers['retry-after']).toMatch(/^(?:29|30)$/);
    expect(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
    await request(app).get('/').set('x-tenant', 'b').expect(200);
  });
});

describe('rateLimit', () => {
  it('counts by address where no tenant is bound: a whole /64 is one', async () => {
    const app = appOf({ limit: 1 });
    const from = (address: string) => request(app).get('/').set('x-forwarded-for', address);
    await from('2001:db8:1:2::1').expect(200);
    await from('2001:db8:1:2:ffff::9').expect(429);
    await from('2001:db8:1:3::1').expect(200);
    await from('10.0.0.1').expect(200);
    await from('10.0.0.2').expect(200);
  });

  it('lists the policies of several limits, does not count what `by` leaves out, and takes a limit from the request', async () => {
    const app = express();
    app.use(
      rateLimitHandler({ rates: undefined, tenantOf }, { limit: (req) => Number(req.get('x-limit')), name: 'a' }),
    );
    app.use(rateLimitHandler({ rates: undefined, tenantOf }, { limit: 9, name: 'b', by: () => 'all' }));
    app.use(rateLimitHandler({ rates: undefined, tenantOf }, { limit: 1, name: 'c', by: () => undefined }));
    app.use((_req, res) => void res.end());
    const { headers } = await request(app).get('/').set('x-limit', '5').expect(200);
    expect(headers['ratelimit-policy']).toBe('"a";q=5;w=60, "b";q=9;w=60');
    await request(app).get('/').set('x-limit', '1').expect(429);
  });

  it.each([undefined, null, Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, '5'])(
    'a limit of a request that is %p is an error, and lets nothing pass',
    async (limit) => {
      const app = appOf({ limit: async () => limit as number });
      const seen: unknown[] = [];
      app.use(problemHandler((error) => seen.push(error)));
      const { headers } = await request(app).get('/').expect(500);
      expect(headers).not.toHaveProperty('ratelimit');
      expect(seen).toEqual([expect.objectContaining({ code: 'OPTION_INVALID' })]);
      await request(appOf({ limit: () => 0 }))
        .get('/')
        .expect(429);
    },
  );

  it('refuses a key that is no text, such as a parameter that was sent twice', async () => {
    const app = appOf({ limit: 1, by: (req) => req.query.u as string });
    app.use(problemHandler());
    await request(app).get('/?u=7').expect(200);
    for (let n = 2; n < 5; n++)
      await request(app)
        .get(`/?${'u=7&'.repeat(n)}`)
        .expect(400);
    await request(app).get('/?u=7').expect(429);
  });

  it('counts in this process while the store of all is away, and never fails', async () => {
    const app = appOf({ limit: 2 }, AWAY);
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await request(app).get('/').set('x-tenant', 'a')).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  it.each([
    {},
    { limit: 0 },
    { limit: 1.5 },
    { limit: '5' },
    { limit: 1, window: 10 },
    { limit: 1, window: '2d' },
    { limit: 1, by: 'tenant' },
    { limit: 1, name: 'With space' },
    { limit: 1, name: 'a"b' },
    { limit: 1, max: 2 },
  ])('refuses the options %j', (options) => {
    expect(() => rateLimitHandler({ rates: undefined, tenantOf }, options as unknown as RateLimitOptions)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});

describe('a counter in memory', () => {
  it('begins anew with each window, and holds a bounded number of keys under a flood', () => {
    let nowMs = 0;
    const counter = new LocalRateCounter(1_000, () => nowMs, 100);
    expect(counter.count('a')).toEqual({ used: 1, resetsInMs: 1_000 });
    nowMs = 600;
    expect(counter.count('a')).toEqual({ used: 2, resetsInMs: 400 });
    nowMs = 1_000;
    expect(counter.count('a')).toEqual({ used: 1, resetsInMs: 1_000 });
    for (let n = 0; n < 10_000; n++) counter.count(`k${n}`);
    expect(counter.count('k9999')).toMatchObject({ used: 2 });
    expect(counter.count('k9900')).toMatchObject({ used: 2 });
    expect(counter.count('k9899')).toMatchObject({ used: 1 });
    expect(counter.count('a')).toMatchObject({ used: 1 });
  });
});

describe('the admin router', () => {
  const start = (rateLimit: object | false) =>
    express()
      .set('trust proxy', true)
      .use(
        '/admin',
        adminRouter(new AdminApp().deps, {
          authorize: (req) => {
            const [, actor, role = 'admin', tenant] =
              /^Bearer (\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(req.get('authorization') ?? '') ?? [];
            return actor === undefined || actor === 'bad'
              ? undefined
              : { actor, role: role as 'admin', ...(tenant === undefined ? {} : { tenant }) };
          },
          rateLimit,
        } as Parameters<typeof adminRouter>[1]),
      );
  const read = (app: express.Express, actor: string) =>
    request(app).get('/admin/tenants/acme').set('authorization', `Bearer ${actor}`);

  it('limits reads and changes of an actor apart, before it looks at anything else', async () => {
    const app = start({ reads: 2, changes: 1 });
    const { headers } = await read(app, 'ann').expect(200);
    expect(headers['ratelimit-policy']).toBe('"admin-reads";q=2;w=60');
    await read(app, 'ann').expect(200);
    await read(app, 'ann').expect(429);
    const change = () => request(app).post('/admin/none').set('authorization', 'Bearer ann').type('json').send('{');
    expect((await change().expect(404)).headers['ratelimit-policy']).toBe('"admin-changes";q=1;w=60');
    await change().expect(429);
    await read(app, 'bob').expect(200);
  });

  it('counts the callers of a tenant together', async () => {
    const app = start({ reads: 1 });
    expect((await read(app, 'ann/tenant_viewer/acme')).status).not.toBe(429);
    await read(app, 'bob/tenant_admin/acme').expect(429);
    await read(app, 'acme').expect(200);
  });

  it('answers 429 to an address with too many failed sign-ins, and whoever signs in from there', async () => {
    const app = start({ failures: 3 });
    const from = (address: string, actor: string) => read(app, actor).set('x-forwarded-for', address);
    for (let n = 0; n < 3; n++) {
      const { headers } = await from('10.1.1.1', 'bad').expect(401);
      expect(headers.ratelimit).toMatch(new RegExp(`^"failed-sign-ins";r=${2 - n};t=(?:59|60)$`));
    }
    const { headers, body } = await from('10.1.1.1', 'bad').expect(429);
    expect(headers).toMatchObject({ 'ratelimit-policy': '"failed-sign-ins";q=3;w=60' });
    expect(headers.ratelimit).toMatch(/^"failed-sign-ins";r=0;t=(?:59|60)$/);
    expect(headers['retry-after']).toMatch(/^(?:59|60)$/);
    expect(body).toMatchObject({
      code: 'RATE_LIMITED',
      errors: [{ field: 'Authorization', message: expect.stringContaining('failed sign-ins') }],
    });
    // As the dashboard does, which signs a new token for each call.
    for (let n = 0; n < 5; n++) await from('10.1.1.1', `new${n}`).expect(200);
    await from('10.1.1.1', 'bad').expect(429);
    await from('10.1.1.2', 'bad').expect(401);
  });

  it('counts a preview as a read', async () => {
    const app = start({ reads: 3, changes: 1 });
    const post = (path: string) =>
      request(app).post(`/admin${path}`).set('authorization', 'Bearer ann').send({ quotaMb: 1 });
    for (const path of ['/tenants/acme/quota/preview', '/plans/basic/quotas/preview?limit=1']) {
      expect((await post(path)).headers['ratelimit-policy']).toBe('"admin-reads";q=3;w=60');
    }
    expect((await post('/tenants/preview/none')).headers['ratelimit-policy']).toBe('"admin-changes";q=1;w=60');
  });

  it('has no limits where the option is false', async () => {
    const app = start(false);
    for (let n = 0; n < 70; n++) await read(app, 'bad').expect(401);
    expect((await read(app, 'ann').expect(200)).headers).not.toHaveProperty('ratelimit');
  });

  it.each([{ reads: 0 }, { reads: 1.5 }, { failures: '1' }, { window: 1 }, { read: 1 }, []])(
    'refuses the option %j',
    (rateLimit) => {
      expect(() => start(rateLimit)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    },
  );

  it('forgets failures with the window', () => {
    let nowMs = 0;
    const signIns = new FailedSignIns(routerLimits('x', { failures: 1 }) as never, () => nowMs);
    const failed = () =>
      signIns.failed({ ip: '10.0.0.1' } as Request, { setHeader() {}, getHeader() {}, end() {} } as never);
    expect([failed(), failed()]).toEqual([false, true]);
    nowMs = 60_001;
    expect(failed()).toBe(false);
  });
});

describe('the tenant router', () => {
  it('limits each tenant for itself', async () => {
    const app = express().use(tenantRouter({ tenantOf } as TenantDeps, { rateLimit: { reads: 1 } }));
    const ask = (tenant: string) => request(app).get('/none').set('x-tenant', tenant);
    expect((await ask('a').expect(404)).headers['ratelimit-policy']).toBe('"tenant-reads";q=1;w=60');
    await ask('a').expect(429);
    await ask('b').expect(404);
    await request(app).get('/none').expect(401);
  });
});
