import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import { NOOP_LOGGER } from '../../src/core/contracts.js';
import { TenantCacheError } from '../../src/core/errors.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { createRedisStore } from '../../src/l2/create-redis-store.js';
import { refusalOf } from '../../src/l2/redis-requirements.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';

const info = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}:${value}`)
    .join('\r\n');

describe('what a server must be', () => {
  it.each([
    [{ redis_version: '7.0.15', maxmemory_policy: 'noeviction' }, true],
    [{ redis_version: '8.2.1', maxmemory_policy: 'volatile-lru' }, true],
    [{ redis_version: '7.2.4', valkey_version: '7.2.5', maxmemory_policy: 'noeviction' }, true],
    [{ redis_version: '7.2.4', valkey_version: '8.0.0', maxmemory_policy: 'noeviction' }, true],
    [{ redis_version: '6.2.14', maxmemory_policy: 'noeviction' }, false],
    [{ redis_version: '7.2.4', valkey_version: '7.0.0', maxmemory_policy: 'noeviction' }, false],
    [{ redis_version: '7.0.15', maxmemory_policy: 'allkeys-lru' }, false],
    [{ maxmemory_policy: 'noeviction' }, false],
    [{ redis_version: '7.0.15', redis_mode: 'cluster' }, false],
    [{ redis_version: '7.0.15', redis_mode: 'standalone' }, true],
  ])('%j: fit for use is %s', (fields, fit) => {
    const refusal = refusalOf(info(fields), false);
    assert.equal(refusal === undefined, fit);
    if (refusal) assert.equal(refusal.code, 'STORE_MISCONFIGURED');
  });

  it('a real server that evicts bookkeeping is refused with what to do, and used once that is done', async () => {
    const redis = await RedisProcess.reserve();
    await redis.start('--maxmemory-policy', 'allkeys-lru');
    const { store, close } = redisStore({ redis: { url: redis.url } });
    const client = redis.client();
    try {
      await assert.rejects(
        () => store.ready(),
        (error) =>
          error instanceof TenantCacheError &&
          error.code === 'STORE_MISCONFIGURED' &&
          /allkeys-lru.*noeviction.*set maxmemory-policy/.test(error.message),
      );
      assert.equal(store.state(), 'down');
      await assert.rejects(
        () => store.get(tenantId('t'), entryId('r', 'k')),
        (error) => error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE',
      );
      await until(() => client.status === 'ready');
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      await store.ready();
      assert.equal(store.state(), 'up');
    } finally {
      client.disconnect();
      await close();
      await redis.kill();
    }
  });

  it('a full server (OOM) refuses writes, still reads, deletes and clears, and opens no breaker', async () => {
    const redis = await RedisProcess.reserve();
    await redis.start('--maxmemory-policy', 'noeviction');
    const { store, close } = redisStore({ redis: { url: redis.url } });
    const client = redis.client();
    const tenant = tenantId('t');
    const ids = ['a', 'b', 'c'].map((key) => entryId('r', key)) as [never, never, never];
    const body = { payload: Buffer.alloc(10), ttlMs: 60_000, graceMs: 0 };
    const limits = limitsOf({ quotaBytes: 1e6 });
    try {
      await store.ready();
      for (const id of ids) await store.write(tenant, id, body, limits);
      await until(() => client.status === 'ready');
      await client.config('SET', 'maxmemory', '1');
      for (let n = 0; n < 8; n++) {
        await assert.rejects(() => store.write(tenant, ids[0], body, limits), /OOM/);
      }
      assert.equal(store.state(), 'up');
      assert.ok(await store.get(tenant, ids[0]));
      assert.equal(await store.delete(tenant, ids[0]), true);
      await store.clear(tenant);
      assert.equal(await store.get(tenant, ids[1]), undefined);
      assert.equal((await store.settle(tenant, limits)).usedBytes, 0);
    } finally {
      client.disconnect();
      await close();
      await redis.kill();
    }
  });

  it('options out of range are refused', () => {
    const base = { redis: { url: 'redis://127.0.0.1:1' }, logger: NOOP_LOGGER, emit: () => {} };
    for (const wrong of [
      { deadlineMs: 0 },
      { breaker: { failures: 0 } },
      { maxEntryBytes: 2 ** 25 },
      { deadlineMs: Number.NaN },
    ]) {
      assert.throws(() => createRedisStore({ ...base, ...wrong }), { code: 'OPTION_INVALID' });
    }
  });
});
