import { afterEach, expect, it } from '@jest/globals';
import express from 'express';
import request, { type Response } from 'supertest';
import { createTenantCache, problemHandler, type Role, type TenantCacheServer } from '../../src/index.js';

const MIB = 1024 * 1024;
let cache: TenantCacheServer | undefined;
afterEach(async () => {
  await cache?.close();
});

function open(): express.Express {
  const made = createTenantCache({
    compression: false,
    tenants: {
      static: { acme: { quotaBytes: MIB, policy: 'reject' }, gone: { quotaBytes: MIB, suspended: true } },
      default: { quotaBytes: MIB },
    },
  });
  cache = made;
  const app = express();
  const authorize = (req: express.Request) => {
    const role = req.get('x-role') as Role | undefined;
    return role && { actor: `${role}@example.com`, role };
  };
  app.use('/admin', made.adminRouter({ authorize, rateLimit: { reads: 2, changes: 10 } }));
  app.use(made.middleware({ tenant: (req) => req.get('x-tenant') }));
  app.put('/items/:key', express.text({ limit: '2mb' }), async (req, res, next) => {
    req.tenantCache.set('item', String(req.params.key), req.body).then((kept) => res.json(kept), next);
  });
  app.use(problemHandler());
  return app;
}

const QUOTA = '/admin/tenants/acme/quota';
const change = { quotaMb: 2, reason: 'more load' };
const get = (app: express.Express, path: string) => request(app).get(path).set('x-role', 'admin');
const patch = (app: express.Express) => request(app).patch(QUOTA).set({ 'x-role': 'admin', 'If-Match': '"1"' });
const post = (app: express.Express, path: string) => request(app).post(path).set('x-role', 'admin');
const put = (app: express.Express, tenant: string, bytes: number) =>
  request(app).put(`/items/${bytes}`).set('x-tenant', tenant).type('text').send('x'.repeat(bytes));
const keyed = (app: express.Express, body: object) =>
  post(app, '/admin/tenants/acme/clear').set('Idempotency-Key', 'k1').send(body);

const STATUSES: [status: number, code: string, what: string, ask: (app: express.Express) => PromiseLike<Response>][] = [
  [400, 'REQUEST_INVALID', 'a parameter that is not known', (app) => get(app, `${QUOTA}?at=now`)],
  [400, 'REQUEST_INVALID', 'a field that is not known', (app) => patch(app).send({ ...change, admin: true })],
  [400, 'TENANT_INVALID', 'a tenant that cannot be', (app) => get(app, '/admin/tenants/a%3Ab')],
  [401, 'UNAUTHENTICATED', 'nobody', (app) => request(app).get(QUOTA)],
  [401, 'TENANT_MISSING', 'a request of no tenant', (app) => request(app).put('/items/1')],
  [403, 'FORBIDDEN', 'a viewer that changes', (app) => patch(app).set('x-role', 'viewer').send(change)],
  [403, 'TENANT_SUSPENDED', 'a suspended tenant', (app) => put(app, 'gone', 1)],
  [404, 'TENANT_NOT_FOUND', 'a tenant that is not there', (app) => get(app, '/admin/tenants/nobody')],
  [404, 'ROUTE_NOT_FOUND', 'a route that is not there', (app) => get(app, '/admin/nothing')],
  [405, 'METHOD_NOT_ALLOWED', 'a method that is not there', (app) => request(app).put(QUOTA).set('x-role', 'admin')],
  [
    409,
    'TENANT_EXISTS',
    'a tenant that is there already',
    (app) => post(app, '/admin/tenants').send({ tenantId: 'acme', name: 'Acme', plan: 'default', reason: 'new one' }),
  ],
  [412, 'PRECONDITION_FAILED', 'an old version', (app) => patch(app).set('If-Match', '"0"').send(change)],
  [413, 'BODY_TOO_LARGE', 'a body above 16 kB', (app) => patch(app).send({ ...change, reason: 'x'.repeat(17_000) })],
  [413, 'ENTRY_TOO_LARGE', 'an entry that can never fit', (app) => put(app, 'acme', 1.5 * MIB)],
  [415, 'MEDIA_TYPE_UNSUPPORTED', 'a form', (app) => patch(app).type('form').send('quotaMb=2&reason=because')],
  [
    422,
    'IDEMPOTENCY_MISMATCH',
    'a key that was used for another request',
    async (app) => {
      await keyed(app, { reason: 'stale prices' }).expect(204);
      return keyed(app, { reason: 'other prices' });
    },
  ],
  [428, 'PRECONDITION_REQUIRED', 'no version', (app) => request(app).patch(QUOTA).set('x-role', 'admin').send(change)],
  [
    429,
    'RATE_LIMITED',
    'one too many',
    async (app) => {
      for (const _ of [1, 2]) await get(app, '/admin/fleet').expect(200);
      return get(app, '/admin/fleet');
    },
  ],
  [
    507,
    'QUOTA_EXCEEDED',
    'an entry that does not fit at present',
    async (app) => {
      await put(app, 'acme', 0.8 * MIB).expect(200);
      return put(app, 'acme', 0.4 * MIB);
    },
  ],
];

it.each(STATUSES)('answers %i %s to %s, as a problem', async (status, code, _what, ask) => {
  const answer = await ask(open());
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.body).toMatchObject({
    type: `urn:tenantcache:error:${code.toLowerCase()}`,
    title: expect.stringMatching(/^[A-Z]/),
    status,
    detail: expect.stringMatching(/\.$/),
  });
  expect('www-authenticate' in answer.headers).toBe(status === 401);
  expect('retry-after' in answer.headers).toBe(status === 429);
});
