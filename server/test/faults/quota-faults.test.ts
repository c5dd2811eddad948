import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { TenantCacheError } from '../../src/core/errors.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';

const limits = limitsOf({ quotaBytes: 40_000 });
const body = (bytes: number, ttlMs = 600_000) => ({ payload: Buffer.alloc(bytes), ttlMs, graceMs: 0 });
const id = (n: number) => entryId('r', `k${n}`);

describe('accounts when the server fails', () => {
  let redis: RedisProcess;
  let client: Redis;
  /** Give up soon: for what is to happen to calls that fail. */
  let stores: ReturnType<typeof redisStore>[];
  /** Waits for as long as a busy machine takes. */
  let calm: ReturnType<typeof redisStore>;
  let tenant: TenantId;

  beforeEach(async () => {
    tenant = tenantId(`faults-${randomUUID()}`);
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    await until(() => client.status === 'ready');
    stores = [0, 1].map(() => redisStore({ redis: { url: redis.url }, deadlineMs: 500 }));
    calm = redisStore({ redis: { url: redis.url } });
    await Promise.all([...stores, calm].map(({ store }) => until(() => isReady(store))));
  });

  afterEach(async () => {
    await closeRedisCaches();
    await Promise.all([...stores, calm].map(({ close }) => close()));
    client.disconnect();
    await redis.kill();
  });

  it('killed under load and restarted empty, three times: what is counted is what is there', async () => {
    const traffic = load();
    for (let round = 0; round < 3; round++) {
      await until(() => traffic.stored > (round + 1) * 200);
      await redis.kill();
      await until(() => traffic.failed > 0);
      traffic.failed = 0;
      await redis.start();
      await until(() => stores.every(({ store }) => store.state() === 'up'));
      const stored = traffic.stored;
      await until(() => traffic.stored > stored + 100);
    }
    await traffic.end();
    await exact();
  });

  it('silent for a while (CLIENT PAUSE): calls whose fate is not known leave the account exact', async () => {
    const traffic = load();
    for (let round = 0; round < 3; round++) {
      await until(() => traffic.stored > (round + 1) * 200);
      traffic.failed = 0;
      await client.call('CLIENT', 'PAUSE', '900', 'WRITE');
      await until(() => traffic.failed > 0);
      const stored = traffic.stored;
      await until(() => stores.every(({ store }) => store.state() === 'up') && traffic.stored > stored + 100);
    }
    await traffic.end();
    await exact();
  });

  it('out of memory: writes fail and change nothing; deletes, clears and settling go on', async () => {
    const { store, events } = calm;
    for (let n = 0; n < 30; n++) await store.write(tenant, id(n), body(500), limits);
    const before = await look(client, tenant);
    await client.config('SET', 'maxmemory', '1mb');
    for (let n = 0; n < 10; n++) {
      await assert.rejects(store.write(tenant, id(100 + n), body(500), limits), { code: 'STORE_UNAVAILABLE' });
    }
    assert.deepEqual(await look(client, tenant), before);
    // One command's refusal is no outage.
    assert.deepEqual([store.state(), events.filter(({ type }) => type === 'breaker')], ['up', []]);
    assert.ok(await store.get(tenant, id(0)));
    assert.equal(await store.delete(tenant, id(0)), true);
    const { usedBytes, evictedEntries } = await settled(limitsOf({ quotaBytes: 5_000 }));
    assert.ok(usedBytes <= 5_000 && evictedEntries > 0);
    await exact();
    await store.invalidate(tenant, [{ resource: 'r', prefix: 'k2' }]);
    await store.clear(tenant);
    assert.equal((await settled(limits)).usedBytes, 0);
    await client.config('SET', 'maxmemory', '0');
    assert.equal((await store.write(tenant, id(1), body(500), limits)).status, 'stored');
    await exact();
  });

  it('evicting by itself (volatile-lru): what Redis took is found by a reconcile, and then every byte is exact', async () => {
    const { store, topology } = calm;
    const wide = limitsOf({ quotaBytes: 1e8 });
    for (let n = 0; n < 300; n++) await store.write(tenant, id(n), body(5_000), wide);
    const { used } = await look(client, tenant);
    await client.config('SET', 'maxmemory-policy', 'volatile-lru');
    const [, memory] = /used_memory:(\d+)/.exec(await client.info('memory')) ?? [];
    await client.config('SET', 'maxmemory', String(Number(memory) - 400_000));
    await until(async () => (await look(client, tenant)).keys.length < 280);
    await client.config('SET', 'maxmemory', '0');
    const taken = await look(client, tenant);
    // Never less than what is there: until a reconcile a tenant pays for what is gone, nobody else does.
    assert.ok(taken.used === used && taken.live < used, `${taken.live} of ${taken.used} bytes are there`);
    let [cursor, ghosts]: [string | undefined, number] = [undefined, 0];
    const upkeep = new RedisUpkeep(topology);
    do {
      const step = await upkeep.reconcile(tenant, { cursor, orphans: true });
      cursor = step.cursor;
      ghosts += step.ghosts;
    } while (cursor !== undefined);
    assert.equal(ghosts, 300 - taken.keys.length);
    const now = await look(client, tenant);
    assert.deepEqual([now.used, now.indexed], [now.live, now.live]);
    assert.deepEqual([[...now.lru].sort(), now.exp], [now.keys, now.keys]);
  });

  it('entries that end within the same second, and lives of 1 ms: their bytes come back once, and all of them', async () => {
    const { store } = calm;
    const lives = [1, 2, 10, 499, 500, 999, 1_000, 1_001, 1_999, 2_000];
    const left = lives.flatMap((ttlMs) => [0, 1, 2].map((n) => ({ id: entryId('r', `${ttlMs}-${n}`), ttlMs })));
    await Promise.all(left.map(({ id, ttlMs }) => store.write(tenant, id, body(100, ttlMs), limits)));
    // Up to the whole second after its life an entry counts, and is still there.
    await store.write(tenant, entryId('r', 'long'), body(100, 600_123), limits);
    assert.equal((await client.pexpiretime(`tenant:{${tenant}}:r:long`)) % 1_000, 0);
    await store.delete(tenant, entryId('r', 'long'));
    let looks = 0;
    await until(async () => {
      const now = await look(client, tenant);
      assert.equal(now.used, now.indexed);
      assert.ok(now.live <= now.used, 'nothing is there uncounted');
      // Writes over what has just ended, in the second in which it ends.
      await store.write(tenant, entryId('r', `${lives[looks++ % lives.length]}-0`), body(100, 1), limits);
      return looks > 150 || now.keys.length <= 1;
    });
    await until(async () => (await store.settle(tenant, limits)).usedBytes === 0);
    await exact();
    assert.deepEqual((await look(client, tenant)).exp, []);
  });

  it('an idle tenant gets the bytes of what expired back without being asked for', async () => {
    const cache = redisCache({ redis: { url: redis.url }, tenants: { default: { quotaBytes: limits.quotaBytes } } });
    await cache.ready();
    for (let n = 0; n < 200; n++) {
      const { usedBytes } = await cache.forTenant(tenant).set('r', `k${n}`, 'x', { ttl: '1s' });
      assert.ok(usedBytes > 0);
    }
    // The server drops keys itself; only the sweeper gives their bytes back.
    await until(async () => (await look(client, tenant)).used === 0);
    await exact();
  });

  /** Sixteen callers that write and delete for as long as `end` is not called. */
  function load() {
    const traffic = { stored: 0, failed: 0, end: async () => {} };
    let running = true;
    const callers = Array.from({ length: 16 }, async (_, caller) => {
      const { store } = stores[caller % 2] as (typeof stores)[0];
      for (let n = 0; running; n++) {
        const call =
          n % 6 === 0
            ? store.delete(tenant, id(n % 70))
            : store.write(tenant, id((caller + n * 5) % 70), body((n * 37) % 900), limits);
        await call.then(
          () => traffic.stored++,
          (error) => {
            assert.ok(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE', String(error));
            traffic.failed++;
          },
        );
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    traffic.end = async () => {
      running = false;
      await Promise.all(callers);
    };
    return traffic;
  }

  async function settled(within: typeof limits) {
    const { store } = calm;
    for (let evictedEntries = 0; ; ) {
      const round = await store.settle(tenant, within);
      evictedEntries += round.evictedEntries;
      if (!round.more) return { ...round, evictedEntries };
    }
  }

  async function exact(): Promise<void> {
    // A call that was given up may still be running in Redis until this one of its own connection has an answer.
    await Promise.all(
      stores.map(({ store }) =>
        until(() =>
          store.settle(tenant, limits).then(
            ({ more }) => !more,
            () => false,
          ),
        ),
      ),
    );
    await until(() => calm.store.state() === 'up');
    await settled(limits);
    const now = await look(client, tenant);
    assert.deepEqual([now.used, now.indexed], [now.live, now.live]);
    assert.deepEqual([[...now.lru].sort(), now.exp], [now.keys, now.keys]);
    assert.ok(now.used <= limits.hardLimitBytes);
  }
});

function isReady(store: ReturnType<typeof redisStore>['store']): Promise<boolean> {
  return store.ready().then(
    () => true,
    () => false,
  );
}
