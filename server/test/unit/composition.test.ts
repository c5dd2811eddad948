import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createTenantCache, fromHeader, problemHandler, type TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';

const MIB = 1024 * 1024;
let cache: TenantCacheServer | undefined;

function open() {
  cache = createTenantCache({
    // Sizes are what these tests are about.
    compression: false,
    tenants: {
      static: {
        calm: { quotaBytes: MIB },
        tight: { quotaBytes: MIB, policy: 'reject' },
        gone: { quotaBytes: MIB, suspended: true },
      },
    },
  });
  const app = express();
  app.get('/livez', cache.livezHandler());
  app.get('/readyz', cache.readyzHandler());
  app.get('/metrics', cache.metricsHandler());
  app.use('/admin', cache.adminRouter({ authorize: () => ({ actor: 'ops@example.com', role: 'admin' }) }));
  app.use(
    cache.middleware({
      tenant: fromHeader({ name: 'x-tenant', trustedProxy: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] }),
    }),
  );
  app.put('/items/:key', express.text({ limit: '2mb' }), async (req, res) => {
    res.json(await req.tenantCache.set('item', String(req.params.key), req.body));
  });
  app.get('/items/:key', async (req, res) => {
    res.json(
      await cache?.current().getOrSet('item', String(req.params.key), () => `loaded for ${req.tenantCache.tenantId}`),
    );
  });
  app.use(problemHandler());
  return app;
}

afterEach(async () => {
  await cache?.close();
});

it('brings no usage to a sink after it was closed', async () => {
  open();
  await cache?.close();
  await expect(cache?.flushUsage()).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
});

it('closes a directory and a sink that caches share with the last of them, also where one never came to be', async () => {
  const closed: string[] = [];
  const tenants = Object.assign(staticTenants({ static: { calm: { quotaBytes: MIB } } }), {
    close: async () => void closed.push('directory'),
  });
  const usage = { merge: async () => ({ kept: 0 }), close: async () => void closed.push('sink') } as never;
  const [one, other] = [createTenantCache({ tenants, usage }), createTenantCache({ tenants, usage })];
  expect(() => createTenantCache({ tenants, usage, compression: 'much' as never })).toThrow();
  await Promise.all([one.close(), one.close()]);
  expect(closed).toEqual([]);
  await other.close();
  expect(closed.sort()).toEqual(['directory', 'sink']);
});

describe('the parts put together', () => {
  it('bind a request to its tenant and tell its quota', async () => {
    const app = open();
    const first = await request(app).get('/items/1').set('x-tenant', 'calm').expect(200, '"loaded for calm"');
    expect(first.headers).toMatchObject({ 'x-cache-quota-limit': String(MIB) });
    expect(Number(first.headers['x-cache-quota-used'])).toBeGreaterThan(0);
    expect(first.headers).not.toHaveProperty('x-cache-quota-exceeded');
    await request(app).get('/items/1').set('x-tenant', 'tight').expect(200, '"loaded for tight"');
    await request(app).get('/items/1').expect(401);
    await request(app).get('/items/1').set('x-tenant', 'gone').expect(403);
    await request(app).get('/items/1').set('x-tenant', 'who').expect(404);
  });

  it('flag and refuse what the quota keeps out', async () => {
    const app = open();
    const put = (key: string, bytes: number) =>
      request(app).put(`/items/${key}`).set('x-tenant', 'tight').type('text').send('x'.repeat(bytes));
    await put('a', 0.8 * MIB).expect(200);
    const full = await put('b', 0.4 * MIB)
      .expect(507)
      .expect('x-cache-quota-exceeded', 'true');
    expect(full.body).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await put('c', 1.2 * MIB).expect(413);
  });

  it('change a quota for the requests that follow at once', async () => {
    const app = open();
    await request(app).put('/items/a').set('x-tenant', 'calm').type('text').send('x'.repeat(1000)).expect(200);
    const { headers } = await request(app).get('/admin/tenants/calm/quota').expect(200);
    await request(app)
      .patch('/admin/tenants/calm/quota')
      .set('If-Match', String(headers.etag))
      .send({ quotaMb: 3, reason: 'order 42' })
      .expect(200); // prettier-ignore
    const { headers: after } = await request(app).get('/items/a').set('x-tenant', 'calm').expect(200);
    expect(after['x-cache-quota-limit']).toBe(String(3 * MIB));
    const audit = await request(app).get('/admin/audit').expect(200);
    expect(audit.body.items[0]).toMatchObject({ actor: 'ops@example.com', reason: 'order 42', tenantId: 'calm' });
  });

  it('list a suspended tenant like the others', async () => {
    const app = open();
    const { body } = await request(app).get('/admin/tenants').expect(200);
    expect(body.items).toHaveLength(3);
    expect(body.items).toContainEqual(
      expect.objectContaining({ tenantId: 'gone', suspended: true, usage: { usedBytes: 0, entries: 0, state: 'ok' } }),
    ); // prettier-ignore
  });

  it('clear a tenant from the admin API', async () => {
    const app = open();
    await request(app).get('/items/1').set('x-tenant', 'calm');
    await request(app).post('/admin/tenants/calm/clear').send({ reason: 'asked by the customer' }).expect(204);
    const { body } = await request(app).get('/admin/tenants/calm/usage').expect(200);
    expect(body).toMatchObject({ usedBytes: 0, entries: 0 });
  });

  it('answer the probes and the scraper', async () => {
    const app = open();
    await request(app).get('/items/1').set('x-tenant', 'calm');
    await request(app).get('/livez').expect(200);
    await request(app).get('/readyz').expect(200);
    const { text } = await request(app).get('/metrics').expect(200);
    expect(text).toContain('tenantcache_requests_total{tenant="calm"} 1');
    await cache?.close();
    await request(app).get('/readyz').expect(503);
    await request(app).get('/items/1').set('x-tenant', 'calm').expect(503);
  });
});
