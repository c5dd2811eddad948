import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Lease } from '../../src/core/contracts.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { buildKey, metaKey } from '../../src/l2/redis-keys.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const limits = limitsOf({ quotaBytes: 1e9 });
const body = { payload: Buffer.from('value'), ttlMs: 600_000, graceMs: 0 };
const id = (key: number | string) => entryId('r', `k${key}`);
const newTenant = (): TenantId => tenantId(`lease-${randomUUID()}`);

describe('leases in Redis', () => {
  let client: Redis;
  let store: ReturnType<typeof redisStore>['store'];
  let close: () => Promise<void>;

  const grant = async (tenant: TenantId, key: number | string, ttlMs = 60_000): Promise<Lease> => {
    const answer = await store.lease(tenant, id(key), { seenSequence: 0, ttlMs });
    assert.equal(answer.kind, 'granted');
    return (answer as { lease: Lease }).lease;
  };

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    ({ store, close } = redisStore());
    await store.ready();
  });

  afterAll(async () => {
    await close();
    await client.quit();
  });

  it('of many tenants asked for in one tick are one call', async () => {
    const redis = await RedisProcess.reserve();
    await redis.start();
    const own = redisStore({ redis: { url: redis.url } });
    const observer = redis.client();
    try {
      await own.store.ready();
      await until(() => observer.status === 'ready');
      const tenants = Array.from({ length: 8 }, newTenant);
      const ask = (n: number) => own.store.lease(tenants[n % 8] as TenantId, id(n), { seenSequence: 0, ttlMs: 60_000 });
      await ask(100);
      await observer.config('RESETSTAT');
      const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => ask(n)));
      assert.ok(answers.every(({ kind }) => kind === 'granted'));
      const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await observer.info('commandstats'))?.[1];
      assert.equal(calls, '1');
    } finally {
      observer.disconnect();
      await own.close();
      await redis.kill();
    }
  });

  it("one tenant's damaged keys fail its own leases only", async () => {
    const [damaged, sound] = [newTenant(), newTenant()];
    await client.set(metaKey('leases', damaged), 'no hash', 'EX', 60);
    const request = { seenSequence: 0, ttlMs: 60_000 };
    const [bad, good] = await Promise.allSettled([
      store.lease(damaged, id(1), request),
      store.lease(sound, id(1), request),
    ]);
    assert.deepEqual([bad.status, good.status], ['rejected', 'fulfilled']);
    assert.equal((bad as PromiseRejectedResult).reason.code, 'STORE_UNAVAILABLE');
    assert.equal(store.state(), 'up');
  });

  it('a server that has forgotten the scripts is told them in full', async () => {
    const tenant = newTenant();
    await client.script('FLUSH');
    const lease = await grant(tenant, 1);
    await client.script('FLUSH');
    const long = { ...body, payload: Buffer.alloc(5_000, 1), tags: ['t'] };
    const [stored, other] = await Promise.all([
      store.write(tenant, id(1), long, limits, lease),
      store.write(tenant, id(2), body, limits),
    ]);
    assert.deepEqual([stored.status, stored.sequence, other.status], ['stored', lease.sequence, 'stored']);
    assert.equal((await store.get(tenant, id(1)))?.payload.length, 5_000);
    await client.script('FLUSH');
    assert.equal(await store.delete(tenant, id(1)), true);
  });

  it('end by themselves, and leave nothing behind', async () => {
    const tenant = newTenant();
    await grant(tenant, 1);
    assert.equal(await client.hlen(metaKey('leases', tenant)), 1);
    await age(client, tenant, 120);
    await until(async () => (await client.exists(metaKey('leases', tenant))) === 0);
    await grant(tenant, 1);
  });

  it('of holders that died are swept while others go on', async () => {
    const tenant = newTenant();
    await Promise.all(Array.from({ length: 300 }, (_, n) => grant(tenant, n)));
    const standing = await grant(tenant, 'standing', 600_000);
    await age(client, tenant, 120);
    assert.equal(await client.hlen(metaKey('leases', tenant)), 301);
    await until(async () => {
      await store.settle(tenant, limits);
      return (await client.hlen(metaKey('leases', tenant))) < 128;
    });
    assert.equal((await store.write(tenant, id('standing'), body, limits, standing)).status, 'stored');
  });

  it('taken, renewed, given up and used at random by many: never two at once, and the accounts are exact', async () => {
    const tenant = newTenant();
    const stores = [redisStore(), redisStore()];
    await Promise.all(stores.map((each) => each.store.ready()));
    const holders = new Map<string, number>();
    let most = 0;
    await Promise.all(
      Array.from({ length: 32 }, async (_, worker) => {
        const { store } = stores[worker % 2] as ReturnType<typeof redisStore>;
        for (let n = 0; n < 12; n++) {
          const entry = id((worker * 5 + n * 3) % 7);
          const seen = (await store.get(tenant, entry))?.sequence ?? 0;
          const answer = await store.lease(tenant, entry, { seenSequence: seen, ttlMs: 60_000 });
          if (answer.kind !== 'granted') continue;
          holders.set(entry, (holders.get(entry) ?? 0) + 1);
          most = Math.max(most, holders.get(entry) as number);
          if (n % 3 === 0) assert.equal(await store.renew(tenant, entry, answer.lease, 60_000), true);
          // Whoever asks after the end may be granted before the end is known here.
          holders.set(entry, (holders.get(entry) as number) - 1);
          if (n % 4 === 0) await store.release(tenant, entry, answer.lease);
          else assert.equal((await store.write(tenant, entry, body, limits, answer.lease)).status, 'stored');
        }
      }),
    );
    await Promise.all(stores.map((each) => each.close()));
    assert.equal(most, 1);
    assert.equal(await client.exists(metaKey('leases', tenant)), 0);
    const now = await look(client, tenant);
    assert.deepEqual([now.used, now.indexed], [now.live, now.live]);
  });

  it('an entry that no reader can read does not stand in the way of a load', async () => {
    const tenant = newTenant();
    await store.write(tenant, id(1), body, limits);
    const key = buildKey({ kind: 'entry', tenant, member: id(1) as never });
    for (const [at, byte] of [
      [0, 2],
      [13, 64],
      [13, 4],
    ] as const) {
      const value = (await client.getBuffer(key)) as Buffer;
      const broken = Buffer.from(value);
      broken[at] = byte;
      await client.set(key, broken, 'KEEPTTL');
      assert.equal(await store.get(tenant, id(1)), undefined);
      await store.release(tenant, id(1), await grant(tenant, 1));
      await client.set(key, value, 'KEEPTTL');
    }
  });
});
