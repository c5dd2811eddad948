import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import type { CacheEvent } from '../../src/core/events.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { createTenantCache, type TenantCacheServer } from '../../src/create-tenant-cache.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { reconcileWhole } from '../fakes/reconcile.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;
const LIMITS = limitsOf({ quotaBytes: 1e9 });
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function ownRedis(...options: string[]): Promise<{ redis: RedisProcess; client: Redis }> {
  const redis = await RedisProcess.reserve();
  await redis.start(...options);
  const client = redis.client();
  closing.push(
    () => redis.kill(),
    async () => client.disconnect(),
  );
  return { redis, client };
}

function openStore(redis: RedisProcess) {
  const made = redisStore({ redis: { url: redis.url } });
  closing.push(() => made.close());
  return { ...made, upkeep: new RedisUpkeep(made.topology) };
}

function openCache(redis: RedisProcess, events: CacheEvent[] = []): TenantCacheServer {
  const cache = createTenantCache({
    redis: { url: redis.url },
    redisTimeout: '5s',
    tenants: { default: { quotaBytes: 512 * MIB } },
    l1: false,
    observers: [(event) => void events.push(event)],
    upkeep: { patrolEvery: '1s', reconcileEvery: '1d', maxTenantsPerSecond: 10_000 },
  });
  closing.push(() => cache.close());
  return cache;
}

const newTenant = () => tenantId(`t${randomBytes(6).toString('hex')}`);

async function exact(client: Redis, tenant: TenantId): Promise<void> {
  const seen = await look(client, tenant);
  assert.deepEqual([seen.used, seen.indexed], [seen.live, seen.live]);
  assert.deepEqual([[...seen.lru].sort(), seen.exp], [seen.keys, seen.keys]);
}

it('counts what a server under volatile-lru has left, after one reconcile, while it goes on evicting', async () => {
  const { redis, client } = await ownRedis('--maxmemory', '12mb', '--maxmemory-policy', 'volatile-lru');
  const { store, upkeep } = openStore(redis);
  await store.ready();
  const tenants = Array.from({ length: 3 }, newTenant);
  const write = (n: number) =>
    store
      .write(
        tenants[n % 3] as TenantId,
        entryId('r', `k${n}`),
        { payload: randomBytes(4_000), ttlMs: HOUR_MS, graceMs: 0 },
        LIMITS,
      )
      .catch(() => {});
  for (let n = 0; n < 4_000; n += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => write(n + i)));
  const [evicted] = [...(await upkeep.serverEvictions()).values()];
  expect(evicted).toBeGreaterThan(100);
  let ghosts = 0;
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      ...tenants.map(async (tenant) => {
        const found = await reconcileWhole(upkeep, tenant, { orphans: true });
        ghosts += found.ghosts;
      }),
      ...Array.from({ length: 100 }, (_, i) => write(10_000 + round * 100 + i)),
    ]);
  }
  // From here on it evicts nothing, or what is looked at would be gone by the next look.
  await client.config('SET', 'maxmemory', '0');
  for (const tenant of tenants) {
    const found = await reconcileWhole(upkeep, tenant);
    ghosts += found.ghosts;
    await exact(client, tenant);
  }
  expect(ghosts).toBe([...(await upkeep.serverEvictions()).values()][0]);
}, 300_000);

it('finds nothing of a server that came back empty, and counts on from there', async () => {
  const { redis, client } = await ownRedis();
  const { store, upkeep } = openStore(redis);
  await store.ready();
  const tenant = newTenant();
  const write = (key: string) =>
    store.write(tenant, entryId('r', key), { payload: Buffer.alloc(100), ttlMs: HOUR_MS, graceMs: 0 }, LIMITS);
  for (let n = 0; n < 50; n++) await write(`k${n}`);
  await reconcileWhole(upkeep, tenant, { fence: 9 });
  await redis.kill();
  await redis.start();
  await until(async () => {
    return await reconcileWhole(upkeep, tenant, { fence: 9, orphans: true }).then(
      ({ looked }) => looked === 0,
      () => false,
    );
  });
  await until(() =>
    write('k1').then(
      () => true,
      () => false,
    ),
  );
  await reconcileWhole(upkeep, tenant, { fence: 9, orphans: true });
  await exact(client, tenant);
}, 300_000);

it('gives the bytes of a process that died back, whoever opened the tenant, and reconciles what the server evicts', async () => {
  const { redis, client } = await ownRedis('--maxmemory', '24mb', '--maxmemory-policy', 'volatile-lru');
  const dead = openCache(redis);
  await dead.ready();
  const tenants = Array.from({ length: 20 }, newTenant);
  for (const tenant of tenants) {
    const { usedBytes } = await dead.forTenant(tenant).set('r', 'k', 'x'.repeat(500), { ttl: '4s' });
    expect(usedBytes).toBeGreaterThan(500);
  }
  await until(async () => (await client.zcard('tenantcache:roll')) === 20);
  await dead.close();
  const events: CacheEvent[] = [];
  const alive = openCache(redis, events);
  await alive.ready();
  const used = async () => {
    const seen = await Promise.all(tenants.map((tenant) => look(client, tenant, ['r:k'])));
    return seen.reduce((sum, { used: bytes }) => sum + bytes, 0);
  };
  await until(async () => (await used()) === 0);
  await until(() => events.some(({ type }) => type === 'patrol'));

  const tenant = alive.forTenant('big');
  for (let n = 0; n < 4_500; n += 50) {
    const keys = Array.from({ length: 50 }, (_, i) => `k${n + i}`);
    await Promise.all(keys.map((key) => tenant.set('r', key, 'x'.repeat(7_000), { ttl: '1h' }).catch(() => {})));
  }
  await until(() =>
    events.some((event) => event.type === 'reconciled' && event.trigger === 'server-evictions' && event.ghosts > 0),
  );
  expect(events.some((event) => event.type === 'eviction' && event.cause === 'server')).toBe(true);
  await until(async () => {
    await alive.reconcile('big');
    const seen = await look(client, tenantId('big'));
    return seen.used === seen.live && seen.indexed === seen.live;
  });
}, 300_000);
