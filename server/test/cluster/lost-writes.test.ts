import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '../../src/core/tenant-id.js';
import { type CacheOptions, createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { clusterStore, clusterUrls } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { type RedisProcess, until } from '../fakes/redis-process.js';
import { tenantsOnEach } from './cluster-load.js';

type Handle = ReturnType<TenantCacheServer['forTenant']>;

/** Replication is asynchronous: what a master acknowledged last may be unknown to the replica that takes over. */
describe('a replica takes over that lacks what was acknowledged last', () => {
  let cluster: RedisCluster;
  const caches: TenantCacheServer[] = [];
  const open = async (options: Partial<CacheOptions> = {}) => {
    const cache = createTenantCache({
      redis: { cluster: clusterUrls(cluster.addresses) },
      tenants: { default: { quotaBytes: 1e6 } },
      redisTimeout: '5s',
      breaker: { halfOpenAfter: '100ms' },
      ...options,
    });
    caches.push(cache);
    await cache.ready();
    return cache;
  };

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 300_000);
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
    await cluster.untilWhole();
  }, 300_000);
  afterAll(() => cluster?.end());

  async function placed(): Promise<{ tenant: TenantId; master: RedisProcess; neighbour: TenantId }> {
    const [first, second] = await cluster.masters();
    const tenants = await tenantsOnEach(cluster, 1);
    const owners = await Promise.all(tenants.map((tenant) => cluster.masterOf(slotOf(tenant))));
    return {
      tenant: tenants[owners.indexOf(first as RedisProcess)] as TenantId,
      neighbour: tenants[owners.indexOf(second as RedisProcess)] as TenantId,
      master: first as RedisProcess,
    };
  }

  /** What `change` writes is acknowledged by the master and never leaves it. */
  async function lose(tenant: TenantId, master: RedisProcess, change: () => Promise<unknown>): Promise<void> {
    const replica = await cluster.replicaOf(master);
    const client = cluster.client(master);
    expect(await client.wait(1, 5_000)).toBeGreaterThan(0);
    replica.pause();
    await client.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await change();
    await master.kill();
    replica.resume();
    await cluster.untilTakenOver(master, slotOf(tenant));
  }

  const changes: Record<string, (handle: Handle) => Promise<unknown>> = {
    'a delete': (handle) => handle.delete('r', 'k'),
    'a tag': (handle) => handle.invalidateTags(['t']),
    'a clear': (handle) => handle.clear(),
    'a write': (handle) => handle.set('r', 'k', 'new'),
  };

  it.each(Object.keys(changes))(
    'what %s took away is not read again, and what is written afterwards is seen everywhere',
    async (name) => {
      const [own, other] = await Promise.all([open({ l1: false }), open()]);
      const { tenant, master } = await placed();
      const [handle, far] = [own.forTenant(tenant), other.forTenant(tenant)];
      await handle.set('r', 'k', 'old', { tags: ['t'] });
      expect(await far.get('r', 'k')).toBe('old');
      const seen = new Set<unknown>();
      let watching = true;
      let watched: Promise<void> | undefined;
      await lose(tenant, master, async () => {
        await (changes[name] as (typeof changes)[string])(handle);
        watched = (async () => {
          for (; watching; await delay(1)) seen.add(await handle.get('r', 'k'));
        })();
      });
      await until(async () => (await handle.set('r', 'other', 1)).stored);
      for (let read = 0; read < 20; read++) seen.add(await handle.get('r', 'k'));
      watching = false;
      await watched;
      expect(seen).not.toContain('old');
      // Sequences go on above those that were lost, or this would be hidden where the lost ones were heard of.
      expect(await handle.set('r', 'k', 'last')).toMatchObject({ stored: true });
      await until(async () => (await far.get('r', 'k')) === 'last');
      await handle.set('r', 'k', 'very last');
      await until(async () => (await far.get('r', 'k')) === 'very last');
    },
    300_000,
  );

  it('only those who follow tenants of that master hear that they may have missed something', async () => {
    const { tenant, neighbour, master } = await placed();
    const made = clusterStore({}, cluster.addresses);
    try {
      await made.store.ready();
      await until(() => made.bus.state() === 'up');
      await Promise.all([made.bus.follow(tenant), made.bus.follow(neighbour)]);
      const told: [string, readonly TenantId[] | undefined][] = [];
      made.bus.onState((state, tenants) => told.push([state, tenants]));
      await lose(tenant, master, async () => {});
      await until(() => made.bus.state(tenant) === 'up' && told.some(([state]) => state === 'up'));
      expect(told.map(([, tenants]) => tenants)).toEqual(told.map(() => [tenant]));
      expect(made.bus.state(neighbour)).toBe('up');
      expect(made.store.state(neighbour)).toBe('up');
    } finally {
      await made.close();
    }
  }, 300_000);
});
