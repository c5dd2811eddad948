import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster } from 'ioredis';
import { type CacheOptions, createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { until } from '../fakes/redis-process.js';
import { tenantsOnEach } from './cluster-load.js';

describe('ways to a Cluster', () => {
  let cluster: RedisCluster;
  const password = randomUUID();
  const caches: TenantCacheServer[] = [];
  const open = (redis: CacheOptions['redis']) => {
    const cache = createTenantCache({
      ...(redis && { redis }),
      tenants: { default: { quotaBytes: 1e6 } },
      redisTimeout: '5s',
      l1: false,
    });
    caches.push(cache);
    return cache;
  };
  const [host, port] = ['127.0.0.1', () => cluster.nodes[0]?.port as number];
  const urls = () => [`redis://:${password}@${host}:${port()}`];

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    for (const node of cluster.nodes) {
      const client = cluster.client(node);
      await client.config('SET', 'masterauth', password);
      await client.config('SET', 'requirepass', password);
      await client.auth(password);
    }
  }, 300_000);
  afterEach(() => Promise.all(caches.splice(0).map((cache) => cache.close())));
  afterAll(() => cluster?.end());

  async function expectServed(cache: TenantCacheServer): Promise<void> {
    await cache.ready();
    for (const tenant of await tenantsOnEach(cluster, 1)) {
      const handle = cache.forTenant(tenant);
      expect(await handle.set('r', 'k', 'v')).toMatchObject({ stored: true });
      expect(await handle.get('r', 'k')).toBe('v');
    }
  }

  it('one address with a password: it is that of every node', async () => {
    await expectServed(open({ cluster: urls() }));
  });

  it('a client of the application: its options are taken, it is neither used nor closed, and its prefix is dropped', async () => {
    const client = new Cluster([{ host, port: port() }], {
      redisOptions: { password },
      keyPrefix: 'mine:',
      lazyConnect: true,
    });
    await expectServed(open({ client }));
    expect(client.status).toBe('wait');
    client.disconnect();
  });

  it('without the password nobody is served by Redis, and nobody waits', async () => {
    const cache = open({ cluster: [`redis://${host}:${port()}`] });
    await expect(cache.ready()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await cache.forTenant('t').getOrSet('r', 'k', () => 'loaded')).toBe('loaded');
  });

  it('a node that must not be used is not, and the others are', async () => {
    const [unfit, ...fit] = await tenantsOnEach(cluster, 1);
    const node = cluster.client(await cluster.masterOf(slotOf(unfit as never)));
    await node.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      const cache = open({ cluster: urls() });
      await expect(cache.ready()).rejects.toMatchObject({ code: 'STORE_MISCONFIGURED' });
      expect(await cache.forTenant(unfit as string).set('r', 'k', 'v')).toMatchObject({ stored: false });
      for (const tenant of fit) {
        expect(await cache.forTenant(tenant).set('r', 'k', 'v')).toMatchObject({ stored: true });
      }
      await node.config('SET', 'maxmemory-policy', 'noeviction');
      await until(async () => (await cache.forTenant(unfit as string).set('r', 'k', 'v')).stored);
    } finally {
      await node.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });
});

it.each([
  { cluster: [] },
  { cluster: ['http://127.0.0.1:1'] },
  { cluster: 'redis://127.0.0.1:1' },
  { cluster: ['redis://127.0.0.1:1', 'rediss://127.0.0.1:2'] },
  { url: 'redis://127.0.0.1:1', cluster: ['redis://127.0.0.1:1'] },
  {},
])('%j is refused', (redis) => {
  expect(() => createTenantCache({ redis: redis as never, tenants: { default: { quotaBytes: 1 } } })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});
