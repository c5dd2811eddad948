import { beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { COUNTER_NAMES, type CounterValues, RESOURCE_COUNTER_NAMES } from '../../../src/core/counters.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { adminRouter } from '../../../src/http/admin-router.js';
import { statsRoutes } from '../../../src/http/admin-stats.js';
import { AdminApp, bearer } from './admin-app.js';

const DATE = '2026-10-31';
const zero = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));
const counts = (requests: number, l1Hits: number) => ({
  ...zero(COUNTER_NAMES),
  requests,
  l1Hits,
  misses: requests - l1Hits,
});
const ofResource = (requests: number, l1Hits: number) =>
  ({ ...zero(RESOURCE_COUNTER_NAMES), requests, l1Hits, misses: requests - l1Hits }) as never;
const part = (tenant: string, bucketStartMs: number) => ({
  tenantId: tenant as TenantId,
  processEpoch: 'p1',
  date: DATE,
  day: counts(10, 5) as unknown as CounterValues,
  resources: { quotes: ofResource(6, 3), portfolio: ofResource(3, 0), misc: ofResource(1, 1) },
  bucketStartMs,
  bucketMs: 300_000,
  bucket: counts(10, 5) as unknown as CounterValues,
  usedBytes: 1,
  entries: 1,
  quotaBytes: 1,
  hardLimitBytes: 1,
});

let fixture: AdminApp;
beforeEach(async () => {
  fixture = new AdminApp();
  await fixture.sink.merge([part('acme', Date.parse(DATE)), part('blue', Date.parse(DATE) + 600_000)]);
});
const get = (path: string) => request(fixture.app).get(`/admin${path}`).set(bearer('viewer'));
function conforms(operationId: string, body: unknown): void {
  const route = statsRoutes(fixture.deps).find((each) => each.operationId === operationId);
  expect(route?.answers[200]?.body?.safeParse(body)).toMatchObject({ success: true });
}
type Item = { category: string; requests: number; ttlMs: number | null; hitRate: number };
const told = (items: Item[]) =>
  items.map(({ category, requests, ttlMs, hitRate }) => [category, requests, ttlMs, hitRate]);

describe('statistics by category', () => {
  it('are of the tenant, with its own time to live', async () => {
    const { body } = await get(`/tenants/acme/usage/categories?from=${DATE}&to=${DATE}`).expect(200);
    conforms('listUsageCategories', body);
    expect(body).toMatchObject({ tenantId: 'acme', from: DATE, to: DATE });
    expect(told(body.items)).toEqual([
      ['price', 6, 10_000, 0.5],
      ['portfolio', 3, 300_000, 0],
      ['(none)', 1, null, 1],
    ]);
  });

  it('are of all tenants', async () => {
    const { body } = await get(`/stats/categories?from=${DATE}&to=${DATE}`).expect(200);
    conforms('listFleetCategories', body);
    expect(told(body.items)).toEqual([
      ['price', 12, 60_000, 0.5],
      ['portfolio', 6, 300_000, 0],
      ['(none)', 2, null, 1],
    ]);
  });
});

describe('the samples of all tenants', () => {
  it('are summed by step', async () => {
    const { body } = await get(`/fleet/samples?from=${DATE}&to=2026-11-01&step=5m`).expect(200);
    conforms('listFleetSamples', body);
    expect(body.items).toMatchObject([
      { start: `${DATE}T00:00:00.000Z`, requests: 10 },
      { start: `${DATE}T00:10:00.000Z`, requests: 10 },
    ]);
    const days = await get(`/fleet/samples?from=2026-08-01&to=2026-11-01&step=1d`).expect(200);
    conforms('listFleetSamples', days.body);
    expect(days.body.items).toMatchObject([{ start: `${DATE}T00:00:00.000Z`, requests: 20 }]);
  });
});

describe('their questions', () => {
  it.each([
    '/stats/categories?from=2026-09-01&to=2026-10-31',
    '/stats/categories?from=2026-10-32',
    '/stats/categories?by=requests',
    '/tenants/acme/usage/categories?from=2026-10-31&to=2026-10-30',
    '/fleet/samples?from=2026-10-29&to=2026-11-01&step=1h',
    '/fleet/samples?from=2026-10-01&to=2026-10-31',
    '/fleet/samples?from=2026-07-01&to=2026-10-31&step=1d',
    '/fleet/samples?from=2026-10-31&to=2026-10-31',
    '/fleet/samples?step=1s',
  ])('that make no sense, or ask for too much, are 400: %s', async (path) => {
    expect((await get(path).expect(400)).body.code).toBe('REQUEST_INVALID');
  });

  it('are 501 where nothing is kept', async () => {
    const deps = { ...fixture.deps, usageReader: undefined };
    const app = express().use('/admin', adminRouter(deps, { authorize: () => ({ actor: 'a', role: 'viewer' }) }));
    for (const path of ['/stats/categories', '/fleet/samples', '/tenants/acme/usage/categories']) {
      expect((await request(app).get(`/admin${path}`).expect(501)).body.code).toBe('USAGE_NOT_KEPT');
    }
  });
});
