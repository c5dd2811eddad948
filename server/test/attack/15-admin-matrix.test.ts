import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { ACCESS_SCOPES, ROLES, type Role } from '../../src/core/access.js';
import { AdminApp, bearer } from '../unit/http/admin-app.js';
import { ADMIN_ROWS, PARAMETERS } from '../unit/http/admin-rows.js';

type Method = 'get' | 'post' | 'patch' | 'put';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

function routesOf(stack: readonly unknown[]): string[] {
  return (stack as Layer[]).flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {}).filter((method) => method !== '_all');
    return methods.map((method) => `${method} ${route?.path}`);
  });
}

/** @param caller as `AdminApp` reads it: `role`, `role@tenant`, `role+scope,scope` */
function call(fixture: AdminApp, key: string, tenant: string, caller?: string) {
  const [method, path] = key.split(' ') as [Method, string];
  const ids = Object.entries({ ':tenantId': tenant, ...PARAMETERS });
  const url = ids.reduce((made, [name, id]) => made.replace(name, id), `/admin${path}`);
  const made = request(fixture.app)[method](url).set('If-Match', '"1"');
  return (caller === undefined ? made : made.set(bearer(caller))).send(ADMIN_ROWS[key]?.body);
}

async function expectNothingDone(fixture: AdminApp): Promise<void> {
  expect([fixture.cleared, fixture.announced, fixture.reconciled]).toEqual([[], [], []]);
  expect([fixture.forgotten, fixture.removed]).toEqual([[], []]);
  expect([fixture.alertDeeds, fixture.rulesChanged]).toEqual([[], 0]);
  expect([fixture.entries.invalidated, fixture.entries.read]).toEqual([[], []]);
  expect(fixture.shared.invalidated).toEqual([]);
  expect(await fixture.directory.find('acme' as never)).toMatchObject({ version: 1 });
  expect(await fixture.directory.audit({ page: 1, pageSize: 1 })).toMatchObject({ total: 0 });
}

async function expectAnswer(key: string, caller: string, status: number) {
  const fixture = new AdminApp();
  await call(fixture, key, 'acme', caller).expect(status);
  if (status >= 400) await expectNothingDone(fixture);
}

/** Several refusals by one app, which has done nothing at the end. */
async function expectRefused(key: string, callers: readonly (readonly [caller: string, tenant?: string])[]) {
  const fixture = new AdminApp();
  const bodies: object[] = [];
  for (const [caller, tenant = 'acme'] of callers) {
    const { headers, body } = await call(fixture, key, tenant, caller).expect(403);
    expect(headers['content-type']).toContain('application/problem+json');
    bodies.push({ ...body, requestId: undefined });
  }
  await expectNothingDone(fixture);
  return bodies;
}

const isTenantRole = (role: Role) => role.startsWith('tenant_');
const callerOf = (role: Role) => (isTenantRole(role) ? `${role}@acme` : role);

describe('attack 15: every admin route with every role', () => {
  it('has a row for each route of the router, and no row for a route that is gone', () => {
    expect(routesOf(new AdminApp().router.stack).sort()).toEqual(Object.keys(ADMIN_ROWS).sort());
  });

  describe.each(Object.entries(ADMIN_ROWS))('%s', (key, { scope, may, answer }) => {
    const namesTenant = key.includes(':tenantId');

    it.each(ROLES)('role %s', async (role) => {
      await expectAnswer(key, callerOf(role), may.includes(role) ? answer : 403);
      if (!isTenantRole(role) || scope === 'any') return;
      const bodies = await expectRefused(key, [[`${role}@blue`], [`${role}@acme`, 'nobody'], [`${role}@`], [role]]);
      // No oracle: what exists and what does not are refused alike.
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    });

    it('every role narrowed to its scope still may, narrowed to all others may not', async () => {
      if (scope === 'any') return;
      const others = ACCESS_SCOPES.filter((one) => one !== scope).join(',');
      for (const role of ROLES) {
        await expectAnswer(key, `${callerOf(role)}+${scope}`, may.includes(role) ? answer : 403);
      }
      await expectRefused(key, [
        ...ROLES.map((role) => [`${callerOf(role)}+${others}`] as const),
        ['admin+'],
        ['admin+x'],
      ]);
    });

    it('a role that is unknown may nothing, whatever its scopes', async () => {
      const roles = ['ADMIN', 'root', '__proto__', 'constructor', 'tenant_admin,admin', 'admin@acme@blue'];
      const scopes = ACCESS_SCOPES.join(',');
      await expectRefused(key, [
        ...roles.map((role) => [role] as const),
        ...roles.map((role) => [`${role}+${scopes}`] as const),
      ]);
    });

    it('without authorization: 401 with a challenge, whatever the tenant, body or method override', async () => {
      const fixture = new AdminApp();
      for (const tenant of ['acme', 'nobody', 'a:b']) {
        const { headers } = await call(fixture, key, tenant).expect(401);
        expect(headers['www-authenticate']).toBe('Bearer');
      }
      await call(fixture, key, 'acme', 'none').expect(401);
      const tricks = { 'X-HTTP-Method-Override': 'GET', 'X-Original-URL': '/livez' };
      await call(fixture, key, 'acme').set(tricks).expect(401);
      await expectNothingDone(fixture);
    });

    if (namesTenant) {
      it('touches the tenant of the path only', async () => {
        const fixture = new AdminApp();
        await call(fixture, key, 'acme', 'admin').expect(answer);
        expect(await fixture.directory.find('blue' as never)).toMatchObject({ version: 1 });
        const touched = [
          ...fixture.cleared,
          ...fixture.forgotten,
          ...fixture.removed,
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
