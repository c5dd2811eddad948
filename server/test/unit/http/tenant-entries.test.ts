import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { FakeEntries } from './admin-app-entries.js';
import { OwnApp } from './own-app.js';

const own = (fixture: OwnApp, path: string, tenant = 'acme') =>
  request(fixture.app).get(`/cache${path}`).set('x-tenant', tenant);

describe('a tenant’s own entries', () => {
  it('are listed and described, without their values', async () => {
    const fixture = new OwnApp();
    const list = await own(fixture, '/entries?resource=r&prefix=acme').expect(200);
    expect(list.body).toMatchObject({ tenantId: 'acme', items: [{ resource: 'r', key: 'acme-1' }], next: null });
    const entry = await own(fixture, '/entries/r/acme-1').expect(200);
    expect(entry.body).toMatchObject({ key: 'acme-1', state: 'fresh', compression: 'none' });
    expect(list.text + entry.text).not.toContain('VALUE');
  });

  it('have no tags that say who has which role or is in which team', async () => {
    const entries = new FakeEntries();
    const tags = ['user:ann', 'role:ceo'];
    await entries.put('acme', 'authorization', 'ann', {}, { tags });
    await entries.put('acme', 'r', 'tagged', {}, { tags });
    const fixture = new OwnApp({ more: { entries } });
    expect((await own(fixture, '/entries/authorization/ann').expect(200)).body.tags).toBeNull();
    expect((await own(fixture, '/entries/r/tagged').expect(200)).body.tags).toEqual(tags);
  });

  it('are no other tenant’s, also by a cursor of theirs', async () => {
    const fixture = new OwnApp();
    expect((await own(fixture, '/entries/r/blue-1').expect(404)).body.code).toBe('ENTRY_NOT_FOUND');
    for (const query of ['cursor=x', 'cursor=AAAA', 'prefix=a', 'limit=0', 'page=1', 'resource=*']) {
      expect((await own(fixture, `/entries?${query}`).expect(400)).body.code).toBe('REQUEST_INVALID');
    }
    expect(fixture.asked.filter((tenant) => tenant !== 'acme')).toEqual([]);
  });

  it('have no route that shows or changes one', async () => {
    const { app } = new OwnApp();
    for (const path of ['/entries/value', '/entries/delete', '/invalidate']) {
      await request(app)
        .post(`/cache${path}`)
        .set('x-tenant', 'acme')
        .send({ resource: 'r', key: 'acme-1' })
        .expect(404);
    }
  });
});
