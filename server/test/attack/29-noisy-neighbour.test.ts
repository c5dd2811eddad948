import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { CacheEvent } from '../../src/core/events.js';
import { EVICTION_POLICIES } from '../../src/core/quota.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { TenantCache, TenantCacheServer } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const QUOTA_BYTES = 200_000;
const VALUE = 'x'.repeat(800);
/** Of the quiet tenant; each reads as many times. */
const KEYS = 100;
const READS = 1_000;
const RATE = 10;

type Eviction = CacheEvent & { type: 'eviction' };

describe('attack 29: a tenant writes ten times its quota at ten times the rate of its neighbour', () => {
  let client: Redis;

  beforeAll(() => {
    client = new Redis(testRedisUrl());
  });

  afterEach(closeRedisCaches);
  afterAll(() => client.quit());

  it.each([
    ...EVICTION_POLICIES.map((policy) => ({ policy, l1: false as const })),
    { policy: 'lru' as const, l1: { maxBytesTotal: 64 * 1024 } },
  ])(
    '$policy, L1 $l1: the neighbour loses nothing, and whoever lost something wrote it away itself',
    async ({ policy, l1 }) => {
      const events: CacheEvent[] = [];
      const cache = redisCache({
        tenants: { default: { quotaBytes: QUOTA_BYTES, policy } },
        l1,
        observers: [(event) => void events.push(event)],
      });
      await cache.ready();
      const [loud, quiet] = twoTenants();
      const neighbour = cache.forTenant(quiet);
      await steady(neighbour);
      const alone = await steady(neighbour);
      const before = await look(client, quiet, members());

      let running = true;
      const flood = Promise.all(
        Array.from({ length: RATE * 4 }, async (_, writer) => {
          const handle = cache.forTenant(loud);
          const most = (RATE * QUOTA_BYTES) / VALUE.length;
          for (let n = writer; running || n < most; n += RATE * 4) {
            await handle.set('r', `k${n}`, VALUE).catch((error) => assert.equal(error.code, 'QUOTA_EXCEEDED'));
          }
        }),
      );
      const flooded = await steady(neighbour).finally(() => {
        running = false;
      });
      await flood;

      assert.deepEqual([flooded.errors, flooded.evictions], [0, 0]);
      assert.ok(Math.abs(flooded.hitRate - alone.hitRate) < 0.01, `${alone.hitRate} alone, ${flooded.hitRate} beside`);
      assert.deepEqual({ ...(await look(client, quiet, members())), lru: [] }, { ...before, lru: [] });
      const evictions = events.filter((event): event is Eviction => event.type === 'eviction');
      assert.deepEqual(
        evictions.filter(({ tenant, cause }) => tenant !== loud || cause !== 'write'),
        [],
      );
      const evicted = evictions.reduce((sum, { entries }) => sum + entries, 0);
      assert.equal(evicted, cache.forTenant(loud).metrics().evictions);
      assert.ok(policy === 'reject' ? evicted === 0 : evicted > 1_000, `${evicted} evicted`);
      assert.ok((await look(client, loud)).used <= QUOTA_BYTES);
      assert.equal(await causes(cache, quiet, client), 0);
      await cache.forTenant(loud).clear();
    },
    300_000,
  );

  it("a lowered limit costs its own tenant alone, and is told as the limit's doing", async () => {
    const [loud, quiet] = twoTenants();
    const events: CacheEvent[] = [];
    const roomy = redisCache({ tenants: { default: { quotaBytes: QUOTA_BYTES } } });
    for (const tenant of [loud, quiet]) await steady(roomy.forTenant(tenant));
    const before = await look(client, quiet, members());
    const tight = redisCache({
      tenants: { default: { quotaBytes: QUOTA_BYTES }, static: { [loud]: { quotaBytes: QUOTA_BYTES / 10 } } },
      observers: [(event) => void events.push(event)],
    });
    // The first use makes both known to the sweeper, which does the rest.
    for (const tenant of [loud, quiet]) await tight.forTenant(tenant).get('r', 'no such key');
    await until(async () => (await look(client, loud, members())).used <= QUOTA_BYTES / 10);
    await until(() => events.some(({ type }) => type === 'eviction'));
    const evictions = events.filter((event): event is Eviction => event.type === 'eviction');
    assert.ok(evictions.length > 0);
    assert.deepEqual(
      evictions.filter(({ tenant, cause }) => tenant !== loud || cause !== 'limit'),
      [],
    );
    assert.deepEqual({ ...(await look(client, quiet, members())), lru: [] }, { ...before, lru: [] });
  }, 300_000);
});

function twoTenants(): [loud: TenantId, quiet: TenantId] {
  const run = randomUUID();
  return [tenantId(`loud-${run}`), tenantId(`quiet-${run}`)];
}

function members(): string[] {
  return Array.from({ length: KEYS }, (_, n) => `r:k${n}`);
}

/** A round of reads over the working set, four at a time; figures of this round alone. */
async function steady(handle: TenantCache) {
  const before = handle.metrics();
  let errors = 0;
  await Promise.all(
    Array.from({ length: 4 }, async (_, reader) => {
      for (let n = reader; n < READS; n += 4) {
        await handle.getOrSet('r', `k${n % KEYS}`, () => VALUE, { ttl: '1h' }).catch(() => errors++);
      }
    }),
  );
  const after = handle.metrics();
  const hits = after.hits - before.hits;
  return {
    errors,
    evictions: after.evictions - before.evictions,
    hitRate: hits / (hits + after.misses - before.misses),
  };
}

/** Evictions of a tenant, whatever their cause, as its metrics tell and as Redis would have to show. */
async function causes(cache: TenantCacheServer, tenant: TenantId, client: Redis): Promise<number> {
  const { keys, exp } = await look(client, tenant, members());
  assert.deepEqual(keys, exp);
  return cache.forTenant(tenant).metrics().evictions;
}
