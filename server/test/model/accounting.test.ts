import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { KEYS, run } from './accounting-steps.js';
import { newTenant, World } from './accounting-world.js';

/** 10,000 in the long form. */
const RUNS = Number(process.env.MODEL_RUNS ?? 500);

describe('accounting of the Redis store against the memory store as its model', () => {
  let real: ReturnType<typeof redisStore>;
  let client: Redis;
  const bystander = newTenant();
  let bystanderDump: unknown;

  beforeAll(async () => {
    real = redisStore();
    client = new Redis(testRedisUrl());
    const { store } = real;
    await store.ready();
    const limits = limitsOf({ quotaBytes: 1e6 });
    const body = { payload: Buffer.alloc(50), ttlMs: 1e7, graceMs: 0, tags: ['a', 'b', 'c'] };
    for (const id of KEYS) await store.write(bystander, id, body, limits);
    await store.invalidate(bystander, [{ tag: 'b' }, { resource: 's', prefix: '' }]);
    for (const id of KEYS.slice(0, 3)) await store.write(bystander, id, body, limits);
    await store.lease(bystander, KEYS[4] as (typeof KEYS)[0], { seenSequence: 0, ttlMs: 1e7 });
    bystanderDump = await dump(client, bystander);
  });

  afterAll(async () => {
    await real.close();
    await client.quit();
  });

  it(
    `agrees in every outcome and keeps every invariant over ${RUNS} runs`,
    async () => {
      await fc.assert(
        fc.asyncProperty(run, async ({ policy, enforcement, limit, steps }) => {
          const world = new World(real.store, client, limitsOf({ quotaBytes: limit, policy, enforcement }));
          for (const each of steps) await world.take(each);
          await world.finish();
          assert.deepEqual(await dump(client, bystander), bystanderDump, 'another tenant was touched');
        }),
        { numRuns: RUNS },
      );
    },
    Math.max(120_000, RUNS * 100),
  );
});

async function dump(client: Redis, tenant: TenantId): Promise<unknown> {
  const kinds = ['state', 'lru', 'exp', 'tags', 'inv', 'leases'];
  return Promise.all(kinds.map((kind) => client.dumpBuffer(`meta:{${tenant}}:${kind}`)));
}
