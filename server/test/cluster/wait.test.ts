import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTenantCache, defineResource, type TenantCacheServer } from '../../src/index.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { clusterUrls } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { tenantsOnEach } from './cluster-load.js';

const safe = defineResource<string>('safe', { waitForReplicas: 1, waitTimeout: '60s' });
const hasty = defineResource<string>('hasty', { waitForReplicas: 1, waitTimeout: '20ms' });

describe('a resource whose writes wait for replicas', () => {
  let cluster: RedisCluster;
  let cache: TenantCacheServer;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    cache = createTenantCache({
      redis: { cluster: clusterUrls(cluster.addresses) },
      tenants: { default: { quotaBytes: 1e6 } },
      redisTimeout: '5s',
    });
    await cache.ready();
  }, 300_000);
  afterAll(async () => {
    await cache?.close();
    await cluster?.end();
  });

  it('tells how many have it, and of others nothing', async () => {
    const tenants = (await tenantsOnEach(cluster, 2)).map((tenant) => cache.forTenant(tenant));
    const written = await Promise.all(tenants.flatMap((tenant) => [1, 2, 3].map((n) => tenant.set(safe, `${n}`, 'v'))));
    expect(written.map(({ stored, replicas }) => [stored, replicas])).toEqual(written.map(() => [true, 1]));
    expect(await tenants[0]?.set('plain', 'k', 'v')).not.toHaveProperty('replicas');
    expect(await tenants[0]?.getOrSet(safe, 'loaded', () => 'v')).toBe('v');
  });

  it('is answered when the time is over, stored on the master, and holds nobody up', async () => {
    const [tenant] = await tenantsOnEach(cluster, 1);
    const master = await cluster.masterOf(slotOf(tenant as never));
    const replica = await cluster.replicaOf(master);
    replica.pause();
    try {
      const handle = cache.forTenant(tenant as string);
      const slow = handle.set(safe, 'k', 'v');
      let waited = false;
      void slow.then(() => {
        waited = true;
      });
      expect(await handle.set(hasty, 'k', 'v')).toMatchObject({ stored: true, replicas: 0 });
      expect(await handle.set('plain', 'k', 'v')).toMatchObject({ stored: true });
      expect([await handle.get(safe, 'k'), waited]).toEqual(['v', false]);
      replica.resume();
      expect(await slow).toMatchObject({ stored: true, replicas: 1 });
    } finally {
      replica.resume();
    }
  });
});
