import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTenant } from '../../src/cache/consistency-of-tenant.js';
import { jsonCodec } from '../../src/cache/json-codec.js';
import { createTenantCache, type TenantCacheServer } from '../../src/create-tenant-cache.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

describe('a consistency check through a handle', () => {
  let cache: TenantCacheServer;
  let other: ReturnType<typeof redisStore>;

  beforeAll(async () => {
    const tenants = { default: { quotaBytes: 1_000_000 } };
    cache = createTenantCache({ redis: { url: testRedisUrl() }, redisTimeout: '5s', tenants, upkeep: false });
    other = redisStore();
    await Promise.all([cache.ready(), other.store.ready()]);
  });

  afterAll(async () => {
    await Promise.all([cache.close(), other.close()]);
  });

  it('compares values that JSON alone does not hold, and repairs L1 and L2 with time, grace and tags kept', async () => {
    const tenant = cache.forTenant(randomUUID());
    const source = new Map([
      ['same', { at: new Date(5), set: new Set([1]), big: 5n, none: undefined }],
      ['old', { at: new Date(6), set: new Set([2]), big: 6n, none: undefined }],
    ]);
    for (const [key, value] of source) {
      await tenant.set('r', key, structuredClone(value), { ttl: '1h', grace: '2h', tags: ['t'] });
    }
    source.set('old', { at: new Date(7), set: new Set([3]), big: 7n, none: undefined });
    const check = (repair: false | 'refresh') =>
      checkTenant({ store: other.store, codec: jsonCodec, sealer: undefined }, tenant, {
        tenantId: tenant.tenantId,
        resource: 'r',
        load: (key) => source.get(key),
        repair,
        confirmAfter: 0,
      });
    expect(await check(false)).toMatchObject({ equal: 1, different: 1, repaired: 0, inconsistentKeys: ['old'] });
    expect(await tenant.get('r', 'old')).toMatchObject({ big: 6n });
    expect(await check('refresh')).toMatchObject({ different: 1, repaired: 1, unanswered: 0 });
    expect(await tenant.get('r', 'old')).toMatchObject({ big: 7n });
    expect(await check(false)).toMatchObject({ equal: 2, different: 0 });
    const stored = await other.store.get(tenant.tenantId, 'r:old' as never);
    expect(stored).toMatchObject({ ttlMs: 3_600_000, graceMs: 7_200_000, tags: ['t'] });
  });

  it('counts a damaged entry as unreadable, and a reader gets it anew', async () => {
    const tenant = cache.forTenant(randomUUID());
    await tenant.set('r', 'k', 'good', { l1: false });
    const garbage = {
      decode: () => {
        throw new Error('no');
      },
      encode: jsonCodec.encode,
    }; // prettier-ignore
    const report = await checkTenant({ store: other.store, codec: garbage, sealer: undefined }, tenant, {
      tenantId: tenant.tenantId,
      resource: 'r',
      load: () => 'anew',
      repair: 'refresh',
    });
    expect(report).toMatchObject({ unreadable: 1, repaired: 1, checked: 0 });
    expect(await tenant.get('r', 'k')).toBe('anew');
  });
});
