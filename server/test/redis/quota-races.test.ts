import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { TenantCacheError } from '../../src/core/errors.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { metaKey } from '../../src/l2/redis-keys.js';
import { until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const body = (bytes: number) => ({ payload: Buffer.alloc(bytes), ttlMs: 60_000, graceMs: 0 });

describe('quotas under concurrency and faults', () => {
  let client: Redis;
  let stores: ReturnType<typeof redisStore>[];

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    stores = Array.from({ length: 4 }, () => redisStore());
    await Promise.all(stores.map(({ store }) => store.ready()));
  });

  afterAll(async () => {
    await Promise.all(stores.map(({ close }) => close()));
    await client.quit();
  });

  it.each(['lru', 'ttl', 'reject'] as const)('%s: 64 writers at the limit never exceed it', async (policy) => {
    const tenant = newTenant();
    const limits = limitsOf({ quotaBytes: 20_000, policy });
    let highest = 0;
    await Promise.all(
      Array.from({ length: 64 }, async (_, writer) => {
        const { store } = stores[writer % 4] as (typeof stores)[0];
        for (let n = 0; n < 25; n++) {
          const id = entryId('r', `k${(writer * 7 + n * 13) % 90}`);
          const outcome = await store.write(tenant, id, body((writer * 31 + n * 17) % 900), limits);
          highest = Math.max(highest, outcome.usedBytes);
          if (n % 9 === 0) await store.delete(tenant, id);
        }
      }),
    );
    assert.ok(highest <= limits.hardLimitBytes && highest > 0.8 * limits.hardLimitBytes, `highest use ${highest}`);
    await exact(tenant);
  });

  it('SCRIPT FLUSH and CLIENT KILL in the middle of traffic leave the accounts exact', async () => {
    const tenant = newTenant();
    const limits = limitsOf({ quotaBytes: 30_000 });
    const outcomes = { stored: 0, unknown: 0 };
    let running = true;
    const faults = (async () => {
      try {
        for (let n = 0; n < 12; n++) {
          await new Promise((resolve) => setTimeout(resolve, 15));
          if (n % 2) await client.script('FLUSH');
          // One that reconnects at this moment may be gone by now.
          else for (const id of await connectionsOfTheStores()) await client.client('KILL', 'ID', id).catch(() => {});
        }
      } finally {
        running = false;
      }
    })();
    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        const { store } = stores[writer % 4] as (typeof stores)[0];
        for (let n = 0; running; n++) {
          const id = entryId('r', `k${(writer + n * 5) % 70}`);
          await store.write(tenant, id, body((n * 37) % 800), limits).then(
            () => outcomes.stored++,
            (error) => {
              assert.ok(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE');
              outcomes.unknown++;
            },
          );
          if (n % 5 === 0) await store.delete(tenant, id).catch(() => {});
          await new Promise((resolve) => setImmediate(resolve));
        }
      }),
    );
    await faults;
    assert.ok(outcomes.stored > 0 && outcomes.unknown > 0, JSON.stringify(outcomes));
    await exact(tenant);
  });

  it("one tenant's damaged keys fail its own calls only", async () => {
    const { store } = stores[0] as (typeof stores)[0];
    const [damaged, sound] = [newTenant(), newTenant()];
    const limits = limitsOf({ quotaBytes: 1e6 });
    await client.set(metaKey('exp', damaged), 'no sorted set', 'EX', 60);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const id = entryId('r', 'k');
    const [bad, good] = await Promise.allSettled([
      store.write(damaged, id, body(1), limits),
      store.write(sound, id, body(1), limits),
    ]);
    assert.deepEqual([bad.status, good.status], ['rejected', 'fulfilled']);
    const [badDelete, goodDelete] = await Promise.allSettled([store.delete(damaged, id), store.delete(sound, id)]);
    assert.equal(badDelete.status, 'rejected');
    assert.deepEqual(goodDelete, { status: 'fulfilled', value: true });
    assert.equal(store.state(), 'up');
  });

  it('a damaged index refuses a write before it is stored, so that nothing is there uncounted', async () => {
    const { store } = stores[0] as (typeof stores)[0];
    const tenant = newTenant();
    await client.set(metaKey('lru', tenant), 'no sorted set', 'EX', 60);
    const write = store.write(tenant, entryId('r', 'k'), body(1), limitsOf({ quotaBytes: 1e6 }));
    await assert.rejects(write, { code: 'STORE_UNAVAILABLE' });
    assert.equal(await client.exists(`tenant:{${tenant}}:r:k`), 0);
  });

  it('a value of an unknown layout is a miss and reported', async () => {
    const { store, events } = stores[0] as (typeof stores)[0];
    const tenant = newTenant();
    for (const value of [Buffer.from(''), Buffer.from('nonsense'), Buffer.alloc(40, 2)]) {
      await client.set(`tenant:{${tenant}}:r:k`, value, 'EX', 60);
      assert.equal(await store.get(tenant, entryId('r', 'k')), undefined);
    }
    assert.ok(events.some((event) => event.type === 'unreadable-entry' && event.tenant === tenant));
  });

  it('a preview of more than 1,000 victims says that it is not exact', async () => {
    const { store } = stores[0] as (typeof stores)[0];
    const tenant = newTenant();
    const limits = limitsOf({ quotaBytes: 1e7 });
    await Promise.all(
      Array.from({ length: 1_500 }, (_, n) => store.write(tenant, entryId('r', `k${n}`), body(0), limits)),
    );
    const { usedBytes } = await store.settle(tenant, limits);
    const preview = await store.preview(tenant, limitsOf({ quotaBytes: 1_000 }));
    assert.equal(preview.exact, false);
    assert.equal(preview.evictBytes, usedBytes - 1_000);
    assert.ok(preview.evictEntries > 1_400 && preview.evictEntries <= 1_500, `${preview.evictEntries}`);
    await store.clear(tenant);
  });

  it('uses the connection of a client that is handed in, without its prefix', async () => {
    const own = new Redis(testRedisUrl(), { keyPrefix: 'app:', lazyConnect: true });
    const { store, close } = redisStore({ redis: { client: own } });
    const tenant = newTenant();
    await store.ready();
    await store.write(tenant, entryId('r', 'k'), body(5), limitsOf({ quotaBytes: 1e6 }));
    assert.ok(await store.get(tenant, entryId('r', 'k')));
    await exact(tenant);
    await close();
    assert.equal(own.status, 'wait');
  });

  async function connectionsOfTheStores(): Promise<string[]> {
    const list = String(await client.client('LIST'));
    const mine = list.split('\n').filter((line) => line.includes('name=tenantcache:scripts'));
    // Other suites share the server: only what this process opened is cut.
    const ports = new Set(localPorts());
    return mine
      .filter((line) => ports.has(Number(/ addr=[^ ]*:(\d+)/.exec(line)?.[1])))
      .map((line) => /id=(\d+)/.exec(line)?.[1] ?? '');
  }

  async function exact(tenant: TenantId): Promise<void> {
    const store = (stores[0] as (typeof stores)[0]).store;
    const limits = limitsOf({ quotaBytes: 1e9 });
    // A call that was cut may still be running in Redis until this one has its answer.
    await until(async () => !(await store.settle(tenant, limits).catch(() => ({ more: true }))).more);
    const now = await look(client, tenant);
    assert.deepEqual([now.used, now.indexed], [now.live, now.live]);
    assert.deepEqual([[...now.lru].sort(), now.exp], [now.keys, now.keys]);
  }
});

function newTenant(): TenantId {
  return tenantId(`race-${randomUUID()}`);
}

function localPorts(): number[] {
  const handles = (process as unknown as { _getActiveHandles(): { localPort?: number }[] })._getActiveHandles();
  return handles.flatMap((handle) => (handle.localPort ? [handle.localPort] : []));
}
