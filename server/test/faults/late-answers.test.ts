import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import type { Consequences } from '../../src/core/store-outcomes.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { GoneEntries } from '../../src/core/upkeep.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { speltPrefix } from '../fakes/spelt-keys.js';
import { TcpFaultProxy } from './tcp-fault-proxy.js';

const COUNT = 40;
const body = { payload: Buffer.alloc(1_000), ttlMs: 600_000, graceMs: 0 };
const id = (n: number) => entryId('r', `k${n}`);
const ROOMY = limitsOf({ quotaBytes: 1e6 });

describe('what was done by calls whose answers come too late', () => {
  let redis: RedisProcess;
  let client: Redis;
  let proxy: TcpFaultProxy;
  let tenant: TenantId;
  let untold: Consequences[];
  let late: ReturnType<typeof redisStore>;

  beforeEach(async () => {
    tenant = tenantId(`late-${randomUUID()}`);
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    proxy = await TcpFaultProxy.open(redis.url);
    untold = [];
    late = redisStore({
      redis: { url: `redis://127.0.0.1:${proxy.port}` },
      deadlineMs: 1_000,
      onUntold: (_, did) => void untold.push(did),
    });
    await late.store.ready();
    for (let n = 0; n < COUNT; n++) await late.store.write(tenant, id(n), body, ROOMY);
  });

  afterEach(async () => {
    proxy.set('pass');
    await closeRedisCaches();
    await late.close();
    client.disconnect();
    await proxy.close();
    await redis.kill();
  });

  const sum = (figure: 'expiredEntries' | 'evictedEntries' | 'evictedBytes') =>
    untold.reduce((all, did) => all + did[figure], 0);
  const stored = async () => (await late.store.settle(tenant, { ...ROOMY, enforcement: 'off' })).entries;

  it('is told of a settle: what it evicted, and the threshold that was passed', async () => {
    const half = limitsOf({ quotaBytes: (COUNT / 2) * 1_200 });
    proxy.set('stall');
    await expect(late.store.settle(tenant, half)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(untold).toEqual([]);
    proxy.set('pass');
    await until(() => untold.length === 1);
    expect(sum('evictedEntries')).toBeGreaterThan(0);
    expect(sum('evictedEntries') + (await stored())).toBe(COUNT);
    expect(untold[0]?.crossing).toMatchObject({ from: 'ok' });
  });

  it('is told of writes, of all of a call together', async () => {
    const tight = limitsOf({ quotaBytes: COUNT * 1_200 });
    proxy.set('stall');
    const failed = Array.from({ length: 20 }, (_, n) => late.store.write(tenant, id(COUNT + n), body, tight));
    const ends = await Promise.allSettled(failed);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    proxy.set('pass');
    await until(async () => sum('evictedEntries') > 0 && (await stored()) + sum('evictedEntries') === COUNT + 20);
    expect(sum('evictedBytes')).toBeGreaterThan(sum('evictedEntries') * 1_000);
  });

  it('is told of what had expired beside them', async () => {
    for (let n = 0; n < 10; n++) await late.store.write(tenant, id(n), { ...body, ttlMs: 10_000 }, ROOMY);
    await age(client, tenant, 20);
    proxy.set('stall');
    await expect(late.store.write(tenant, id(COUNT), body, ROOMY)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    proxy.set('pass');
    await until(() => untold.length > 0);
    expect([sum('expiredEntries'), sum('evictedEntries')]).toEqual([10, 0]);
  });

  it('is not told twice of calls that were answered in time', async () => {
    const tight = limitsOf({ quotaBytes: COUNT * 1_000 });
    const outcome = await late.store.write(tenant, id(COUNT), body, tight);
    expect(outcome.evictedEntries).toBeGreaterThan(0);
    await late.store.settle(tenant, limitsOf({ quotaBytes: 10_000 }));
    expect(untold).toEqual([]);
  });

  it('is told of a reconcile: what the server had lost, and what had expired', async () => {
    await client.del(...[0, 1, 2].map((n) => `${speltPrefix(tenant)}r:k${n}`));
    for (let n = 3; n < 8; n++) await late.store.write(tenant, id(n), { ...body, ttlMs: 10_000 }, ROOMY);
    await age(client, tenant, 20);
    const gone: GoneEntries[] = [];
    const upkeep = new RedisUpkeep(late.topology, (_, each) => void gone.push(each));
    proxy.set('stall');
    await expect(upkeep.reconcile(tenant, { orphans: false })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    proxy.set('pass');
    await until(() => gone.length > 0);
    expect(gone).toMatchObject([{ ghosts: 3, expiredEntries: 5 }]);
    expect(gone[0]?.ghostBytes).toBeGreaterThan(3_000);
    expect(await upkeep.reconcile(tenant, { orphans: false })).toMatchObject({ ghosts: 0, expiredEntries: 0 });
    expect([gone.length, await stored()]).toEqual([1, COUNT - 8]);
  });

  it('is counted by the cache', async () => {
    const url = `redis://127.0.0.1:${proxy.port}`;
    const cache = redisCache({
      redis: { url },
      redisTimeout: '1s',
      l1: false,
      tenants: { default: { quotaBytes: 50_000 } },
    });
    const handle = cache.forTenant(`counted-${randomUUID()}`);
    for (let n = 0; n < COUNT; n++) await handle.set('r', `k${n}`, 'x'.repeat(1_000));
    const before = handle.metrics().evictions;
    expect((await handle.usage()).entries + before).toBe(COUNT);
    proxy.set('stall');
    const ends = await Promise.all(
      Array.from({ length: 20 }, (_, n) => handle.set('r', `late${n}`, 'x'.repeat(1_000))),
    );
    expect(ends.map(({ stored: isStored }) => isStored)).not.toContain(true);
    proxy.set('pass');
    await until(() => handle.metrics().evictions > before);
  });
});
