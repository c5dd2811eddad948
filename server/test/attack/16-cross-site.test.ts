import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import request from 'supertest';
import { type AdminRouterOptions, adminRouter } from '../../src/http/admin-router.js';
import { AdminApp } from '../unit/http/admin-app.js';
import { OwnApp } from '../unit/http/own-app.js';

const HOST = 'admin.example.com';
const COOKIE = `session=${createHmac('sha256', 'k').update('ann').digest('hex')}`;

/** The admin API of an application that signs its users in by a cookie. */
function signedIn(options: Partial<AdminRouterOptions> = {}, make: () => express.Express = express) {
  const fixture = new AdminApp();
  const authorize: AdminRouterOptions['authorize'] = ({ headers: { cookie, authorization } }) =>
    cookie === COOKIE || authorization === 'Bearer token' ? { actor: 'ann', role: 'admin' } : undefined;
  const app = make();
  app.set('trust proxy', 'loopback');
  app.use('/admin', adminRouter(fixture.deps, { authorize, rateLimit: false, ...options }));
  return { app, fixture };
}

const change = (app: express.Express, headers: Record<string, string>) =>
  request(app)
    .post('/admin/tenants/acme/reconcile')
    .set({ Host: HOST, 'Content-Type': 'application/json', ...headers })
    .send('{"reason":"because"}');

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('attack 16, the API on %s', (_name, make) => {
  it.each([
    'https://evil.example',
    'null',
    `https://${HOST}.evil.example`,
    `https://evil.example/${HOST}`,
    `https://${HOST}:8443`,
    `https://x@${HOST}.evil`,
    `http://sub.${HOST}`,
    'garbage',
    '',
  ])('CSRF: a change that a page of %j makes a signed-in browser send is refused, and not made', async (origin) => {
    const { app, fixture } = signedIn({}, make);
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const { body } = await change(app, { Origin: origin, Cookie: COOKIE, 'Content-Type': type }).expect(403);
      expect(body).toMatchObject({ code: 'FORBIDDEN', errors: [{ field: 'Origin', message: expect.any(String) }] });
    }
    expect(fixture.reconciled).toEqual([]);
  });

  it('CSRF: the same site, a stated origin, and a caller with a token of its own are served', async () => {
    const { app } = signedIn({ allowedOrigins: ['https://console.example.com'] }, make);
    for (const origin of [`https://${HOST}`, 'https://console.example.com']) {
      await change(app, { Origin: origin, Cookie: COOKIE }).expect(200);
    }
    await change(app, { Cookie: COOKIE }).expect(200);
    await change(app, { Origin: 'https://other.example', Authorization: 'Bearer token' }).expect(200);
  });

  it('CSRF: a page of the same host that came without TLS is another origin where this came with it', async () => {
    const { app } = signedIn({}, make);
    const from = (origin: string) => change(app, { Origin: origin, Cookie: COOKIE, 'X-Forwarded-Proto': 'https' });
    await from(`http://${HOST}`).expect(403);
    await from(`https://${HOST}`).expect(200);
  });

  it('CORS: nothing allows another origin to read, or to send what needs a preflight', async () => {
    const { app } = signedIn({ allowedOrigins: ['https://console.example.com'] }, make);
    const preflight = {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    };
    const own = new OwnApp().app;
    const answers = await Promise.all([
      request(app).options('/admin/tenants').set(preflight),
      request(app).get('/admin/tenants').set({ Origin: 'https://evil.example', Authorization: 'Bearer token' }),
      request(app).get('/admin/none').set({ Origin: 'https://evil.example' }),
      request(own).get('/cache/usage').set({ Origin: 'https://evil.example', 'x-tenant': 'acme' }),
      request(own)
        .options('/cache/usage')
        .set({ ...preflight, 'x-tenant': 'acme' }),
    ]);
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });

  it('clickjacking, sniffing, caching: every answer says no, errors too', async () => {
    const { app } = signedIn({}, make);
    const answers = await Promise.all([
      request(app).get('/admin/tenants').set('Authorization', 'Bearer token').expect(200),
      request(app).get('/admin/tenants').expect(401),
      request(app).get('/admin/none').set('Authorization', 'Bearer token').expect(404),
      request(new OwnApp().app).get('/cache/usage').set('x-tenant', 'acme').expect(200),
    ]);
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  });

  it('HSTS stands on what came over https, also behind a proxy that Express trusts', async () => {
    const { app } = signedIn({}, make);
    const { headers } = await request(app).get('/admin/tenants').set('X-Forwarded-Proto', 'https');
    expect(headers['strict-transport-security']).toMatch(/^max-age=31536000/);
  });
});

describe('allowedOrigins', () => {
  it.each(['https://a.example/', 'a.example', '*', 'null', 'https://a.example/path', '', 5])('refuses %j', (origin) => {
    expect(() => signedIn({ allowedOrigins: [origin as string] })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
