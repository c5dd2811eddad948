import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import type { SharedStore } from '../../src/core/contracts.js';
import { limitsOf } from '../../src/core/quota.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { calmServer, newTenant, type Server } from './accounting-faults.js';
import { KEYS, run } from './accounting-steps.js';
import { World } from './accounting-world.js';

/** 10,000 in the long form. */
const RUNS = Number(process.env.MODEL_RUNS ?? 500);

const LIMIT_MS = Math.max(120_000, RUNS * 100);

describe('accounting of the Redis store against the memory store as its model', () => {
  let world: Server;
  const bystander = newTenant();
  let bystanderDump: unknown;

  beforeAll(async () => {
    world = await calmServer();
    const [store] = world.stores as [SharedStore];
    const limits = limitsOf({ quotaBytes: 1e6 });
    const body = { payload: Buffer.alloc(50), ttlMs: 1e7, graceMs: 0, tags: ['a', 'b', 'c'] };
    for (const id of KEYS) await store.write(bystander, id, body, limits);
    await store.invalidate(bystander, [{ tag: 'b' }, { resource: 's', prefix: '' }]);
    for (const id of KEYS.slice(0, 3)) await store.write(bystander, id, body, limits);
    await store.lease(bystander, KEYS[4] as (typeof KEYS)[0], { seenSequence: 0, ttlMs: 1e7 });
    bystanderDump = await dump(world.client, bystander);
  });

  afterAll(() => world.close());

  it(
    `agrees in every outcome and keeps every invariant over ${RUNS} runs`,
    async () => {
      await fc.assert(
        fc.asyncProperty(run, async (steps) => {
          await World.live(world, steps);
          assert.deepEqual(await dump(world.client, bystander), bystanderDump, 'another tenant was touched');
        }),
        // A failure that takes long to shrink is told as small as it has become.
        { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS - 10_000, markInterruptAsFailure: true },
      );
    },
    LIMIT_MS,
  );
});

async function dump(client: Redis, tenant: TenantId): Promise<unknown> {
  const kinds = ['state', 'lru', 'exp', 'tags', 'inv', 'leases'];
  return Promise.all(kinds.map((kind) => client.dumpBuffer(`meta:{${tenant}}:${kind}`)));
}
