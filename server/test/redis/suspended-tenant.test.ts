import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { TenantDirectory } from '../../src/core/directory.js';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { testRedisUrl } from '../fakes/redis-url.js';

describe('a tenant that is suspended, with two caches over one Redis', () => {
  let directory: TenantDirectory;
  let tenant: string;
  let near: TenantCacheServer;
  let far: TenantCacheServer;
  let app: express.Express;
  const open = () =>
    createTenantCache({ redis: { url: testRedisUrl() }, redisTimeout: '5s', tenants: directory, upkeep: false });

  beforeEach(async () => {
    tenant = `s${randomUUID().slice(0, 8)}`;
    directory = staticTenants({ static: { [tenant]: { quotaBytes: 1e7 } } });
    [near, far] = [open(), open()];
    await Promise.all([near.ready(), far.ready()]);
    app = express().use(near.adminRouter({ authorize: () => ({ actor: 'ann', role: 'admin' }) }));
  });
  afterEach(async () => {
    await Promise.all([near.close(), far.close()]);
  });

  const change = async (body: object) => {
    const { headers } = await request(app).get(`/tenants/${tenant}`).expect(200);
    const etag = headers.etag as string;
    await request(app).patch(`/tenants/${tenant}`).set('If-Match', etag).send(body).expect(200);
  };
  const codeOf = (cache: TenantCacheServer) =>
    cache
      .forTenant(tenant)
      .get('r', 'k')
      .then(
        () => 'answered',
        (error: { code?: string }) => error.code,
      );

  it('is refused in every process, L1 hits as well, and keeps its entries for when it is let in again', async () => {
    let loads = 0;
    const read = (cache: TenantCacheServer) => cache.forTenant(tenant).getOrSet('r', 'k', async () => ++loads);
    await read(near);
    await read(far);
    const { entries } = await near.forTenant(tenant).usage();
    await change({ suspended: true, reason: 'unpaid' });
    expect(await codeOf(near)).toBe('TENANT_SUSPENDED');
    await until(async () => (await codeOf(far)) === 'TENANT_SUSPENDED');
    const { body } = await request(app).get(`/tenants/${tenant}`).expect(200);
    expect(body).toMatchObject({ suspended: true, usage: { entries } });
    await change({ suspended: false, reason: 'paid' });
    await until(async () => (await codeOf(far)) === 'answered');
    expect([await read(near), await read(far), loads]).toEqual([1, 1, 1]);
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
