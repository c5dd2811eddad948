import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { MAX_WATCHED_GROUPS, MAX_WATCHLISTS } from '../../../src/core/watchlists.js';
import { AdminApp, bearer } from './admin-app.js';
import { OwnApp } from './own-app.js';

const put = (fixture: OwnApp, name: string, body: object, tenant = 'acme') =>
  request(fixture.app)
    .put(`/cache/watchlists/${encodeURIComponent(name)}`)
    .set('x-tenant', tenant)
    .send(body);
const listed = async (fixture: OwnApp, tenant = 'acme') =>
  (await request(fixture.app).get('/cache/watchlists').set('x-tenant', tenant).expect(200)).body;

describe('a tenant’s watchlists', () => {
  it('are made, shown, replaced and removed by their name', async () => {
    const fixture = new OwnApp();
    const name = 'Größte & 1/2 ☆';
    const made = await put(fixture, name, { groups: ['x:BTC/USDT', 'x:ETH/USDT', 'x:BTC/USDT'] }).expect(200);
    expect(made.body).toEqual({ name, groups: ['x:BTC/USDT', 'x:ETH/USDT'], updatedAt: expect.any(String) });
    expect(await listed(fixture)).toEqual({
      tenantId: 'acme',
      items: [made.body, { name: 'majors', groups: ['x:acme'], updatedAt: expect.any(String) }],
    });
    const replaced = await put(fixture, name, { groups: [] }).expect(200);
    expect(replaced.body).toMatchObject({ name, groups: [] });
    const remove = () =>
      request(fixture.app)
        .delete(`/cache/watchlists/${encodeURIComponent(name)}`)
        .set('x-tenant', 'acme');
    await remove().expect(204);
    expect((await remove().expect(404)).body.code).toBe('WATCHLIST_NOT_FOUND');
    expect((await listed(fixture)).items.map((list: { name: string }) => list.name)).toEqual(['majors']);
    expect((await listed(fixture, 'blue')).items).toHaveLength(1);
  });

  it('take as many groups as fit, however long their names are, and no more', async () => {
    const fixture = new OwnApp();
    const groups = Array.from({ length: MAX_WATCHED_GROUPS }, (_, index) => `x:${String(index).padEnd(126, 'y')}`);
    expect((await put(fixture, 'long', { groups }).expect(200)).body.groups).toEqual(groups);
    const { body } = await put(fixture, 'long', { groups: [...groups.map((group) => group.slice(0, 9)), 'x'] });
    expect(body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field: 'groups' }] });
    expect((await put(fixture, 'long', { groups: ['y'.repeat(80_000)] }).expect(413)).body.code).toBe('BODY_TOO_LARGE');
  });

  it.each([
    [{ groups: ['x:1', 'a b'] }, 'groups.1'],
    [{ groups: ['{x}:1'] }, 'groups.0'],
    [{ groups: [':x'] }, 'groups.0'],
    [{ groups: [1] }, 'groups.0'],
    [{ groups: 'x:1' }, 'groups'],
    [{}, 'groups'],
    [{ groups: [], tenantId: 'blue' }, 'tenantId'],
  ])('refuse the body %j with the field that is wrong', async (body, field) => {
    const fixture = new OwnApp();
    const answer = await put(fixture, 'a', body).expect(400);
    expect(answer.body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field }] });
    expect((await listed(fixture)).items).toHaveLength(1);
  });

  it.each([' a', 'a\n', 'x'.repeat(65), 'a\u202eb'])('refuse the name %j', async (name) => {
    const fixture = new OwnApp();
    const { body } = await put(fixture, name, { groups: [] }).expect(400);
    expect(body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field: 'name' }] });
    const removed = await request(fixture.app)
      .delete(`/cache/watchlists/${encodeURIComponent(name)}`)
      .set('x-tenant', 'acme');
    expect(removed.body.code).toBe('WATCHLIST_NOT_FOUND');
  });

  it('are 50 at most', async () => {
    const fixture = new OwnApp();
    for (let list = 1; list < MAX_WATCHLISTS; list++) await put(fixture, `l${list}`, { groups: [] }).expect(200);
    expect((await put(fixture, 'one more', { groups: [] }).expect(409)).body.code).toBe('WATCHLIST_LIMIT');
    await put(fixture, 'one more', { groups: [] }, 'blue').expect(200);
    await put(fixture, 'majors', { groups: ['x:2'] }).expect(200);
  });

  it('are shown to admins', async () => {
    const fixture = new AdminApp();
    await fixture.watchlists.put('acme' as never, 'majors', ['x:1']);
    const { body } = await request(fixture.app).get('/admin/tenants/acme/watchlists').set(bearer('viewer')).expect(200);
    expect(body).toEqual({
      tenantId: 'acme',
      items: [{ name: 'majors', groups: ['x:1'], updatedAt: expect.any(String) }],
    });
    await request(fixture.app).get('/admin/tenants/nobody/watchlists').set(bearer('viewer')).expect(404);
  });
});
