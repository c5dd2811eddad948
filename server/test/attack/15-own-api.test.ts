import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { OwnApp } from '../unit/http/own-app.js';

const ROUTES = [
  '/usage',
  '/usage/days',
  '/usage/samples',
  '/usage/resources',
  '/statements',
  '/statements.csv',
  '/statements/current',
  '/statements/START',
  '/alerts',
  '/alert-rules',
  '/entries',
  '/entries/r/acme-1',
  '/shared',
  '/shared/market/access',
  '/watchlists',
];

/** Ways to name another tenant than the one that the request is bound to. */
const NAMES = ['tenant', 'tenantId', 'tenant_id', 'tenants', 'id', 'as', '__proto__', 'constructor'];

async function start(): Promise<{ fixture: OwnApp; path(route: string): string }> {
  const fixture = new OwnApp();
  await fixture.closeMonth();
  const { items } = await fixture.directory.statements('acme' as never, { page: 1, pageSize: 1 });
  const began = items[0]?.periodStart ?? '';
  return { fixture, path: (route) => `/cache${route.replace('START', began)}` };
}

describe('attack 15: the tenants’ own API', () => {
  it.each(ROUTES)('%s tells a tenant of itself', async (route) => {
    const { fixture, path } = await start();
    const { text } = await request(fixture.app).get(path(route)).set('x-tenant', 'acme').expect(200);
    expect(text).toContain('acme');
    expect(text).not.toContain('blue');
    expect(new Set(fixture.asked)).toEqual(new Set(['acme']));
  });

  it.each(ROUTES)('%s reaches no other tenant by query, header, body or method override', async (route) => {
    const { fixture, path } = await start();
    for (const name of NAMES) {
      const header = `x-acting-${name.replaceAll('_', '')}`;
      for (const query of ['', `${name}=blue`, `${name}[]=blue`, `${name}=acme&${name}=blue`]) {
        const { text } = await request(fixture.app)
          .get(`${path(route)}?${query}`)
          .set({ 'x-tenant': 'acme', [header]: 'blue', 'x-http-method-override': 'POST' })
          .set({ 'x-original-url': '/cache/tenants/blue', 'x-forwarded-host': 'blue.example' })
          .send({ [name]: 'blue', tenantCache: { tenantId: 'blue' } });
        expect(text).not.toContain('blue');
      }
    }
    expect(new Set(fixture.asked)).toEqual(new Set(['acme']));
  });

  it.each([
    '/tenants/blue/statements',
    '/statements/blue',
    '/statements/../../tenants/blue/usage',
    '/statements/%2e%2e%2fblue',
    '/blue/usage',
    '/usage/blue',
    '/entries/r/blue-1',
    '/entries/blue/r/blue-1',
    '/entries/r/..%2f..%2fblue%2fentries',
    '/entries/r/meta:%7Bblue%7D:state',
    '/billing/statements',
    '/Usage',
    '/usage%00',
  ])('has nothing at %s', async (path) => {
    const { fixture } = await start();
    const { status, text } = await request(fixture.app).get(`/cache${path}`).set('x-tenant', 'acme');
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('blue');
    expect(fixture.asked.filter((tenant) => tenant !== 'acme')).toEqual([]);
  });

  it.each(['put', 'delete'] as const)(
    '%s of a watchlist changes no other tenant’s, however one is named',
    async (method) => {
      const { fixture, path } = await start();
      const kept = await fixture.watchlists.list('blue' as never);
      const names = [
        'majors',
        'blue',
        '..%2fblue%2fmajors',
        'blue%00majors',
        '%7Bblue%7D',
        '__proto__',
        'majors%2fblue',
      ];
      for (const name of names) {
        for (const query of ['', '?tenant=blue', '?tenantId=blue']) {
          const { status, text } = await request(fixture.app)
            [method](path(`/watchlists/${name}${query}`))
            .set({ 'x-tenant': 'acme', 'x-acting-tenant': 'blue', 'x-http-method-override': 'GET' })
            .send({ groups: ['x:evil'], ...(query !== '' && { tenantId: 'blue' }) });
          expect([200, 204, 400, 404]).toContain(status);
          expect(text).not.toContain('x:blue');
        }
      }
      expect(await fixture.watchlists.list('blue' as never)).toEqual(kept);
      expect(new Set(fixture.asked)).toEqual(new Set(['acme']));
      await request(fixture.app)[method]('/cache/watchlists/majors').send({ groups: [] }).expect(401);
    },
  );

  it('knows no statement of a period that another tenant had', async () => {
    const { fixture, path } = await start();
    const answer = await request(fixture.app).get(path('/statements/START')).set('x-tenant', 'nobody').expect(404);
    expect(answer.body.code).toBe('STATEMENT_NOT_FOUND');
  });

  it.each(ROUTES)('%s is 401 where the middleware did not run, and asks for nobody', async (route) => {
    const fixture = new OwnApp({ bound: false });
    const answer = await request(fixture.app)
      .get(`/cache${route.replace('START', '2026-10-01')}?tenantId=acme`)
      .set('x-tenant', 'acme')
      .expect(401);
    expect(answer.body.code).toBe('TENANT_MISSING');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(fixture.asked).toEqual([]);
  });

  it.each(ROUTES)('%s changes nothing: other methods are 405', async (route) => {
    const { fixture, path } = await start();
    for (const method of ['post', 'put', 'patch', 'delete'] as const) {
      const answer = await request(fixture.app)[method](path(route)).set('x-tenant', 'acme').expect(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
    expect(fixture.asked).toEqual([]);
  });
});
