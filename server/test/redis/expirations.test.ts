import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { Redis } from 'ioredis';
import request from 'supertest';
import { tenantId } from '../../src/core/tenant-id.js';
import type { TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { age } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const COUNT = 300;

describe('entries that expired', () => {
  let client: Redis;
  beforeAll(() => {
    client = new Redis(testRedisUrl());
  });
  afterEach(closeRedisCaches);
  afterAll(() => client.quit());

  /** As the metrics of a process say. */
  async function counted(cache: TenantCacheServer, tenant: string): Promise<number> {
    const { text } = await request(express().get('/metrics', cache.metricsHandler())).get('/metrics').expect(200);
    const line = new RegExp(`^tenantcache_evictions_total\\{reason="expired",tenant="${tenant}"\\} (\\d+)$`, 'm');
    return Number(line.exec(text)?.[1] ?? 0);
  }

  it.each([
    ['writes find them', async ({ near, tenant }: Asked) => near.forTenant(tenant).set('r', 'new', 1)],
    [
      'an admin reads the use',
      async ({ admin, tenant }: Asked) => request(admin).get(`/tenants/${tenant}/usage`).expect(200),
    ],
    [
      'an admin looks what a quota would evict',
      async ({ admin, tenant }: Asked) =>
        request(admin).post(`/tenants/${tenant}/quota/preview`).send({ quotaMb: 1 }).expect(200),
    ],
    [
      'an admin reconciles the tenant',
      async ({ admin, tenant }: Asked) =>
        request(admin).post(`/tenants/${tenant}/reconcile`).send({ reason: 'to see' }).expect(200),
    ],
    ['the tenant reads its use', async ({ own }: Asked) => request(own).get('/usage').expect(200)],
  ])('are all counted, once over two processes, where %s', async (_, ask) => {
    const tenant = `x${randomUUID().slice(0, 8)}`;
    const tenants = staticTenants({ static: { [tenant]: { quotaBytes: 1e7 } } });
    const [near, far] = [redisCache({ tenants }), redisCache({ tenants })];
    await Promise.all([near.ready(), far.ready()]);
    const filled = near.forTenant(tenant);
    await Promise.all(Array.from({ length: COUNT }, (__, n) => filled.set('r', `k${n}`, n, { ttl: '10s' })));
    const admin = express().use(
      far.adminRouter({ authorize: () => ({ actor: 'ann', role: 'admin' }), rateLimit: false }),
    );
    const own = express().use(far.middleware({ tenant: () => tenant }), far.tenantRouter());
    await age(client, tenantId(tenant), 20);
    await ask({ near, admin, own, tenant });
    // What is left then is found here.
    await near.forTenant(tenant).usage();
    expect((await counted(near, tenant)) + (await counted(far, tenant))).toBe(COUNT);
  });
});

interface Asked {
  readonly near: TenantCacheServer;
  readonly admin: express.Express;
  readonly own: express.Express;
  readonly tenant: string;
}
