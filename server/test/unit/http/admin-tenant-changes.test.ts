import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { TenantDirectory } from '../../../src/core/directory.js';
import { staticTenants } from '../../../src/tenant/static-tenants.js';
import { AdminApp, bearer, MIB } from './admin-app.js';

const admin = bearer('admin');

function planned(count = 0): TenantDirectory {
  const crowd = Array.from({ length: count }, (_, n) => [
    `t${String(n).padStart(3, '0')}`,
    { quotaBytes: 4 * MIB, plan: 'crowd' },
  ]);
  return staticTenants({
    static: { acme: { quotaBytes: 10 * MIB, name: 'Acme Ltd', plan: 'big' }, ...Object.fromEntries(crowd) },
    default: { quotaBytes: MIB },
    plans: { big: { quotaBytes: 20 * MIB }, crowd: { quotaBytes: 4 * MIB } },
  });
}

const post = ({ app }: AdminApp, path: string, body: object, etag?: string) => {
  const made = request(app).post(`/admin${path}`).set(admin);
  return (etag === undefined ? made : made.set('If-Match', etag)).send(body);
};
const patch = ({ app }: AdminApp, path: string, body: object, etag: string) =>
  request(app).patch(`/admin${path}`).set(admin).set('If-Match', etag).send(body);
const auditOf = async ({ directory }: AdminApp) => (await directory.audit({ page: 1, pageSize: 50 })).items;

describe('making a tenant', () => {
  it('answers where it is and what it has, audited, and tells all processes', async () => {
    const fixture = new AdminApp(planned());
    const body = { tenantId: 'new-one', name: ' New One ', plan: 'big', reason: 'new customer' };
    const answer = await post(fixture, '/tenants', body).expect(201);
    expect(answer.headers).toMatchObject({ location: '/admin/tenants/new-one', etag: '"1"' });
    expect(answer.body).toMatchObject({ name: 'New One', plan: 'big', suspended: false, quota: { quotaMb: 20 } });
    expect(fixture.announced.map(({ tenantId }) => tenantId)).toEqual(['new-one']);
    expect(await auditOf(fixture)).toMatchObject([{ action: 'tenant', tenantId: 'new-one', before: null }]);
    await request(fixture.app)
      .get(answer.headers.location as string)
      .set(admin)
      .expect(200);
  });

  it('names it by its id, on the default plan, where nothing else is said', async () => {
    const { body } = await post(new AdminApp(planned()), '/tenants', { tenantId: 'plain', reason: 'trial' }).expect(
      201,
    );
    expect(body).toMatchObject({ tenantId: 'plain', name: 'plain', plan: 'default', quota: { quotaMb: 1 } });
  });

  it.each([
    [{ tenantId: 'acme', reason: 'again' }, 409, 'TENANT_EXISTS'],
    [{ tenantId: 'new-one', plan: 'none', reason: 'trial' }, 404, 'PLAN_NOT_FOUND'],
    [{ tenantId: 'a:b', reason: 'trial' }, 400, 'REQUEST_INVALID'],
    [{ tenantId: 'new-one', reason: 'no' }, 400, 'REQUEST_INVALID'],
    [{ tenantId: 'new-one', name: ' ', reason: 'trial' }, 400, 'REQUEST_INVALID'],
    [{ tenantId: 'new-one', quotaMb: 5, reason: 'trial' }, 400, 'REQUEST_INVALID'],
  ])('refuses %j', async (body, status, code) => {
    const fixture = new AdminApp(planned());
    const answer = await post(fixture, '/tenants', body).expect(status);
    expect(answer.body.code).toBe(code);
    expect([fixture.announced, await auditOf(fixture)]).toEqual([[], []]);
  });

  it('says of every field at once what is wrong with it, the id by the rule of the cache', async () => {
    const fixture = new AdminApp(planned(), /org_\d+/);
    const fieldsOf = async (body: object) => {
      const answer = await post(fixture, '/tenants', body).expect(400);
      expect(answer.body.code).toBe('REQUEST_INVALID');
      return Object.fromEntries(
        answer.body.errors.map(({ field, message }: { field: string; message: string }) => [field, message]),
      );
    };
    const invalid = { tenantId: expect.stringMatching(/^must be a tenant id/), suspended: 'must be true or false' };
    for (const tenantId of ['a:b', 'acme', '']) {
      expect(await fieldsOf({ tenantId, suspended: 'no', reason: 'trial' })).toEqual(invalid);
    }
    expect(await fieldsOf({})).toEqual({ tenantId: 'must be given', reason: 'must be given' });
    expect(await fieldsOf({ tenantId: 1, name: 2, reason: null })).toEqual({
      tenantId: 'must be text',
      name: 'must be text',
      reason: 'must be text',
    });
    await post(fixture, '/tenants', { tenantId: 'org_1', reason: 'trial' }).expect(201);
  });

  it('is refused where there is no default plan and none is named', async () => {
    const fixture = new AdminApp(staticTenants({ static: {} }));
    const { body } = await post(fixture, '/tenants', { tenantId: 'new-one', reason: 'trial' }).expect(404);
    expect(body.code).toBe('PLAN_NOT_FOUND');
  });
});

describe('changing a tenant', () => {
  it('changes what is named, tells all processes, and answers with the new ETag', async () => {
    const fixture = new AdminApp(planned());
    const answer = await patch(fixture, '/tenants/acme', { suspended: true, reason: 'unpaid' }, '"1"').expect(200);
    expect(answer.headers.etag).toBe('"2"');
    expect(answer.body).toMatchObject({ name: 'Acme Ltd', plan: 'big', suspended: true, version: 2 });
    expect(fixture.announced).toMatchObject([{ tenantId: 'acme', suspended: true }]);
    expect(await auditOf(fixture)).toMatchObject([{ after: { suspended: true }, reason: 'unpaid' }]);
  });

  it('refuses an old version with what is there now, and needs one', async () => {
    const fixture = new AdminApp(planned());
    const old = await patch(fixture, '/tenants/acme', { name: 'Other', reason: 'merger' }, '"0"').expect(412);
    expect(old.headers.etag).toBe('"1"');
    expect(old.body).toMatchObject({ code: 'PRECONDITION_FAILED', current: { name: 'Acme Ltd', version: 1 } });
    const none = await request(fixture.app).patch('/admin/tenants/acme').set(admin).send({ name: 'x', reason: 'abc' });
    expect([none.status, none.body.code]).toEqual([428, 'PRECONDITION_REQUIRED']);
    await patch(fixture, '/tenants/acme', { reason: 'nothing' }, '"1"').expect(400);
    expect([fixture.announced, await auditOf(fixture)]).toEqual([[], []]);
  });
});

describe('deleting a tenant', () => {
  const body = { confirm: 'acme', reason: 'left us' };

  it('suspends, forgets, removes and tells, in this order', async () => {
    const fixture = new AdminApp(planned());
    fixture.used.set('acme', { usedBytes: 4_711, entries: 12 });
    const { body: report } = await post(fixture, '/tenants/acme/delete', body, '"1"').expect(200);
    expect(report).toEqual({ tenantId: 'acme', store: { entries: 12, bytes: 4_711 } });
    expect(fixture.announced).toMatchObject([{ tenantId: 'acme', suspended: true, known: true }]);
    expect([fixture.forgotten, fixture.removed]).toEqual([['acme'], ['acme']]);
    expect((await fixture.directory.find('acme' as never)).known).toBe(false);
    const audit = (await auditOf(fixture)).filter(({ action }) => action === 'tenant');
    expect(audit).toMatchObject([{ after: null }, { after: { suspended: true } }]);
    await request(fixture.app).get('/admin/tenants/acme').set(admin).expect(404);
    const rows = await request(fixture.app).get('/admin/tenants/acme/audit').set(admin).expect(200);
    expect(rows.body.total).toBeGreaterThanOrEqual(2);
  });

  it('leaves it suspended where the store does not answer, and finishes when it is asked again', async () => {
    const fixture = new AdminApp(planned());
    fixture.storeError = 'STORE_UNAVAILABLE';
    const away = await post(fixture, '/tenants/acme/delete', body, '"1"').expect(503);
    expect(away.body.code).toBe('STORE_UNAVAILABLE');
    expect(fixture.removed).toEqual([]);
    expect(await fixture.directory.find('acme' as never)).toMatchObject({ known: true, suspended: true, version: 2 });
    await post(fixture, '/tenants/acme/delete', body, '"1"').expect(412);
    fixture.storeError = undefined;
    await post(fixture, '/tenants/acme/delete', body, '"2"').expect(200);
    // Told again: who began may not have come to it.
    expect(fixture.announced).toHaveLength(2);
    expect(fixture.removed).toEqual(['acme']);
  });

  it.each([
    ['another confirmation', { confirm: 'blue', reason: 'left us' }, '"1"', 400],
    ['no confirmation', { reason: 'left us' }, '"1"', 400],
    ['an old version', body, '"0"', 412],
  ])('does nothing with %s', async (_what, given, etag, status) => {
    const fixture = new AdminApp(planned());
    await post(fixture, '/tenants/acme/delete', given, etag).expect(status);
    expect([fixture.announced, fixture.forgotten, fixture.removed, await auditOf(fixture)]).toEqual([[], [], [], []]);
  });

  it('removes nothing where somebody changes the tenant meanwhile', async () => {
    const fixture = new AdminApp(planned());
    const forget = fixture.deps.forget;
    Object.assign(fixture.deps, {
      forget: async (tenant: never) => {
        const { version } = await fixture.directory.find(tenant);
        await fixture.directory.changeTenant(tenant, { suspended: false, reason: 'paid' }, version, {
          id: 'bob',
          source: 'api',
        });
        return forget(tenant);
      },
    });
    await post(fixture, '/tenants/acme/delete', body, '"1"').expect(412);
    expect(await fixture.directory.find('acme' as never)).toMatchObject({ known: true, suspended: false });
    expect(fixture.removed).toEqual([]);
  });
});

describe('plans', () => {
  it('are listed page by page with their tenants', async () => {
    const { app } = new AdminApp(planned(3));
    const { body } = await request(app).get('/admin/plans?pageSize=2&page=2').set(admin).expect(200);
    expect(body).toMatchObject({ total: 3, page: 2, pageSize: 2 });
    expect(body.items).toEqual([
      {
        name: 'default',
        quota: { quotaMb: 1, overageAllowed: false, overageLimitMb: 0, policy: 'lru', enforcement: 'hard' },
        isDefault: true,
        tenants: 0,
        tenantsWithOwnQuota: 0,
        prices: null,
      },
    ]);
  });

  it('change the quotas of all their tenants in bounded pages, each announced once', async () => {
    const fixture = new AdminApp(planned(25));
    const changed: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const body = { quotaMb: 2, reason: 'smaller', limit: 10, ...(after && { after }) };
      const { body: page } = await post(fixture, '/plans/crowd/quotas', body).expect(200);
      changed.push(...page.changed.map(({ tenantId }: { tenantId: string }) => tenantId));
      after = page.next ?? undefined;
      pages += 1;
    } while (after !== undefined);
    expect([pages, changed.length, new Set(changed).size]).toEqual([3, 25, 25]);
    expect(fixture.announced.map(({ tenantId }) => tenantId)).toEqual(changed);
    expect(fixture.announced.every(({ settings }) => settings.quotaBytes === 2 * MIB)).toBe(true);
    expect(await auditOf(fixture)).toHaveLength(25);
    const again = await post(fixture, '/plans/crowd/quotas', { quotaMb: 2, reason: 'again' }).expect(200);
    expect(again.body).toEqual({ changed: [], next: null });
  });

  it('tell what a change would evict, of those that were looked at', async () => {
    const fixture = new AdminApp(planned(6));
    fixture.used.set('t000', { usedBytes: 3 * MIB, entries: 3 });
    fixture.used.set('t001', { usedBytes: 2 * MIB, entries: 2 });
    const all = await post(fixture, '/plans/crowd/quotas/preview', { quotaMb: 1 }).expect(200);
    expect(all.body).toMatchObject({
      plan: 'crowd',
      tenants: 6,
      looked: 6,
      changing: 6,
      evictBytes: 3 * MIB,
      exact: true,
    });
    expect(all.body.items).toHaveLength(6);
    const some = await post(fixture, '/plans/crowd/quotas/preview?limit=2', { quotaMb: 4 }).expect(200);
    expect(some.body).toMatchObject({ tenants: 6, looked: 2, changing: 0, evictBytes: 0, exact: false });
    expect(fixture.asked.most).toBeLessThanOrEqual(4);
    expect([fixture.announced, await auditOf(fixture)]).toEqual([[], []]);
  });

  it.each([
    ['/plans/none/quotas', { quotaMb: 2, reason: 'smaller' }, 404],
    ['/plans/__proto__/quotas', { quotaMb: 2, reason: 'smaller' }, 404],
    ['/plans/%00/quotas', { quotaMb: 2, reason: 'smaller' }, 404],
    ['/plans/crowd/quotas', { reason: 'nothing' }, 400],
    ['/plans/crowd/quotas', { quotaMb: 2, limit: 501, reason: 'too many' }, 400],
    ['/plans/crowd/quotas', { quotaMb: 2, limit: 0, reason: 'too few' }, 400],
    ['/plans/crowd/quotas', { quotaMb: 2, after: 'a:b', reason: 'nobody' }, 400],
  ])('refuse %s with %j', async (path, body, status) => {
    const fixture = new AdminApp(planned(2));
    await post(fixture, path, body).expect(status);
    expect([fixture.announced, await auditOf(fixture)]).toEqual([[], []]);
  });
});

describe('the audit', () => {
  async function filled(): Promise<AdminApp> {
    const fixture = new AdminApp(planned());
    await fixture.directory.recordDeed(
      'acme' as never,
      { action: 'clear', reason: 'one' },
      { id: 'ann', source: 'api', ip: '192.0.2.7' },
    );
    const bob = { id: 'bob', source: 'dashboard' } as const;
    await fixture.directory.recordDeed('acme' as never, { action: 'reconcile', reason: 'two' }, bob);
    return fixture;
  }
  const reasons = async ({ app }: AdminApp, query: string, as = admin) => {
    const { body } = await request(app).get(`/admin${query}`).set(as).expect(200);
    return body.items.map(({ reason }: { reason: string }) => reason);
  };

  it('is filtered by action, source, actor, tenant and time', async () => {
    const fixture = await filled();
    expect(await reasons(fixture, '/audit')).toEqual(['two', 'one']);
    expect(await reasons(fixture, '/audit?action=clear')).toEqual(['one']);
    expect(await reasons(fixture, '/audit?source=dashboard')).toEqual(['two']);
    expect(await reasons(fixture, '/audit?actor=ann&tenant=acme')).toEqual(['one']);
    expect(await reasons(fixture, '/audit?tenant=blue')).toEqual([]);
    expect(await reasons(fixture, '/audit?to=2020-01-01')).toEqual([]);
    expect(await reasons(fixture, '/audit?from=2020-01-01&to=2999-01-01')).toEqual(['two', 'one']);
    for (const query of ['action=drop', 'source=x', 'from=yesterday', 'from=2026-01-02&to=2026-01-01', 'tenant=a:b']) {
      await request(fixture.app).get(`/admin/audit?${query}`).set(admin).expect(400);
    }
  });

  it('of its own tenant is for a tenant admin, too', async () => {
    const fixture = await filled();
    expect(await reasons(fixture, '/tenants/acme/audit?action=clear', bearer('tenant_admin@acme'))).toEqual(['one']);
    await request(fixture.app).get('/admin/tenants/acme/audit').set(bearer('tenant_admin@blue')).expect(403);
    await request(fixture.app).get('/admin/tenants/acme/audit').set(bearer('tenant_viewer@acme')).expect(403);
    await request(fixture.app).get('/admin/audit').set(bearer('tenant_admin@acme')).expect(403);
  });

  it('shows the staff the address of the caller, and a tenant none', async () => {
    const { app } = await filled();
    const ips = async (path: string, role: string) => {
      const { body } = await request(app).get(`/admin${path}`).set(bearer(role)).expect(200);
      return body.items.map(({ ip }: { ip: unknown }) => ip);
    };
    for (const path of ['/audit', '/tenants/acme/audit']) {
      for (const role of ['admin', 'viewer', 'viewer+audit:read']) {
        expect(await ips(path, role)).toEqual([null, '192.0.2.7']);
      }
    }
    expect(await ips('/tenants/acme/audit', 'tenant_admin@acme')).toEqual([null, null]);
  });
});
