import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { AdminApp, bearer, seededId } from '../unit/http/admin-app.js';

type Method = 'get' | 'post' | 'patch' | 'put';
interface Row {
  body?: object;
  /** Answer to each role for a tenant that exists. */
  readonly expected: { viewer: number; operator: number; admin: number };
}
const read = (status = 200) => ({ viewer: status, operator: status, admin: status });
const change = (status: number) => ({ viewer: 403, operator: 403, admin: status });

/** One row a route. A route that is added to the router without a row here fails below. */
const ROWS: Record<string, Row> = {
  'get /tenants': { expected: read() },
  'get /tenants/:tenantId': { expected: read() },
  'get /tenants/:tenantId/usage': { expected: read() },
  'get /tenants/:tenantId/usage/days': { expected: read() },
  'get /tenants/:tenantId/usage/samples': { expected: read() },
  'get /tenants/:tenantId/usage/resources': { expected: read() },
  'get /fleet/usage': { expected: read() },
  'get /tenants/:tenantId/quota': { expected: read() },
  'post /tenants/:tenantId/quota/preview': { body: { quotaMb: 3 }, expected: read() },
  'patch /tenants/:tenantId/quota': { body: { quotaMb: 3, reason: 'less load' }, expected: change(200) },
  'get /tenants/:tenantId/crossings': { expected: read() },
  'get /fleet': { expected: read() },
  'patch /fleet': { body: { enforcedPercentage: 10, reason: 'step by step' }, expected: change(200) },
  'post /tenants/:tenantId/clear': { body: { reason: 'stale prices' }, expected: change(204) },
  'post /tenants/:tenantId/reconcile': { body: { reason: 'drift alert' }, expected: change(200) },
  'get /tenants/:tenantId/statements': { expected: read() },
  'get /tenants/:tenantId/statements.csv': { expected: read() },
  'get /tenants/:tenantId/statements/current': { expected: read() },
  // Nothing is closed of these tenants.
  'get /tenants/:tenantId/statements/:periodStart': { expected: read(404) },
  'get /billing/statements': { expected: read() },
  'get /billing/statements.csv': { expected: read() },
  'get /nodes': { expected: read() },
  'get /tenants/:tenantId/placement': { expected: read() },
  'get /alerts': { expected: read() },
  'get /tenants/:tenantId/alerts': { expected: read() },
  'post /alerts/:alertId/acknowledge': { body: { reason: 'looking at it' }, expected: change(200) },
  'get /tenants/:tenantId/alert-rules': { expected: read() },
  'put /tenants/:tenantId/alert-rules': { body: { reason: 'the defaults again' }, expected: change(200) },
  'get /webhooks': { expected: read() },
  'post /webhooks': { body: { url: 'https://example.com/', reason: 'on call' }, expected: change(201) },
  // Its path is what opens many a receiver.
  'get /webhooks/:webhookId': { expected: change(200) },
  'patch /webhooks/:webhookId': { body: { active: false, reason: 'too loud' }, expected: change(200) },
  'post /webhooks/:webhookId/rotate-secret': { body: { reason: 'was on a slide' }, expected: change(200) },
  'post /webhooks/:webhookId/delete': { body: { reason: 'not used' }, expected: change(204) },
  'post /webhooks/:webhookId/ping': { body: { reason: 'does it work' }, expected: change(202) },
  'get /webhooks/:webhookId/deliveries': { expected: read() },
  'post /webhook-deliveries/:deliveryId/replay': { body: { reason: 'was down' }, expected: change(202) },
  // These tests have nothing to advise from.
  'get /tenants/:tenantId/advice': { expected: read(501) },
  'get /audit': { expected: read() },
};

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

function routesOf(stack: readonly unknown[]): string[] {
  return (stack as Layer[]).flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {}).filter((method) => method !== '_all');
    return methods.map((method) => `${method} ${route?.path}`);
  });
}

function call(fixture: AdminApp, key: string, tenant: string, role?: string) {
  const [method, path] = key.split(' ') as [Method, string];
  const ids = { ':tenantId': tenant, ':periodStart': '2026-10-01', ':webhookId': seededId(1) };
  const all = { ...ids, ':alertId': seededId(2), ':deliveryId': seededId(3) };
  const url = Object.entries(all).reduce((made, [name, id]) => made.replace(name, id), `/admin${path}`);
  const made = request(fixture.app)[method](url).set('If-Match', '"1"');
  return (role === undefined ? made : made.set(bearer(role))).send(ROWS[key]?.body);
}

describe('attack 15: every admin route with every role', () => {
  it('has a row for each route of the router, and no row for a route that is gone', () => {
    expect(routesOf(new AdminApp().router.stack).sort()).toEqual(Object.keys(ROWS).sort());
  });

  describe.each(Object.entries(ROWS))('%s', (key, row) => {
    it.each([
      ...Object.entries(row.expected),
      ['none', 401],
      ['tenant_admin', 403],
      ['ADMIN', 403],
      ['__proto__', 403],
    ])('role %s: %i', async (role, status) => {
      const fixture = new AdminApp();
      const { headers } = await call(fixture, key, 'acme', role).expect(status);
      if (status >= 400) {
        expect(headers['content-type']).toContain('application/problem+json');
        expect([fixture.cleared, fixture.announced, fixture.reconciled]).toEqual([[], [], []]);
        expect([fixture.alertDeeds, fixture.rulesChanged]).toEqual([[], 0]);
        expect(await fixture.directory.find('acme' as never)).toMatchObject({ version: 1 });
        expect(await fixture.directory.audit({ page: 1, pageSize: 1 })).toMatchObject({ total: 0 });
      }
    });

    it('without authorization: 401 with a challenge, whatever the tenant, body or method override', async () => {
      for (const tenant of ['acme', 'nobody', 'a:b']) {
        const { headers } = await call(new AdminApp(), key, tenant).expect(401);
        expect(headers['www-authenticate']).toBe('Bearer');
      }
      await call(new AdminApp(), key, 'acme')
        .set('X-HTTP-Method-Override', 'GET')
        .set('X-Original-URL', '/livez')
        .expect(401);
    });

    if (key.includes(':tenantId')) {
      it('touches the tenant of the path only', async () => {
        const fixture = new AdminApp();
        await call(fixture, key, 'acme', 'admin').expect(row.expected.admin);
        expect(await fixture.directory.find('blue' as never)).toMatchObject({ version: 1 });
        const touched = [
          ...fixture.cleared,
          ...fixture.reconciled,
          ...fixture.announced.map((record) => record.tenantId),
        ];
        expect(touched.filter((tenant) => tenant !== 'acme')).toEqual([]);
      });

      it('for a tenant that does not exist 404, for one that cannot exist 400', async () => {
        expect((await call(new AdminApp(), key, 'nobody', 'admin').expect(404)).body.code).toBe('TENANT_NOT_FOUND');
        expect((await call(new AdminApp(), key, 'a%3Ab', 'admin').expect(400)).body.code).toBe('TENANT_INVALID');
      });
    }
  });
});
