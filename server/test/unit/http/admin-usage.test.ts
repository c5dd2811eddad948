import { beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { COUNTER_NAMES, type CounterValues, RESOURCE_COUNTER_NAMES } from '../../../src/core/counters.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { adminRouter } from '../../../src/http/admin-router.js';
import { AdminApp, bearer } from './admin-app.js';

const DATE = '2026-10-31';
const START_MS = Date.parse(DATE);

const filled = (names: readonly string[], count: number) => Object.fromEntries(names.map((name) => [name, count]));
const part = (tenant: string, count: number, minutes = 0) => ({
  tenantId: tenant as TenantId,
  processEpoch: 'p1',
  date: DATE,
  day: filled(COUNTER_NAMES, count) as CounterValues,
  resources: { prices: filled(RESOURCE_COUNTER_NAMES, count) as never },
  bucketStartMs: START_MS + minutes * 60_000,
  bucketMs: 300_000,
  bucket: filled(COUNTER_NAMES, count) as CounterValues,
  usedBytes: 7,
  entries: 1,
  quotaBytes: 8,
  hardLimitBytes: 9,
});

let fixture: AdminApp;
beforeEach(async () => {
  fixture = new AdminApp();
  await fixture.sink.merge([part('acme', 6, 10), part('blue', 9), part('gone', 20)]);
});
const get = (path: string) => request(fixture.app).get(`/admin${path}`).set(bearer('viewer'));

describe('what was counted of a tenant', () => {
  it('by days, without those of others', async () => {
    const { body } = await get(`/tenants/acme/usage/days?from=${DATE}&to=${DATE}`).expect(200);
    expect(body).toMatchObject({ tenantId: 'acme', from: DATE, to: DATE });
    expect(body.items).toMatchObject([{ date: DATE, requests: 6, hitRate: 2, warnings: 6 }]);
    expect(body.items).toHaveLength(1);
  });

  it('by steps', async () => {
    const { body } = await get(`/tenants/acme/usage/samples?from=${DATE}&to=2026-11-01&step=15m`).expect(200);
    expect(body).toMatchObject({ stepMs: 900_000, from: `${DATE}T00:00:00.000Z` });
    expect(body.items).toMatchObject([{ start: `${DATE}T00:00:00.000Z`, requests: 6, usedBytes: 7 }]);
  });

  it('by resources', async () => {
    const { body } = await get(`/tenants/acme/usage/resources?from=${DATE}&to=${DATE}`).expect(200);
    expect(body.items).toMatchObject([{ resource: 'prices', requests: 6 }]);
  });
});

describe('the fleet', () => {
  it('has the greatest first, and its sum', async () => {
    const { body } = await get(`/fleet/usage?from=${DATE}&to=${DATE}&by=misses&limit=2`).expect(200);
    expect(body).toMatchObject({ by: 'misses', tenants: 3, total: { requests: 35 } });
    expect(body.items.map(({ tenantId }: { tenantId: string }) => tenantId)).toEqual(['gone', 'blue']);
  });
});

describe('spans that are too long, turned round or no spans', () => {
  it.each([
    ['/tenants/acme/usage/days?from=2025-01-01&to=2026-10-31', 'from'],
    ['/tenants/acme/usage/days?from=2026-10-31&to=2026-10-30', 'from'],
    ['/tenants/acme/usage/days?from=2026-02-30', 'from'],
    ['/tenants/acme/usage/days?from=0000-01-01', 'from'],
    ['/tenants/acme/usage/resources?to=0001-01-01', 'to'],
    ['/tenants/acme/usage/days?from=x&from=y', 'from'],
    ['/tenants/acme/usage/days?until=2026-10-31', 'until'],
    ['/tenants/acme/usage/samples?from=2026-01-01&to=2026-10-31&step=5m', 'step'],
    ['/tenants/acme/usage/samples?step=7s', 'step'],
    ['/tenants/acme/usage/resources?from=1000-01-01', 'from'],
    ['/fleet/usage?from=2026-01-01&to=2026-10-31', 'from'],
    ['/fleet/usage?by=name', 'by'],
    ['/fleet/usage?by=__proto__', 'by'],
    ['/fleet/usage?limit=0', 'limit'],
    ['/fleet/usage?limit=101', 'limit'],
    ['/fleet/usage?tenant=acme', 'tenant'],
  ])('%s: 400, and what is wrong with %s', async (path, field) => {
    const { body } = await get(path).expect(400);
    expect(body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field }] });
    expect(body.errors[0].message).toMatch(/must|known/);
  });
});

it.each(['/tenants/acme/usage/days', '/fleet/usage'])(
  '%s without a sink that can be read is 501, no list',
  async (path) => {
    const { usageReader: _, ...deps } = fixture.deps;
    const authorize = () => ({ actor: 'a', role: 'viewer' as const });
    const app = express().use('/admin', adminRouter(deps, { authorize }));
    const { body } = await request(app).get(`/admin${path}`).expect(501);
    expect(body.code).toBe('USAGE_NOT_KEPT');
  },
);
