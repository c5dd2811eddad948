import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Lease } from '../../src/core/contracts.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { metaKey } from '../../src/l2/redis-keys.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { clearedAt, look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const limits = limitsOf({ quotaBytes: 1e9 });
const body = { payload: Buffer.from('value'), ttlMs: 6_000_000, graceMs: 0 };
const id = (key: number | string) => entryId('r', `k${key}`);
const newTenant = (): TenantId => tenantId(`scope-${randomUUID()}`);

describe('invalidations in Redis', () => {
  let client: Redis;
  let near: ReturnType<typeof redisStore>;
  let far: ReturnType<typeof redisStore>;

  const settleAll = (tenant: TenantId) => until(async () => !(await near.store.settle(tenant, limits)).more);
  const onRecord = (tenant: TenantId) => client.hlen(metaKey('inv', tenant));
  const grant = async (tenant: TenantId, key: string): Promise<Lease> => {
    const answer = await near.store.lease(tenant, id(key), { seenSequence: 0, ttlMs: 600_000 });
    return (answer as { lease: Lease }).lease;
  };

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    near = redisStore();
    far = redisStore();
    await Promise.all([near.store.ready(), far.store.ready()]);
  });

  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
    await client.quit();
  });

  it('stay on record while they may be needed; then the fence refuses the loads from before', async () => {
    const tenant = newTenant();
    await near.store.write(tenant, id('old'), { ...body, tags: ['t'] }, limits);
    const lease = await grant(tenant, 'k');
    await near.store.invalidate(tenant, [{ tag: 't' }, { resource: 'q', prefix: '' }]);
    const later = await grant(tenant, 'later');
    await settleAll(tenant);
    assert.equal(await onRecord(tenant), 2);
    await age(client, tenant, 61);
    await near.store.settle(tenant, limits);
    assert.equal(await onRecord(tenant), 0);
    // The lease is older than the invalidation, of which nobody knows any more what it was about.
    assert.equal((await near.store.write(tenant, id('k'), body, limits, lease)).status, 'void');
    assert.equal((await near.store.write(tenant, id('later'), body, limits, later)).status, 'stored');
    assert.deepEqual((await look(client, tenant)).keys, ['r:klater']);
  });

  it('are not folded before the pass over their entries has ended', async () => {
    const tenant = newTenant();
    await near.store.invalidate(tenant, [{ tag: 'done' }]);
    await settleAll(tenant);
    await Promise.all(
      Array.from({ length: 400 }, (_, n) => near.store.write(tenant, id(n), { ...body, tags: ['t'] }, limits)),
    );
    await near.store.invalidate(tenant, [{ tag: 't' }]);
    assert.equal((await near.store.settle(tenant, limits)).more, true);
    await age(client, tenant, 61);
    assert.equal((await near.store.settle(tenant, limits)).more, true);
    // The one that is done went, the one under way is needed.
    assert.equal(await onRecord(tenant), 1);
    assert.equal(await far.store.get(tenant, id(399)), undefined);
    await settleAll(tenant);
    await age(client, tenant, 61);
    await near.store.settle(tenant, limits);
    assert.deepEqual([await onRecord(tenant), (await look(client, tenant)).used], [0, 0]);
  });

  it('beyond 1,024 those that are done go early, the oldest first', async () => {
    const tenant = newTenant();
    for (let n = 0; n < 1_500; n += 100) {
      await near.store.invalidate(
        tenant,
        Array.from({ length: 100 }, (_, m) => ({ tag: `${n + m}` })),
      );
    }
    assert.equal(await onRecord(tenant), 1_500);
    await settleAll(tenant);
    assert.equal(await onRecord(tenant), 1_024);
    // The hundred of one call are of one age: which of them went depends on the server's hash seed.
    const kept = new Set(await client.hkeys(metaKey('inv', tenant)));
    const missing = Array.from({ length: 1_500 }, (_, n) => n).filter((n) => !kept.has(`t${n}`));
    assert.equal(missing.filter((n) => n < 400).length, 400);
    assert.deepEqual(
      missing.filter((n) => n >= 500),
      [],
    );
  });

  it('beyond 4,096 that are not done the whole tenant is cleared', async () => {
    const tenant = newTenant();
    await near.bus.follow(tenant);
    await far.bus.follow(tenant);
    await near.store.write(tenant, id('k'), body, limits);
    assert.ok((await near.store.get(tenant, id('k'))) && (await far.store.get(tenant, id('k'))));
    const scopes = Array.from({ length: 4_097 }, (_, n) => ({ tag: `${n}` }));
    await near.store.invalidate(tenant, scopes);
    assert.equal(await near.store.get(tenant, id('k')), undefined);
    await until(async () => (await far.store.get(tenant, id('k'))) === undefined);
    assert.ok((await clearedAt(client, tenant)) > 0);
    await near.store.write(tenant, id('k'), { ...body, tags: ['1'] }, limits);
    assert.ok(await near.store.get(tenant, id('k')));
    await settleAll(tenant);
    assert.equal((await look(client, tenant)).keys.length, 1);
  });

  it('a record that this version cannot read hides all, and is reported', async () => {
    const tenant = newTenant();
    await near.store.write(tenant, id('k'), body, limits);
    await client.hset(metaKey('inv', tenant), 'tx', 'nonsense');
    assert.equal(await near.store.get(tenant, id('k')), undefined);
    assert.ok(near.events.some((event) => event.type === 'unreadable-entry' && event.reason === 'record'));
  });

  it('by this process hold for it at once', async () => {
    const tenant = newTenant();
    await near.bus.follow(tenant);
    for (let round = 0; round < 20; round++) {
      const tagged = { ...body, tags: ['t'] };
      await Promise.all([
        near.store.write(tenant, id('a'), tagged, limits),
        near.store.write(tenant, id('b'), body, limits),
      ]);
      assert.ok(await near.store.get(tenant, id('a')));
      await near.store.invalidate(tenant, [{ tag: 't' }, { resource: 'r', prefix: 'kb' }]);
      assert.deepEqual(await near.store.getMany(tenant, [id('a'), id('b')]), [undefined, undefined]);
    }
  });

  it('what was learnt before a cut is not trusted after it', async () => {
    const redis = await RedisProcess.reserve();
    await redis.start();
    const [reader, writer] = [redisStore({ redis: { url: redis.url } }), redisStore({ redis: { url: redis.url } })];
    const own = redis.client();
    try {
      const tenant = newTenant();
      await Promise.all([reader.store.ready(), writer.store.ready(), reader.bus.follow(tenant)]);
      await until(() => own.status === 'ready');
      const states: string[] = [];
      reader.bus.onState((state) => states.push(state));
      for (let round = 0; round < 5; round++) {
        const tagged = { ...body, tags: [`t${round}`] };
        await writer.store.write(tenant, id(round), tagged, limits);
        assert.ok(await reader.store.get(tenant, id(round)));
        states.length = 0;
        await own.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await writer.store.invalidate(tenant, [{ tag: `t${round}` }]);
        // It may stand again by then.
        await until(() => states.includes('down'));
        assert.equal(await reader.store.get(tenant, id(round)), undefined);
        await until(() => reader.bus.state() === 'up');
        assert.equal(await reader.store.get(tenant, id(round)), undefined);
      }
    } finally {
      own.disconnect();
      await Promise.all([reader.close(), writer.close()]);
      await redis.kill();
    }
  });

  it('in the middle of traffic leave the accounts exact and nothing hidden behind', async () => {
    const tenant = newTenant();
    const quota = limitsOf({ quotaBytes: 30_000 });
    await Promise.all(
      Array.from({ length: 32 }, async (_, worker) => {
        const { store } = worker % 2 ? near : far;
        for (let n = 0; n < 20; n++) {
          const tags = n % 3 ? [`t${n % 5}`, 'all'] : [];
          const entry = entryId(n % 2 ? 'r' : 's', `${(worker * 7 + n) % 60}`);
          await store.write(tenant, entry, { ...body, payload: Buffer.alloc((n * 97) % 900), tags }, quota);
          if (n % 7 === 0) await store.invalidate(tenant, [{ tag: `t${worker % 5}` }]);
          if (n % 11 === 0) await store.invalidate(tenant, [{ resource: 's', prefix: `${worker % 6}` }]);
          if (n % 13 === 0) await store.delete(tenant, entry);
        }
      }),
    );
    await settleAll(tenant);
    const now = await look(client, tenant);
    assert.deepEqual([now.used, now.indexed], [now.live, now.live]);
    assert.deepEqual([[...now.lru].sort(), now.exp], [now.keys, now.keys]);
    const ids = now.keys.map((key) => entryId(key.slice(0, 1), key.slice(2)));
    assert.ok((await far.store.getMany(tenant, ids)).every((entry) => entry !== undefined));
    await near.store.invalidate(tenant, [
      { resource: 'r', prefix: '' },
      { resource: 's', prefix: '' },
    ]);
    await settleAll(tenant);
    const after = await look(client, tenant);
    assert.deepEqual([after.used, after.keys, await client.exists(metaKey('tags', tenant))], [0, [], 0]);
  });
});
