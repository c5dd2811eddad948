import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { rolloutPosition } from '../../../src/core/fleet.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { AdminApp, bearer, MIB } from './admin-app.js';

const admin = bearer('admin');
const change = (fixture: AdminApp, body: object, etag?: string) => {
  const call = request(fixture.app).patch('/admin/fleet').set(admin);
  return (etag === undefined ? call : call.set('If-Match', etag)).send(body);
};
const get = async (fixture: AdminApp, path: string) =>
  (await request(fixture.app).get(`/admin${path}`).set(admin).expect(200)).body;

describe('what holds for all tenants', () => {
  it('is read with its version as ETag, changed under it, announced and audited', async () => {
    const fixture = new AdminApp();
    const read = await request(fixture.app).get('/admin/fleet').set(admin).expect(200).expect('ETag', '"1"');
    expect(read.body).toEqual({
      enforcedPercentage: 100,
      enforcementOfOthers: 'observe',
      sharedStoreBypassed: false,
      version: 1,
      changedAt: expect.any(String),
    });
    const body = { enforcedPercentage: 10, reason: 'step one' };
    const { body: changed } = await change(fixture, body, '"1"').expect(200).expect('ETag', '"2"');
    expect(changed).toMatchObject({ enforcedPercentage: 10, version: 2 });
    expect(fixture.fleetAnnounced).toEqual([expect.objectContaining({ enforcedPercentage: 10, version: 2 })]);
    const [row] = (await get(fixture, '/audit')).items;
    expect(row).toMatchObject({ tenantId: null, action: 'fleet', actor: 'admin@example.com', reason: 'step one' });
  });

  it('shows the present one to who changed an older, and asks for the version that was read', async () => {
    const fixture = new AdminApp();
    await change(fixture, { enforcedPercentage: 10, reason: 'first' }, '"1"').expect(200);
    const { body } = await change(fixture, { enforcedPercentage: 20, reason: 'second' }, '"1"').expect(412);
    expect(body).toMatchObject({ code: 'PRECONDITION_FAILED', current: { enforcedPercentage: 10, version: 2 } });
    await change(fixture, { enforcedPercentage: 20, reason: 'blind' }).expect(428);
    expect(fixture.fleetAnnounced).toHaveLength(1);
  });

  it.each([
    { enforcedPercentage: 101 },
    { enforcedPercentage: '10' },
    { enforcedPercentage: 0.001 },
    { enforcementOfOthers: 'hard' },
    { sharedStoreBypassed: 'true' },
    { version: 9 },
    {},
  ])('refuses %j', async (given) => {
    const fixture = new AdminApp();
    const { body } = await change(fixture, { ...given, reason: 'because' }, '"1"').expect(400);
    expect(body.code).toBe('REQUEST_INVALID');
    expect((await fixture.directory.fleet()).version).toBe(1);
  });

  it('keeps a committed change even when nobody could be told', async () => {
    const fixture = new AdminApp();
    fixture.deps.onFleetChanged = () => Promise.reject(new Error('bus'));
    await change(fixture, { sharedStoreBypassed: true, reason: 'Redis is ill' }, '"1"').expect(200);
  });
});

describe('a tenant that the rollout has not reached', () => {
  it('is shown with its own enforcement, the one in force, and what decided', async () => {
    const fixture = new AdminApp();
    // Between the two tenants' positions.
    const [first, last] = ['acme', 'blue'].sort((a, b) => rolloutPosition(tenantId(a)) - rolloutPosition(tenantId(b)));
    const percentage = (rolloutPosition(tenantId(first as string)) + 1) / 100;
    await change(fixture, { enforcedPercentage: percentage, reason: 'step' }, '"1"').expect(200);
    expect(await get(fixture, `/tenants/${first}/quota`)).toMatchObject({
      enforcement: 'hard',
      effectiveEnforcement: 'hard',
      enforcementDecidedBy: 'tenant',
    });
    expect(await get(fixture, `/tenants/${last}/quota`)).toMatchObject({
      enforcement: 'hard',
      effectiveEnforcement: 'observe',
      enforcementDecidedBy: 'rollout',
    });
  });

  it('has no excess that eviction would take, where an enforced one has', async () => {
    const fixture = new AdminApp();
    fixture.used.set('acme', { usedBytes: 12 * MIB, entries: 3 });
    expect(await get(fixture, '/tenants/acme/usage')).toMatchObject({ excessBytes: 2 * MIB, state: 'critical' });
    await change(fixture, { enforcedPercentage: 0, reason: 'nobody' }, '"1"').expect(200);
    expect(await get(fixture, '/tenants/acme/usage')).toMatchObject({ excessBytes: 0, state: 'critical' });
    await change(fixture, { enforcementOfOthers: 'off', reason: 'nothing' }, '"2"').expect(200);
    expect(await get(fixture, '/tenants/acme/usage')).toMatchObject({ excessBytes: 0, state: 'ok' });
  });
});

describe('crossings', () => {
  it('are listed newest first, by page, of the tenant that was asked for', async () => {
    const fixture = new AdminApp();
    const row = { from: 'ok', to: 'warning', usedBytes: 8, quotaBytes: 10, hardLimitBytes: 10 } as const;
    const of = (id: string, atMs: number) => ({ ...row, tenantId: tenantId(id), atMs });
    await fixture.sink.crossed([of('acme', 1_000), of('acme', 3_000), of('blue', 2_000), of('acme', 3_000)]);
    const page = await get(fixture, '/tenants/acme/crossings?pageSize=1');
    expect(page).toEqual({ items: [{ at: '1970-01-01T00:00:03.000Z', ...row }], total: 2, page: 1, pageSize: 1 });
    expect((await get(fixture, '/tenants/acme/crossings?pageSize=1&page=2')).items[0].at).toMatch(/01\.000Z$/);
    await request(fixture.app).get('/admin/tenants/nobody/crossings').set(admin).expect(404);
    await request(fixture.app).get('/admin/tenants/acme/crossings?pageSize=0').set(admin).expect(400);
  });
});
