import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ApiFixture,
  adminToken,
  ask,
  createApiFixture,
  post,
  type RunningApi,
  tenantToken,
} from './api-fixture.js';

/** By when a permission that was taken away is denied in every process. */
const REVOKED_MS = 1_000;
const POSITION = post({ symbol: 'BTC/USDT', quantity: '1', averagePrice: '1' });

describe('what users of a tenant may do in the example API', () => {
  let fixture: ApiFixture;
  let api: RunningApi;
  let other: RunningApi;

  beforeAll(async () => {
    fixture = await createApiFixture();
    api = await fixture.start();
    other = await fixture.start();
    await Promise.all([api.cache.ready(), other.cache.ready()]);
  });
  afterAll(() => fixture?.close());

  /** A tenant whose user `ann` has the role `hers`, which says what is given. */
  async function tenantWith(...says: { action: string; object?: string; effect?: 'deny' }[]): Promise<string> {
    const tenantId = await fixture.newTenant();
    await fixture.database.asAdmin('test', async (tx) => {
      await tx.role.createMany({ data: ['hers', 'owner'].map((id) => ({ tenantId, id, name: id })) });
      const allowed = says.map((each) => ({ tenantId, roleId: 'hers', ...each }));
      await tx.rolePermission.createMany({ data: [...allowed, { tenantId, roleId: 'owner', action: '*' }] });
      await tx.member.createMany({ data: ['ann', 'oda'].map((id) => ({ tenantId, id, name: id })) });
      const has = [
        { memberId: 'ann', roleId: 'hers' },
        { memberId: 'oda', roleId: 'owner' },
      ]; // prettier-ignore
      await tx.memberRole.createMany({ data: has.map((each) => ({ tenantId, ...each })) });
    });
    return tenantId;
  }

  const asUser = async (tenantId: string, user?: string, of = api) => {
    const token = await tenantToken(tenantId, user);
    return (path: string, init?: RequestInit) => ask(of.url + path, token, init);
  };

  it('is what their roles say, and nothing else', async () => {
    const get = await asUser(await tenantWith({ action: 'portfolio:read' }, { action: 'market:read' }), 'ann');
    for (const path of ['/portfolios', '/portfolios/pf-01', '/prices/BTCUSDT', '/market/overview', '/analysis/a']) {
      expect(await get(path)).toMatchObject({ status: 200 });
    }
    const denied = { status: 403, body: { code: 'PERMISSION_DENIED' } };
    for (const path of [
      '/portfolios/pf-01/trades',
      '/signals/BTCUSDT',
      '/me/usage',
      '/me/cache/usage',
      '/access/roles',
    ]) {
      expect(await get(path)).toMatchObject(denied);
    }
    expect(await get('/portfolios/pf-01/positions', POSITION)).toMatchObject(denied);
    expect(await get('/me/cache/watchlists/a', { ...post({ groups: [] }), method: 'PUT' })).toMatchObject(denied);
  });

  it('may be about one portfolio, and a denial outweighs what is allowed', async () => {
    const one = await tenantWith({ action: 'portfolio:*', object: 'portfolio/pf-01' });
    const inOne = await asUser(one, 'ann');
    expect((await inOne('/portfolios/pf-01')).status).toBe(200);
    expect((await inOne('/portfolios/pf-02')).status).toBe(403);
    const but = await tenantWith(
      { action: 'portfolio:*' },
      { action: 'portfolio:*', object: 'portfolio/pf-01', effect: 'deny' },
    );
    const inBut = await asUser(but, 'ann');
    expect((await inBut('/portfolios/pf-01')).status).toBe(403);
    expect((await inBut('/portfolios/pf-02')).status).toBe(404);
  });

  it('leaves out of the list what is denied, page by page, and tells nothing of it', async () => {
    const tenant = await tenantWith(
      { action: 'portfolio:read' },
      ...['pf-01', 'pf-04', 'pf-05', 'pf-09'].map((id) => {
        return { action: 'portfolio:*', object: `portfolio/${id}`, effect: 'deny' as const };
      }),
    );
    const ids = Array.from({ length: 8 }, (_, n) => `pf-0${n + 2}`);
    await fixture.database.asAdmin('test', (tx) =>
      tx.portfolio.createMany({ data: ids.map((id) => ({ tenantId: tenant, id, name: id, cash: 0 })) }),
    );
    const pages = async (get: Awaited<ReturnType<typeof asUser>>, limit: number) => {
      const shown: string[][] = [];
      for (let next: string | null = ''; next !== null; ) {
        const { status, body } = await get(`/portfolios?limit=${limit}${next && `&after=${next}`}`);
        expect(status).toBe(200);
        const page = body as { items: { id: string }[]; next: string | null };
        shown.push(page.items.map(({ id }) => id));
        expect([null, shown.at(-1)?.at(-1)]).toContain(page.next);
        next = page.next;
      }
      return shown;
    };
    const ann = await asUser(tenant, 'ann');
    expect(await pages(ann, 2)).toEqual([['pf-02', 'pf-03'], ['pf-06', 'pf-07'], ['pf-08']]); // prettier-ignore
    // The last page is known to be the last, though one that is denied follows.
    expect(await pages(ann, 5)).toHaveLength(1);
    expect((await pages(await asUser(tenant, 'oda'), 200)).flat()).toEqual(['pf-01', ...ids]);
    expect((await pages(await asUser(tenant), 4)).flat()).toEqual(['pf-01', ...ids]);
    for (const query of ['limit=0', 'limit=201', 'after=a/b']) {
      expect((await ann(`/portfolios?${query}`)).status).toBe(400);
    }
  });

  it('is nothing for who is no user of the tenant, also where another tenant has one of that name', async () => {
    const tenant = await fixture.newTenant();
    await tenantWith({ action: '*' });
    expect((await (await asUser(tenant, 'ann'))('/portfolios/pf-01')).status).toBe(403);
  });

  it('is everything but changes of access for the service account: tokens without a user, and API keys', async () => {
    const tenant = await tenantWith({ action: 'market:read' });
    const made = await ask(
      `${api.url}/admin/tenants/${tenant}/keys`,
      await adminToken('admin'),
      post({ name: 'CI', reason: 'for CI' }),
    );
    const newRole = post({ id: 'r', name: 'R', permissions: [] });
    for (const token of [await tenantToken(tenant), String(made.body.key)]) {
      expect((await ask(`${api.url}/portfolios/pf-01/positions`, token, POSITION)).status).toBe(201);
      expect((await ask(`${api.url}/access/roles`, token)).status).toBe(200);
      expect((await ask(`${api.url}/access/roles`, token, newRole)).status).toBe(403);
    }
  });

  it('is of an API key with scopes what they name, and never a change of access', async () => {
    const tenant = await tenantWith({ action: '*' });
    const made = await ask(
      `${api.url}/admin/tenants/${tenant}/keys`,
      await adminToken('admin'),
      post({ name: 'CI', scopes: ['portfolio:read', 'access:write'], reason: 'for CI' }),
    );
    const key = String(made.body.key);
    expect((await ask(`${api.url}/portfolios`, key)).body.items).toHaveLength(1);
    expect((await ask(`${api.url}/portfolios/pf-01`, key)).status).toBe(200);
    const refused = { status: 403, body: { code: 'API_KEY_SCOPE' } };
    for (const path of ['/portfolios/pf-01/trades', '/prices/BTCUSDT', '/me/usage', '/me/cache/usage', '/access/roles'])
      expect(await ask(api.url + path, key)).toMatchObject(refused);
    expect(await ask(`${api.url}/portfolios/pf-01/positions`, key, POSITION)).toMatchObject(refused);
    const newRole = post({ id: 'r', name: 'R', permissions: [] });
    expect((await ask(`${api.url}/access/roles`, key, newRole)).status).toBe(403);
  });

  it('is denied in every process a second after it was taken away', async () => {
    const tenant = await tenantWith({ action: 'portfolio:read' });
    const ann = await Promise.all([asUser(tenant, 'ann', api), asUser(tenant, 'ann', other)]);
    for (const get of ann) expect((await get('/portfolios/pf-01')).status).toBe(200);
    const oda = await asUser(tenant, 'oda');
    expect((await oda('/access/members/ann/roles/hers', { method: 'DELETE' })).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, REVOKED_MS));
    for (const get of ann) expect((await get('/portfolios/pf-01')).status).toBe(403);
  });
});
