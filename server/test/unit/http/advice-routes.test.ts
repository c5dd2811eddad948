import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Advisor } from '../../../src/core/advice.js';
import { fail } from '../../../src/core/errors.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { adminRouter } from '../../../src/http/admin-router.js';
import { tenantRouter } from '../../../src/http/tenant-router.js';
import type { TenantDeps } from '../../../src/http/tenant-routes.js';
import { MIB, TENANT } from '../advice/usage-figures.js';
import { AdminApp } from './admin-app.js';
import { Advising } from './advising.js';

function admin(advisor?: Advisor) {
  const { deps } = new AdminApp();
  const router = adminRouter({ ...deps, advisor }, { authorize: () => ({ actor: 'ann', role: 'viewer' }) });
  return express().use('/admin', router);
}

function own(advisor?: Advisor) {
  const { directory } = new AdminApp();
  const deps: Pick<TenantDeps, 'directory' | 'tenantOf' | 'fleet' | 'advisor'> = {
    directory,
    tenantOf: (req) => req.get('x-tenant') as TenantId | undefined,
    fleet: () => DEFAULT_FLEET,
    advisor,
  };
  return express().use('/cache', tenantRouter(deps as TenantDeps));
}

describe('GET /tenants/:tenantId/advice', () => {
  it('answers with the curve for a chart, the advice, its basis, and why there is no other', async () => {
    const advising = new Advising();
    const { body } = await request(admin(advising)).get('/admin/tenants/acme/advice').expect(200);
    expect(advising.asked).toMatchObject([{ tenant: 'acme', limits: { hardLimitBytes: 10 * MIB } }]);
    expect(body).toMatchObject({
      tenantId: 'acme',
      asOf: '2026-11-20T10:30:00.000Z',
      quota: {
        presentBytes: 10 * MIB,
        measuredHitRate: 0.7,
        points: [{ hitRate: 0.4 }, { hitRate: 0.7 }],
        basis: { from: '2026-11-19T10:30:00.000Z', to: '2026-11-20T10:30:00.000Z', samples: 10_000 },
      },
      growth: null,
      effectiveness: null,
      items: [{ kind: 'quota', severity: 'notice', basis: { of: 'sampled requests' } }],
    });
    expect(body.silences.map(({ kind }: { kind: string }) => kind)).toEqual([
      'growth',
      'anomaly',
      'hit-rate',
      'ttl',
      'effectiveness',
    ]);
    expect(JSON.stringify(body)).not.toContain('undefined');
  });

  it('is empty for a tenant that nothing is known of', async () => {
    const { body } = await request(admin(new Advising())).get('/admin/tenants/blue/advice').expect(200);
    expect(body).toMatchObject({ tenantId: 'blue', quota: null, items: [] });
  });

  it('refuses what is not there, and says so where nothing is kept', async () => {
    await request(admin(new Advising())).get('/admin/tenants/nobody/advice').expect(404);
    await request(admin(new Advising())).get('/admin/tenants/acme/advice?day=1').expect(400);
    const none = await request(admin()).get('/admin/tenants/acme/advice').expect(501);
    expect(none.body.code).toBe('USAGE_NOT_KEPT');
    const away: Advisor = {
      advise: async () => {
        throw fail('DIRECTORY_UNAVAILABLE');
      },
    };
    await request(admin(away)).get('/admin/tenants/acme/advice').expect(503);
  });
});

describe('GET /advice of a tenant', () => {
  it('acts for the tenant of the request, and refuses an address that names another', async () => {
    const advising = new Advising();
    const app = own(advising);
    const { body } = await request(app)
      .get('/cache/advice')
      .set({ 'x-tenant': 'acme', 'x-acting-tenant': 'blue' })
      .expect(200);
    expect(body.quota.measuredHitRate).toBe(0.7);
    const other = await request(app).get('/cache/advice').set('x-tenant', 'blue').expect(200);
    expect([other.body.tenantId, other.body.quota]).toEqual(['blue', null]);
    expect(advising.asked.map(({ tenant }) => tenant)).toEqual([TENANT, 'blue']);
    await request(app).get('/cache/advice').expect(401);
    const named = await request(app).get('/cache/advice?tenant=blue').set('x-tenant', 'acme').expect(400);
    expect(named.body.errors).toEqual([{ field: 'tenant', message: expect.stringMatching(/^is not a known field/) }]);
    expect(advising.asked).toHaveLength(2);
  });

  it('says so where nothing is kept', async () => {
    const { body } = await request(own()).get('/cache/advice').set('x-tenant', 'acme').expect(501);
    expect(body.code).toBe('USAGE_NOT_KEPT');
  });
});
