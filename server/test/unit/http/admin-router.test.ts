import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { fail } from '../../../src/core/errors.js';
import { type AdminRouterOptions, adminRouter } from '../../../src/http/admin-router.js';
import type { AdminDeps } from '../../../src/http/admin-routes.js';
import { staticTenants } from '../../../src/tenant/static-tenants.js';
import { AdminApp, bearer, MIB } from './admin-app.js';

const admin = bearer('admin');
const patch = (app: express.Express, body: object | string, etag?: string, tenant = 'acme') => {
  const call = request(app).patch(`/admin/tenants/${tenant}/quota`).set(admin).type('json');
  return (etag === undefined ? call : call.set('If-Match', etag)).send(body);
};

describe('reading tenants', () => {
  it('lists a page with quota and usage, and asks the usages of the page at the same time', async () => {
    const { app, used, asked } = new AdminApp();
    used.set('acme', { usedBytes: 9 * MIB, entries: 7 });
    const { body, headers } = await request(app).get('/admin/tenants').set(admin).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ total: 2, page: 1, pageSize: 25 });
    expect(body.items[0]).toEqual({
      tenantId: 'acme',
      name: 'Acme Ltd',
      plan: 'pro',
      suspended: false,
      version: 1,
      changedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      quota: {
        tenantId: 'acme',
        quotaMb: 10,
        overageAllowed: false,
        overageLimitMb: 0,
        policy: 'lru',
        enforcement: 'hard',
        effectiveEnforcement: 'hard',
        enforcementDecidedBy: 'tenant',
        quotaBytes: 10 * MIB,
        hardLimitBytes: 10 * MIB,
        version: 1,
        changedAt: expect.any(String),
      },
      usage: { usedBytes: 9 * MIB, entries: 7, state: 'warning' },
    });
    expect(asked.most).toBe(2);
  });

  it('searches, sorts and pages', async () => {
    const { app } = new AdminApp();
    const get = async (query: string) => (await request(app).get(`/admin/tenants?${query}`).set(admin)).body;
    expect((await get('search=ACME')).items).toHaveLength(1);
    expect((await get('sort=quota&order=asc')).items[0].tenantId).toBe('blue');
    expect(await get('page=2&pageSize=1')).toMatchObject({ total: 2, page: 2, pageSize: 1 });
    expect((await get('page=2&pageSize=1')).items[0].tenantId).toBe('blue');
  });

  it('shows tenants without usage while the shared store is down, but no usage of its own', async () => {
    const fixture = new AdminApp();
    fixture.storeError = 'STORE_UNAVAILABLE';
    const { body } = await request(fixture.app).get('/admin/tenants').set(admin).expect(200);
    expect(body.items.map((item: { usage: null }) => item.usage)).toEqual([null, null]);
    await request(fixture.app).get('/admin/tenants/acme').set(admin).expect(200);
    const usage = await request(fixture.app).get('/admin/tenants/acme/usage').set(admin).expect(503);
    expect(usage.body.code).toBe('STORE_UNAVAILABLE');
  });

  it('gives one tenant with its version as ETag, its usage, and 404 for one that only has the default', async () => {
    const { app, used } = new AdminApp();
    used.set('acme', { usedBytes: 100, entries: 1 });
    const tenant = await request(app).get('/admin/tenants/acme').set(admin).expect(200);
    expect(tenant.headers.etag).toBe('"1"');
    const { body } = await request(app).get('/admin/tenants/acme/usage').set(admin).expect(200);
    expect(body).toEqual({
      tenantId: 'acme',
      usedBytes: 100,
      entries: 1,
      quotaBytes: 10 * MIB,
      hardLimitBytes: 10 * MIB,
      excessBytes: 0,
      state: 'ok',
      asOf: expect.any(String),
    });
    const missing = await request(app).get('/admin/tenants/nobody').set(admin).expect(404);
    expect(missing.body.code).toBe('TENANT_NOT_FOUND');
  });

  it.each(['page=0', 'page=1.5', 'page=1e3', 'page=', 'page=1&page=2', 'pageSize=101', 'sort=size', 'order=up', 'x=1'])(
    'refuses the query %s',
    async (query) => {
      const { body } = await request(new AdminApp().app).get(`/admin/tenants?${query}`).set(admin).expect(400);
      expect(body.errors).toEqual([{ field: query.split('=')[0], message: expect.any(String) }]);
    },
  );

  it.each(['search=a%00b', `search=${'a'.repeat(101)}`, 'search=%C2%80'])('refuses the search %s', async (query) => {
    await request(new AdminApp().app).get(`/admin/tenants?${query}`).set(admin).expect(400);
  });
});

describe('changing a quota', () => {
  it('changes what is named, leaves the rest, answers the new version and announces it', async () => {
    const { app, announced } = new AdminApp();
    const { body, headers } = await patch(app, { quotaMb: 20, policy: 'ttl', reason: ' more load ' }, '"1"').expect(
      200,
    );
    expect(headers.etag).toBe('"2"');
    expect(body).toMatchObject({ quotaMb: 20, quotaBytes: 20 * MIB, policy: 'ttl', enforcement: 'hard', version: 2 });
    expect(announced.map((record) => record.settings.quotaBytes)).toEqual([20 * MIB]);
    const audit = await request(app).get('/admin/audit?tenant=acme').set(admin).expect(200);
    expect(audit.body.items).toEqual([
      expect.objectContaining({
        tenantId: 'acme',
        actor: 'admin@example.com',
        action: 'quota',
        reason: 'more load',
        before: expect.objectContaining({ quotaBytes: 10 * MIB, policy: 'lru' }),
        after: expect.objectContaining({ quotaBytes: 20 * MIB, policy: 'ttl' }),
      }),
    ]);
  });

  it('shows MiB of a size that is no whole number of them with six decimals, and its bytes as they are', async () => {
    const settings = { quotaBytes: 1_000_000, overageAllowed: true, overageLimitBytes: 100_000 };
    const { app } = new AdminApp(staticTenants({ static: { odd: settings }, plans: { odd: settings } }));
    const { body } = await request(app).get('/admin/tenants/odd/quota').set(admin).expect(200);
    const shown = { quotaMb: 0.953674, overageLimitMb: 0.095367 };
    expect(body).toMatchObject({ ...shown, quotaBytes: 1_000_000, hardLimitBytes: 1_100_000 });
    const plans = await request(app).get('/admin/plans').set(admin).expect(200);
    expect(plans.body.items).toContainEqual(expect.objectContaining({ quota: expect.objectContaining(shown) }));
    // What is not named stays as it is, to the byte.
    const changed = await request(app)
      .patch('/admin/tenants/odd/quota')
      .set(admin)
      .set('If-Match', '"1"')
      .send({ overageLimitMb: 1, reason: 'more' })
      .expect(200);
    expect(changed.body).toMatchObject({ quotaBytes: 1_000_000, hardLimitBytes: 1_000_000 + MIB });
  });

  it('changes every field, MiB into bytes', async () => {
    const change = { quotaMb: 4, overageAllowed: true, overageLimitMb: 2, policy: 'reject', enforcement: 'observe' };
    const { body } = await patch(new AdminApp().app, { ...change, reason: 'all of it' }, '"1"').expect(200);
    expect(body).toMatchObject({ ...change, quotaBytes: 4 * MIB, hardLimitBytes: 6 * MIB });
  });

  it('answers what else the directory says, and announces nothing', async () => {
    const { app, directory, announced } = new AdminApp();
    directory.changeQuota = () => Promise.reject(fail('DIRECTORY_UNAVAILABLE'));
    await patch(app, { quotaMb: 20, reason: 'more load' }, '"1"').expect(503);
    expect(announced).toEqual([]);
  });

  it('keeps a committed change even when nobody could be told', async () => {
    const { directory } = new AdminApp();
    const deps = {
      ...new AdminApp(directory).deps,
      onQuotaChanged: () => Promise.reject(new Error('bus')),
    };
    const app = express().use('/admin', adminRouter(deps, { authorize: () => ({ actor: 'a', role: 'admin' }) }));
    await patch(app, { quotaMb: 3, reason: 'less load' }, '"1"').expect(200);
  });

  it.each([
    ['no If-Match', undefined, 428],
    ['any version', '*', 428],
    ['an old version', '"0"', 412],
    ['a later version', '"2"', 412],
    ['a weak tag', 'W/"1"', 412],
    ['a foreign tag', '"abc"', 412],
    ['a number that is not ours', '"01"', 412],
    ['no quotes', '1', 400],
    ['half a tag', '"1', 400],
    ['an empty list', ',', 400],
    ['a list with the present version', '"7", "1"', 200],
  ])('%s', async (_name, etag, status) => {
    const { app } = new AdminApp();
    const { body } = await patch(app, { quotaMb: 20, reason: 'more load' }, etag).expect(status);
    if (status === 412)
      expect(body).toMatchObject({ code: 'PRECONDITION_FAILED', current: { quotaMb: 10, version: 1 } });
    const { body: quota } = await request(app).get('/admin/tenants/acme/quota').set(admin);
    expect(quota.version).toBe(status === 200 ? 2 : 1);
  });

  it('lets exactly one of two concurrent changes through, round after round', async () => {
    const { app } = new AdminApp();
    for (let version = 1; version <= 20; version++) {
      const [a, b] = await Promise.all([
        patch(app, { quotaMb: 20 + version, reason: 'first' }, `"${version}"`),
        patch(app, { quotaMb: 90 + version, reason: 'second' }, `"${version}"`),
      ]);
      expect([a.status, b.status].sort()).toEqual([200, 412]);
      const winner = a.status === 200 ? a : b;
      const loser = a.status === 200 ? b : a;
      expect(loser.body.current).toEqual(winner.body);
    }
  });

  it('lets one of two through where both looked before either changed', async () => {
    const fixture = new AdminApp();
    const { directory } = fixture;
    const stale = await directory.find('acme' as never);
    const find = directory.find.bind(directory);
    const looks = [stale, stale];
    directory.find = async (tenant) => looks.shift() ?? find(tenant);
    const [a, b] = await Promise.all([
      patch(fixture.app, { quotaMb: 20, reason: 'first' }, '"1"'),
      patch(fixture.app, { quotaMb: 30, reason: 'second' }, '"1"'),
    ]);
    expect([a.status, b.status].sort()).toEqual([200, 412]);
    expect((a.status === 412 ? a : b).body.current.version).toBe(2);
  });

  const bad: [string, object | string, string][] = [
    ['negative', { quotaMb: -1 }, 'quotaMb'],
    ['zero', { quotaMb: 0 }, 'quotaMb'],
    ['a fraction', { quotaMb: 1.5 }, 'quotaMb'],
    ['a number as text', { quotaMb: '20' }, 'quotaMb'],
    ['infinite', '{"quotaMb":1e999,"reason":"because"}', 'quotaMb'],
    ['huge', { quotaMb: 2 ** 53 }, 'quotaMb'],
    ['above the largest quota', { quotaMb: 1_048_577 }, 'quotaMb'],
    ['null', { quotaMb: null }, 'quotaMb'],
    ['negative overage', { overageLimitMb: -1 }, 'overageLimitMb'],
    ['overage as text', { overageAllowed: 'false' }, 'overageAllowed'],
    ['a policy that is none', { policy: 'fifo' }, 'policy'],
    ['an enforcement unknown', { enforcement: 'maybe' }, 'enforcement'],
    ['no reason', '{"quotaMb":20}', 'reason'],
    ['a blank reason', { quotaMb: 20, reason: '   ' }, 'reason'],
    ['a long reason', { quotaMb: 20, reason: 'x'.repeat(501) }, 'reason'],
    ['a reason with NUL', { quotaMb: 20, reason: 'a\0b' }, 'reason'],
    ['a reason with half a character', '{"quotaMb":20,"reason":"abc\\ud800"}', 'reason'],
    ['nothing', {}, 'body'],
    ['an array', '[]', 'body'],
  ];
  it.each(bad)('refuses %s', async (_name, given, field) => {
    const { app } = new AdminApp();
    const sent = typeof given === 'string' ? given : { reason: 'because', ...given };
    const { body } = await patch(app, sent, '"1"').expect(400);
    expect(body).toMatchObject({ code: 'REQUEST_INVALID', status: 400 });
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('refuses a body that is no JSON, too large, or of another type, as a problem', async () => {
    const { app, errors } = new AdminApp();
    expect((await patch(app, '{"quotaMb":', '"1"').expect(400)).body.code).toBe('REQUEST_INVALID');
    expect((await patch(app, `{"reason":"${'x'.repeat(20_000)}"}`, '"1"').expect(413)).body.code).toBe(
      'BODY_TOO_LARGE',
    );
    const text = request(app).patch('/admin/tenants/acme/quota').set(admin).set('If-Match', '"1"').type('text');
    expect((await text.send('quotaMb=1').expect(415)).body.code).toBe('MEDIA_TYPE_UNSUPPORTED');
    expect(errors).toEqual([]);
  });
});

describe('preview', () => {
  it('shows the quota before and after with what would be evicted, and changes nothing', async () => {
    const { app, used } = new AdminApp();
    used.set('acme', { usedBytes: 9 * MIB, entries: 9 });
    const call = request(app).post('/admin/tenants/acme/quota/preview').set(bearer('viewer'));
    const { body } = await call.send({ quotaMb: 4 }).expect(200);
    expect(body).toMatchObject({
      before: { quotaMb: 10, version: 1 },
      after: { quotaMb: 4, version: 1 },
      usedBytes: 9 * MIB,
      entries: 9,
      evictBytes: 5 * MIB,
      evictEntries: 1,
      exact: true,
      stateBefore: 'warning',
      stateAfter: 'warning',
    });
    const { body: quota } = await request(app).get('/admin/tenants/acme/quota').set(admin);
    expect(quota).toMatchObject({ quotaMb: 10, version: 1 });
  });
});

describe('clear', () => {
  it('is audited, then done', async () => {
    const { app, cleared } = new AdminApp();
    await request(app).post('/admin/tenants/acme/clear').set(admin).send({ reason: 'stale prices' }).expect(204);
    expect(cleared).toEqual(['acme']);
    const { body } = await request(app).get('/admin/audit?actor=admin%40example.com').set(admin);
    expect(body.items[0]).toMatchObject({ action: 'clear', reason: 'stale prices', before: null, after: null });
  });

  it('leaves the attempt in the audit where the store is down, and touches no unknown tenant', async () => {
    const fixture = new AdminApp();
    fixture.storeError = 'STORE_UNAVAILABLE';
    const clear = (tenant: string) =>
      request(fixture.app).post(`/admin/tenants/${tenant}/clear`).set(admin).send({ reason: 'stale prices' });
    await clear('acme').expect(503);
    await clear('nobody').expect(404);
    expect((await request(fixture.app).get('/admin/audit').set(admin)).body.total).toBe(1);
  });
});

describe('the router', () => {
  it('cannot be made without authorize, or with options it does not know', () => {
    const { directory } = new AdminApp();
    const make = (options: unknown) => () => adminRouter({ directory } as AdminDeps, options as AdminRouterOptions);
    for (const options of [undefined, {}, { authorize: true }, { authorize: () => undefined, authorise: 1 }]) {
      expect(make(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
  });

  it('answers unknown routes 404, other methods 405 with Allow, both after authorisation', async () => {
    const { app } = new AdminApp();
    expect((await request(app).get('/admin/nothing').set(admin).expect(404)).body.code).toBe('ROUTE_NOT_FOUND');
    const wrong = await request(app).put('/admin/tenants/acme/quota').set(admin).expect(405);
    expect(wrong.body.code).toBe('METHOD_NOT_ALLOWED');
    expect(wrong.headers).toMatchObject({
      allow: 'GET, PATCH, HEAD',
      'content-type': expect.stringContaining('problem+json'),
    });
    await request(app).get('/admin/nothing').expect(401);
    await request(app).put('/admin/tenants/acme/quota').expect(401);
    await request(app).get('/admin/tenants/%E0%A4%A/quota').set(admin).expect(400);
  });

  it('names the parameters that a route takes where one is not known, and says so of a route that takes none', async () => {
    const { app } = new AdminApp();
    const errors = async (path: string) => (await request(app).get(path).set(admin).expect(400)).body.errors;
    expect(await errors('/admin/tenants?limit=5')).toEqual([
      { field: 'limit', message: expect.stringMatching(/known are .*\bpage, pageSize\b/) },
    ]);
    expect(await errors('/admin/tenants/acme/quota?at=now')).toEqual([
      { field: 'at', message: 'is not a known field: none is' },
    ]);
  });

  it('tells credentials that were refused from none, and nothing of them', async () => {
    const { app } = new AdminApp();
    const none = await request(app).get('/admin/tenants').expect(401);
    expect(none.body).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(none.body).not.toHaveProperty('errors');
    const refused = await request(app).get('/admin/tenants').set('Authorization', 'Basic s3cret').expect(401);
    expect(refused.body).toMatchObject({ code: 'UNAUTHENTICATED', errors: [{ field: 'Authorization' }] });
    const token = await request(app).get('/admin/tenants').set(bearer('none')).expect(401);
    expect([none, refused, token].map(({ headers }) => headers['www-authenticate'])).toEqual([
      'Bearer',
      'Bearer',
      'Bearer error="invalid_token"',
    ]);
    expect(refused.text).not.toContain('s3cret');
  });

  it('answers an error of its parts 500 without a word about it, and reports it', async () => {
    const fixture = new AdminApp();
    fixture.directory.list = () => Promise.reject(new Error('password=hunter2'));
    const { body, text } = await request(fixture.app).get('/admin/tenants').set(admin).expect(500);
    expect(body.code).toBe('INTERNAL');
    expect(text).not.toContain('hunter2');
    expect(fixture.errors).toEqual([expect.objectContaining({ message: 'password=hunter2' })]);
  });

  it('shows no tenant as unused because of another error than a store that is down', async () => {
    const fixture = new AdminApp();
    fixture.storeError = 'CACHE_CLOSED';
    const { body } = await request(fixture.app).get('/admin/tenants').set(admin).expect(503);
    expect(body.code).toBe('CACHE_CLOSED');
  });

  it('fails closed where authorize fails, answers its own coded errors, and refuses a nameless actor', async () => {
    const call = (authorize: unknown) => {
      const options = { authorize } as AdminRouterOptions;
      const app = express().use(adminRouter(new AdminApp().deps, options));
      return request(app).get('/tenants');
    };
    await call(() => Promise.reject(new Error('no'))).expect(500);
    await call(() => Promise.reject(fail('TOKEN_INVALID')))
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer error="invalid_token"');
    await call(() => ({ actor: '', role: 'admin' })).expect(500);
    await call(() => ({ actor: 'a', role: 'root' })).expect(403);
    await call(async () => ({ actor: 'a', role: 'viewer', onBehalfOf: 'b' })).expect(200);
  });

  it('says once of each kind that `authorize` gives a role that is none, or a tenant role without its tenant', async () => {
    const heard: unknown[] = [];
    let known: object = {};
    const authorize = (() => ({ actor: 'a', ...known })) as unknown as AdminRouterOptions['authorize'];
    const onError = (error: unknown) => heard.push(error);
    const app = express().use(adminRouter(new AdminApp().deps, { authorize, onError }));
    const asked = (given: object, path = '/tenants/acme') => {
      known = given;
      return request(app).get(path);
    };
    for (let n = 0; n < 2; n++) {
      for (const role of ['root', 'owner', undefined]) await asked({ role }).expect(403);
      await asked({ role: 'root' }, '/docs').expect(403);
      for (const role of ['tenant_admin', 'tenant_viewer']) await asked({ role }).expect(403);
      await asked({ role: 'tenant_admin', tenant: 'blue' }).expect(403);
      await asked({ role: 'viewer' }).expect(200);
    }
    const allowed = [expect.stringContaining('admin, operator, viewer'), expect.stringContaining('tenant')];
    expect(heard).toMatchObject(allowed.map((message) => ({ code: 'OPTION_INVALID', message })));
    expect(String(heard)).not.toContain('root');
  });
});
