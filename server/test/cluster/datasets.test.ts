import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { datasetOwner } from '../../src/core/dataset.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { testClusterAddresses } from '../fakes/cluster-addresses.js';
import { clusterClient, clusterUrls } from '../fakes/cluster-store.js';
import { until } from '../fakes/redis-process.js';
import { look } from '../fakes/redis-tenant.js';

const QUOTA_BYTES = 60_000;

describe('a shared dataset on a Cluster', () => {
  let client: Redis;
  const open: TenantCacheServer[] = [];

  beforeAll(() => {
    client = clusterClient();
  });
  afterEach(() => Promise.all(open.splice(0).map((cache) => cache.close())));
  afterAll(() => client.disconnect());

  const processOf = (dataset: string) => {
    const cache = createTenantCache({
      redis: { cluster: clusterUrls(testClusterAddresses()) },
      redisTimeout: '5s',
      tenants: { default: { quotaBytes: 1e6 } },
      shared: { [dataset]: { quotaBytes: QUOTA_BYTES, rateLimit: { limit: 50 } } },
      upkeep: false,
    });
    open.push(cache);
    return cache;
  };

  it('is in one slot, counted to the byte and held to its budget; other processes hear of what the platform says', async () => {
    const dataset = `d${randomUUID().slice(0, 8)}`;
    const account = datasetOwner(dataset, true) as TenantId;
    const [near, far] = [processOf(dataset), processOf(dataset)];
    await Promise.all([near.ready(), far.ready()]);
    const platform = near.platform.shared(dataset);
    for (let n = 0; n < 100; n++) await platform.set(`x:${n}`, 'price', 'y'.repeat(900), { ttl: '1h' });
    const members = Array.from({ length: 100 }, (_, n) => `{x:${n}}:price`);
    const { used, live, keys } = await look(client, account, members);
    expect(used).toBe(live);
    expect(used).toBeLessThanOrEqual(QUOTA_BYTES);
    expect(keys.length).toBeGreaterThan(10);
    expect((await platform.entries({ count: 1_000 })).items).toHaveLength(keys.length);

    const read = () => far.runAs('acme', () => far.shared(dataset).get('x:99', 'price'));
    expect(await read()).toBe('y'.repeat(900));
    await platform.set('x:99', 'price', 'new', { ttl: '1h' });
    await until(async () => (await far.platform.shared(dataset).get('x:99', 'price')) === 'new');
    await platform.invalidateGroups('x:');
    await until(async () => (await far.platform.shared(dataset).get('x:99', 'price')) === undefined);

    const reads = Array.from({ length: 80 }, (_, n) => {
      const cache = n % 2 ? near : far;
      return cache.runAs('blue', () => cache.shared(dataset).get('x:1', 'price'));
    });
    const passed = (await Promise.allSettled(reads)).filter(({ status }) => status === 'fulfilled');
    expect(passed).toHaveLength(50);
    await platform.clear();
  });
});
