import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { AdminApp, bearer, SEEDED_SECRET, seededId } from './admin-app.js';

const HOOK = `/admin/webhooks/${seededId(1)}`;

describe('webhooks by the admin API', () => {
  it('shows a new secret once, with the answer that makes it', async () => {
    const { app, alertDeeds } = new AdminApp();
    const body = { tenantId: 'acme', url: 'https://example.com/a', reason: 'on call' };
    const made = await request(app).post('/admin/webhooks').set(bearer('admin')).send(body).expect(201);
    expect(made.body).toMatchObject({ tenantId: 'acme', url: 'https://example.com/a', active: true, version: 1 });
    expect(made.body.secret).toMatch(/^whsec_[\w-]{43}$/);
    const path = `/admin/webhooks/${made.body.id}`;
    const rotated = await request(app)
      .post(`${path}/rotate-secret`)
      .set(bearer('admin'))
      .send({ reason: 'was on a slide' });
    expect(rotated.body.secret).not.toBe(made.body.secret);
    for (const later of [path, '/admin/webhooks', `${path}/deliveries`]) {
      const { text } = await request(app).get(later).set(bearer('admin')).expect(200);
      expect(text).not.toContain('whsec_');
    }
    expect(JSON.stringify(alertDeeds)).not.toMatch(/whsec_|example\.com\/a/);
  });

  it('shows who only reads no path, and nobody the secret', async () => {
    const { app } = new AdminApp();
    for (const role of ['viewer', 'operator', 'admin']) {
      const { text, body } = await request(app).get('/admin/webhooks').set(bearer(role)).expect(200);
      expect(body.items[0]).toMatchObject({ id: seededId(1), origin: 'https://hooks.example.com' });
      expect(text).not.toMatch(/secret-path|whsec/);
    }
    const { text } = await request(app).get(HOOK).set(bearer('admin')).expect(200);
    expect(text).toContain('secret-path');
    expect(text).not.toContain(SEEDED_SECRET);
  });

  it.each([
    ['http://example.com/', 'must begin with https://'],
    ['https://user:word@example.com/', 'must not hold a user or a password'],
    ['https://127.1/', 'must not name a private address'],
    ['https://localhost/', 'must name a host on the public internet'],
    ['https://example.com:22/', 'must have port 443, 80 or one from 1024 on'],
    ['nothing', 'must be a URL'],
  ])('refuses %s: %s', async (url, message) => {
    const { app, alertDeeds } = new AdminApp();
    for (const call of [
      request(app).post('/admin/webhooks').send({ url, reason: 'on call' }),
      request(app).patch(HOOK).set('If-Match', '"1"').send({ url, reason: 'moved' }),
    ]) {
      const { body } = await call.set(bearer('admin')).expect(400);
      expect(body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field: 'url', message }] });
    }
    expect(alertDeeds).toEqual([]);
  });

  it('refuses what is not a known field, a wrong event, and a change without If-Match or by an old one', async () => {
    const { app } = new AdminApp();
    const send = (body: object) => request(app).post('/admin/webhooks').set(bearer('admin')).send(body);
    const url = 'https://example.com/';
    for (const field of ['id', 'secret', 'version', 'failuresInARow', 'disabledAt', 'tenant_id', 'constructor']) {
      const { body } = await send({ url, reason: 'on call', [field]: 'x' }).expect(400);
      expect(body.errors).toEqual([{ field, message: expect.stringMatching(/^is not a known field/) }]);
    }
    await send({ url, reason: 'on call', events: ['ping'] }).expect(400);
    await send({ url, reason: 'on call', tenantId: 'nobody' }).expect(404);
    const patch = () => request(app).patch(HOOK).set(bearer('admin')).send({ active: false, reason: 'too loud' });
    await patch().expect(428);
    const { body } = await patch().set('If-Match', '"7"').expect(412);
    expect(body.current).toMatchObject({ id: seededId(1), active: true });
  });

  it('says how many there may be where there is one too many, of a tenant and of the fleet', async () => {
    const { app } = new AdminApp();
    for (const [tenantId, present] of [
      ['acme', 1],
      [null, 0],
    ] as const) {
      const body = { tenantId, url: 'https://example.com/', reason: 'on call' };
      const send = () => request(app).post('/admin/webhooks').set(bearer('admin')).send(body);
      for (let made = present; made < 10; made += 1) await send().expect(201);
      const refused = (await send().expect(400)).body;
      expect(refused.code).toBe('REQUEST_INVALID');
      expect(refused.errors).toEqual([
        { field: 'tenantId', message: 'has 10 webhooks, and may have 10: delete or change one of them' },
      ]);
    }
  });

  it('is 404 for an id of nothing and for what is no id', async () => {
    const { app } = new AdminApp();
    for (const id of [seededId(3), 'x', '%27%3B--', '..%2f..%2falerts']) {
      await request(app).get(`/admin/webhooks/${id}`).set(bearer('admin')).expect(404);
      const replay = request(app).post(`/admin/webhook-deliveries/${id === seededId(3) ? seededId(1) : id}/replay`);
      expect((await replay.set(bearer('admin')).send({ reason: 'was down' }).expect(404)).body.code).toBe(
        'WEBHOOK_NOT_FOUND',
      );
    }
  });
});

describe('alerts by the admin API', () => {
  it.each(['/tenants/acme/alert-rules?kind=quota', '/tenants/acme/placement?at=1', '/nodes?state=up'])(
    'refuses %s, as there is no such parameter',
    async (path) => {
      const { body } = await request(new AdminApp().app).get(`/admin${path}`).set(bearer('viewer')).expect(400);
      expect(body.errors).toEqual([
        { field: expect.any(String), message: expect.stringMatching(/^is not a known field/) },
      ]);
    },
  );

  it('lists, filters and acknowledges', async () => {
    const { app, alertDeeds } = new AdminApp();
    const get = (path: string) => request(app).get(`/admin${path}`).set(bearer('viewer')).expect(200);
    expect((await get('/alerts?state=open&tenant=acme&kind=quota')).body).toMatchObject({ total: 1 });
    expect((await get('/alerts?state=resolved')).body).toMatchObject({ total: 0 });
    expect((await get('/tenants/blue/alerts')).body).toMatchObject({ total: 0 });
    await request(app).get('/admin/alerts?state=any').set(bearer('viewer')).expect(400);
    const acknowledge = request(app)
      .post(`/admin/alerts/${seededId(2)}/acknowledge`)
      .set(bearer('admin'));
    const { body } = await acknowledge.send({ reason: 'looking at it' }).expect(200);
    expect(body).toMatchObject({ id: seededId(2), acknowledgedBy: 'admin@example.com' });
    expect(alertDeeds).toMatchObject([{ action: 'alert', tenantId: 'acme' }]);
  });

  it('changes rules as a whole, with what was read in If-Match', async () => {
    const fixture = new AdminApp();
    const put = (body: object, version = '"1"') =>
      request(fixture.app)
        .put('/admin/tenants/acme/alert-rules')
        .set(bearer('admin'))
        .set('If-Match', version)
        .send(body);
    const reason = 'quieter nights';
    const { body, headers } = await put({ quota: { thresholdsPercent: [95, 50, 95] }, reason }).expect(200);
    expect(headers.etag).toBe('"2"');
    expect(body).toMatchObject({ quota: { enabled: true, thresholdsPercent: [50, 95] }, hitRateDrop: { points: 10 } });
    expect(fixture.rulesChanged).toBe(1);
    await put({ rejectionRate: { enabled: false }, reason }, '"1"').expect(412);
    const defaults = await put({ rejectionRate: { enabled: false }, reason }, '"2"').expect(200);
    expect(defaults.body.quota.thresholdsPercent).toEqual([80, 95, 100]);
    for (const wrong of [
      { quota: { thresholdsPercent: [] } },
      { quota: { thresholdsPercent: [0] } },
      { quota: { thresholdsPercent: [80.123] } },
      { quota: { thresholdsPercent: Array.from({ length: 11 }, (_, n) => n + 1) } },
      { hitRateDrop: { points: 101 } },
      { rejectionRate: { minWrites: 0.5 } },
      { rejectionRate: { percent: '1' } },
      { webhook: true },
    ]) {
      await put({ ...wrong, reason }, '"3"').expect(400);
    }
  });
});
