import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiFixture, ask, createApiFixture, post, type RunningApi, tenantToken } from './api-fixture.js';

describe('users, roles and teams over HTTP', () => {
  let fixture: ApiFixture;
  let api: RunningApi;
  let other: RunningApi;

  beforeAll(async () => {
    fixture = await createApiFixture();
    api = await fixture.start();
    await api.cache.ready();
    other = await fixture.start();
    await other.cache.ready();
  });
  afterAll(() => fixture?.close());

  /** A tenant whose `boss` may do everything; nobody else is there. */
  async function newTenant(): Promise<string> {
    const tenantId = await fixture.newTenant();
    await fixture.database.asAdmin('test', async (tx) => {
      await tx.role.create({ data: { tenantId, id: 'owner', name: 'Owner' } });
      await tx.rolePermission.create({ data: { tenantId, roleId: 'owner', action: '*' } });
      await tx.member.create({ data: { tenantId, id: 'boss', name: 'Boss' } });
      await tx.memberRole.create({ data: { tenantId, memberId: 'boss', roleId: 'owner' } });
    });
    return tenantId;
  }

  const as = async (tenant: string, user: string | undefined, where = api) => {
    const token = await tenantToken(tenant, user);
    return async (path: string, init: RequestInit = {}) => {
      const response = await fetch(where.url + path, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${token}` },
      });
      const text = await response.text();
      return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
    };
  };
  const patch = (body: unknown) => ({ ...post(body), method: 'PATCH' });
  const PUT = { method: 'PUT' };
  const DELETE = { method: 'DELETE' };
  const see = { action: 'portfolio:read' };

  it('lets a user do what a role allows, own or of a team, and nothing else', async () => {
    const tenant = await newTenant();
    const boss = await as(tenant, 'boss');
    const role = { id: 'viewer', name: 'Viewer', permissions: [see] };
    expect(await boss('/access/roles', post(role))).toMatchObject({
      status: 201,
      body: { ...role, permissions: [{ ...see, object: '*', effect: 'allow' }] },
    });
    expect((await boss('/access/teams', post({ id: 'desk', name: 'Desk', roles: ['viewer'] }))).status).toBe(201);
    expect((await boss('/access/members', post({ id: 'uma', name: 'Uma', teams: ['desk'] }))).status).toBe(201);
    const uma = await as(tenant, 'uma');
    expect((await uma('/portfolios/pf-01')).status).toBe(200);
    expect(await uma('/access/members')).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
    expect(await uma('/access/roles', post(role))).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
    const trade = { id: 't1', symbol: 'BTC/USDT', side: 'sell', quantity: '1', price: '1' };
    expect((await uma('/portfolios/pf-01/trades', post(trade))).status).toBe(403);
    expect((await uma('/me/permissions')).body).toEqual({
      user: 'uma',
      roles: ['viewer'],
      teams: ['desk'],
      permissions: [{ ...see, effect: 'allow' }],
    });
    expect((await (await as(tenant, 'stranger'))('/portfolios/pf-01')).status).toBe(403);
  });

  const revocations: [string, string, RequestInit][] = [
    ['the role is taken from the user', '/access/members/uma/roles/viewer', DELETE],
    ['the role loses its permissions', '/access/roles/viewer', patch({ permissions: [] })],
    ['the role denies', '/access/roles/viewer', patch({ permissions: [{ ...see, effect: 'deny' }] })],
    ['the role goes', '/access/roles/viewer', DELETE],
    ['the user’s roles are replaced', '/access/members/uma', patch({ roles: [] })],
    ['the user is barred', '/access/members/uma', patch({ active: false })],
    ['the user goes', '/access/members/uma', DELETE],
  ];
  it.each(revocations)('denies at once, and soon in another process, after %s', async (_, path, init) => {
    const tenant = await newTenant();
    const boss = await as(tenant, 'boss');
    await boss('/access/roles', post({ id: 'viewer', name: 'Viewer', permissions: [see] }));
    await boss('/access/members', post({ id: 'uma', name: 'Uma', roles: ['viewer'] }));
    const [here, there] = [await as(tenant, 'uma'), await as(tenant, 'uma', other)];
    expect([(await here('/portfolios')).status, (await there('/portfolios')).status]).toEqual([200, 200]);
    expect((await boss(path, init)).status).toBeLessThan(300);
    expect((await here('/portfolios')).status).toBe(403);
    const endMs = Date.now() + 10_000;
    let after = (await there('/portfolios')).status;
    while (after === 200 && Date.now() < endMs) after = (await there('/portfolios')).status;
    expect(after).toBe(403);
  });

  it('denies at once after a team loses its role, its member, or itself', async () => {
    for (const [path, init] of [
      ['/access/teams/desk/roles/viewer', DELETE],
      ['/access/teams/desk', patch({ roles: [] })],
      ['/access/members/uma/teams/desk', DELETE],
      ['/access/teams/desk', DELETE],
    ] as const) {
      const tenant = await newTenant();
      const boss = await as(tenant, 'boss');
      await boss('/access/roles', post({ id: 'viewer', name: 'Viewer', permissions: [see] }));
      await boss('/access/teams', post({ id: 'desk', name: 'Desk' }));
      await boss('/access/members', post({ id: 'uma', name: 'Uma' }));
      expect((await boss('/access/teams/desk/roles/viewer', PUT)).status).toBe(204);
      const uma = await as(tenant, 'uma');
      expect((await uma('/portfolios')).status).toBe(403);
      expect((await boss('/access/members/uma/teams/desk', PUT)).status).toBe(204);
      expect((await uma('/portfolios')).status).toBe(200);
      expect((await boss(path, init)).status).toBeLessThan(300);
      expect((await uma('/portfolios')).status).toBe(403);
    }
  });

  it('grants at once to a user who was asked about before being there', async () => {
    const tenant = await newTenant();
    const [boss, uma] = [await as(tenant, 'boss'), await as(tenant, 'uma')];
    expect((await uma('/portfolios')).status).toBe(403);
    await boss('/access/members', post({ id: 'uma', name: 'Uma', roles: ['owner'] }));
    expect((await uma('/portfolios')).status).toBe(200);
  });

  it('goes by the object: a portfolio that is denied is denied alone', async () => {
    const tenant = await newTenant();
    const boss = await as(tenant, 'boss');
    const permissions = [see, { ...see, object: 'portfolio/pf-01', effect: 'deny' }];
    await boss('/access/roles', post({ id: 'most', name: 'Most', permissions }));
    await boss('/access/members', post({ id: 'uma', name: 'Uma', roles: ['most'] }));
    const uma = await as(tenant, 'uma');
    expect((await uma('/portfolios/pf-01')).status).toBe(403);
    expect((await uma('/portfolios/pf-02')).status).toBe(404);
  });

  it('keeps tenants apart: the same user and role ids are others elsewhere', async () => {
    const [a, b] = [await newTenant(), await newTenant()];
    const [bossA, bossB] = [await as(a, 'boss'), await as(b, 'boss')];
    await bossA('/access/roles', post({ id: 'viewer', name: 'Viewer', permissions: [see] }));
    await bossA('/access/members', post({ id: 'uma', name: 'Uma', roles: ['viewer'] }));
    expect((await (await as(a, 'uma'))('/portfolios')).status).toBe(200);
    expect((await (await as(b, 'uma'))('/portfolios')).status).toBe(403);
    expect((await bossB('/access/members')).body).toMatchObject({ items: [{ id: 'boss' }], next: null });
    expect(await bossB('/access/members/uma', DELETE)).toMatchObject({
      status: 404,
      body: { code: 'MEMBER_NOT_FOUND' },
    });
    expect((await bossB('/access/members', post({ id: 'x', name: 'X', roles: ['viewer'] }))).status).toBe(404);
    expect((await bossA('/access/members/uma')).body).toMatchObject({ id: 'uma', roles: ['viewer'] });
  });

  it('leaves somebody who may change access', async () => {
    const boss = await as(await newTenant(), 'boss');
    for (const [path, init] of [
      ['/access/members/boss', DELETE],
      ['/access/members/boss', patch({ active: false })],
      ['/access/members/boss/roles/owner', DELETE],
      ['/access/roles/owner', DELETE],
      ['/access/roles/owner', patch({ permissions: [{ action: '*', object: 'portfolio/*' }] })],
      ['/access/roles/owner', patch({ permissions: [{ action: '*' }, { action: 'access:write', effect: 'deny' }] })],
    ] as const) {
      expect(await boss(path, init)).toMatchObject({ status: 409, body: { code: 'ACCESS_MANAGER_NEEDED' } });
    }
    expect((await boss('/access/roles')).body).toMatchObject({
      items: [{ id: 'owner', permissions: [{ action: '*' }] }],
    });
  });

  it('refuses what could make a set of permissions that is too large to decide anything', async () => {
    const tenant = await newTenant();
    const boss = await as(tenant, 'boss');
    const permissions = (role: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({ action: `a:r${role}-${n}` }));
    await fixture.database.asAdmin('test', async (tx) => {
      const roles = Array.from({ length: 50 }, (_, n) => n + 1);
      await tx.role.createMany({ data: roles.map((n) => ({ tenantId: tenant, id: `r${n}`, name: 'R' })) });
      const rows = roles.flatMap((n) =>
        permissions(n, n < 50 ? 200 : 199).map((each) => ({ ...each, roleId: `r${n}` })),
      );
      await tx.rolePermission.createMany({ data: rows.map((row) => ({ tenantId: tenant, ...row })) });
      await tx.memberRole.createMany({
        data: roles.map((n) => ({ tenantId: tenant, memberId: 'boss', roleId: `r${n}` })),
      });
    });
    // 10,000 with the one of the owner, all of them the boss's.
    expect(await boss('/me/permissions')).toMatchObject({ status: 200 });
    const refused = { status: 409, body: { code: 'ACCESS_TOO_LARGE' } };
    expect(await boss('/access/roles/r50', patch({ permissions: permissions(50, 200) }))).toMatchObject(refused);
    const role = { id: 'more', name: 'More', permissions: [see] };
    expect(await boss('/access/roles', post(role))).toMatchObject(refused);
    expect((await boss('/access/roles')).status).toBe(200);
    // What is there may be said again, and made less.
    expect((await boss('/access/roles/r50', patch({ permissions: permissions(50, 198) }))).status).toBe(200);
    expect((await boss('/access/roles', post(role))).status).toBe(201);
  });

  it('bounds how many roles and teams a tenant has', async () => {
    const tenant = await newTenant();
    const boss = await as(tenant, 'boss');
    const named = Array.from({ length: 999 }, (_, n) => ({ tenantId: tenant, id: `n${n}`, name: 'N' }));
    await fixture.database.asAdmin('test', async (tx) => {
      await tx.role.createMany({ data: named });
      await tx.team.createMany({ data: named });
    });
    const refused = { status: 409, body: { code: 'ACCESS_TOO_LARGE' } };
    expect(await boss('/access/roles', post({ id: 'one-more', name: 'X' }))).toMatchObject(refused);
    expect((await boss('/access/teams', post({ id: 'last', name: 'X' }))).status).toBe(201);
    expect(await boss('/access/teams', post({ id: 'one-more', name: 'X' }))).toMatchObject(refused);
  });

  it('makes one user of five who are made at the same moment by one id, and says so to the others', async () => {
    const boss = await as(await newTenant(), 'boss');
    const made = await Promise.all(
      [1, 2, 3, 4, 5].map((round) => boss('/access/members', post({ id: 'uma', name: `Uma ${round}` }))),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('leaves one of two managers who bar each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const tenant = await newTenant();
      const boss = await as(tenant, 'boss');
      await boss('/access/members', post({ id: 'vice', name: 'Vice', roles: ['owner'] }));
      const vice = await as(tenant, 'vice');
      // So that both are known to be allowed when they begin.
      await Promise.all([boss('/access/roles'), vice('/access/roles')]);
      const answers = await Promise.all([
        boss('/access/members/vice', patch({ active: false })),
        vice('/access/members/boss', patch({ active: false })),
      ]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  it('lets the tenant’s own service see access and change nothing', async () => {
    const service = await as(await newTenant(), undefined);
    expect((await service('/access/members')).status).toBe(200);
    const made = await service('/access/members', post({ id: 'x', name: 'X', roles: ['owner'] }));
    expect(made).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  });

  it.each([
    ['/access/members', post({ id: 'a b', name: 'X' }), 400],
    ['/access/members', post({ id: 'x', name: 'X', admin: true }), 400],
    ['/access/members', post({ id: 'x', name: 'X', roles: ['none'] }), 404],
    ['/access/members', post({ id: 'boss', name: 'X' }), 409],
    ['/access/roles', post({ id: 'x', name: 'X', permissions: [{ action: 'port*' }] }), 400],
    ['/access/roles', post({ id: 'x', name: 'X', permissions: [{ action: 'a:b', object: 'a/../b' }] }), 400],
    ['/access/roles', post({ id: 'x', name: 'X', permissions: [see, { ...see, effect: 'deny' }] }), 400],
    ['/access/members/none', patch({ name: 'X' }), 404],
    ['/access/members/boss/roles/none', PUT, 404],
    ['/access/teams/none', DELETE, 404],
    ['/access/members?limit=0', {}, 400],
  ])('%s %j is answered %i', async (path, init, status) => {
    const boss = await as(await newTenant(), 'boss');
    expect((await boss(path, init)).status).toBe(status);
  });

  it('pages members by their ids', async () => {
    const boss = await as(await newTenant(), 'boss');
    for (const id of ['c', 'a', 'd', 'e']) await boss('/access/members', post({ id, name: id }));
    const ids = async (query: string) => {
      const { items, next } = (await boss(`/access/members?limit=2${query}`)).body as {
        items: { id: string }[];
        next: string;
      };
      return [...items.map(({ id }) => id), next];
    };
    expect(await ids('')).toEqual(['a', 'boss', 'boss']);
    expect(await ids('&after=boss')).toEqual(['c', 'd', 'd']);
    expect(await ids('&after=d')).toEqual(['e', null]);
  });

  it('takes the user of a token from npm run token only as it is signed', async () => {
    const tenant = await newTenant();
    const foreign = await ask(`${api.url}/me/permissions`, await tenantToken(await newTenant(), 'nobody'));
    expect(foreign).toMatchObject({ status: 404, body: { code: 'MEMBER_NOT_FOUND' } });
    expect((await (await as(tenant, undefined))('/me/permissions')).status).toBe(404);
  });
});
