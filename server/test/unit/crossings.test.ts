import { afterEach, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { tenantId } from '../../src/core/tenant-id.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { MemoryUsageSink } from '../../src/testing/memory-usage-sink.js';
import { closeCaches, memoryCache } from '../fakes/memory-cache.js';

afterEach(closeCaches);

it('a threshold that use passes is one row, with the limits of that moment, in the sink and in the admin API', async () => {
  const sink = new MemoryUsageSink();
  const tenants = staticTenants({ static: { a: { quotaBytes: 2_000 } } });
  const { cache, a } = memoryCache({ usage: sink, tenants });
  const before = Date.now();
  for (let index = 0; index < 6; index++) await a.set('r', `k${index}`, 'x'.repeat(100));
  await cache.flushUsage();
  const { items } = await sink.crossings(tenantId('a'), { page: 1, pageSize: 10 });
  expect(items).toEqual([
    expect.objectContaining({ from: 'ok', to: 'warning', quotaBytes: 2_000, hardLimitBytes: 2_000, tenantId: 'a' }),
  ]);
  expect(items[0]?.usedBytes).toBeGreaterThanOrEqual(1_600);
  expect(items[0]?.atMs).toBeGreaterThanOrEqual(before);
  const app = express().use(cache.adminRouter({ authorize: () => ({ actor: 'a', role: 'viewer' }) }));
  const { body } = await request(app).get('/tenants/a/crossings').expect(200);
  expect(body).toMatchObject({ total: 1, items: [{ from: 'ok', to: 'warning', usedBytes: items[0]?.usedBytes }] });
});
