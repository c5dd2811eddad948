import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { EVICTION_POLICIES, limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import type { WritersOrder, WritersReport } from './30-writers-worker.js';

const PROCESSES = 2;
const WRITERS = 32;
const WRITES = 15;
const KEYS = 90;
const MEMBERS = Array.from({ length: KEYS }, (_, n) => `r:k${n}`);

const CASES = EVICTION_POLICIES.flatMap((policy) =>
  (['hard', 'soft'] as const).flatMap((enforcement) => [
    { policy, enforcement, overageLimitBytes: 0 },
    { policy, enforcement, overageLimitBytes: 6_000 },
  ]),
);

describe('attack 30: 64 writers in two processes at the limit of one tenant', () => {
  let program: WorkerProgram;
  let workers: WorkerProcess[];
  let client: Redis;

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    program = await workerProgram(new URL('./30-writers-worker.ts', import.meta.url));
    const url = testRedisUrl();
    workers = Array.from({ length: PROCESSES }, (_, n) => program.start({ url, offset: n * WRITERS }));
    await Promise.all(workers.map((worker) => worker.answer()));
  }, 300_000);

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    program.remove();
    await client.quit();
  });

  it.each(CASES)(
    '$policy, $enforcement, overage $overageLimitBytes: never above it, and every byte counted',
    async ({ policy, enforcement, overageLimitBytes }) => {
      const tenant = tenantId(`writers-${randomUUID()}`);
      const limits = limitsOf({ quotaBytes: 20_000, policy, enforcement, overageAllowed: true, overageLimitBytes });
      const order: WritersOrder = {
        tenant,
        limits,
        writers: WRITERS,
        writes: WRITES,
        keys: KEYS,
        maxPayloadBytes: 900,
      };
      let running = true;
      let looks = 0;
      const observed = (async () => {
        for (; running; looks++) {
          const now = await look(client, tenant, MEMBERS);
          assert.ok(now.used <= limits.hardLimitBytes, `${now.used} bytes are counted`);
          assert.deepEqual([now.indexed, now.live], [now.used, now.used], 'what is counted is what is there');
        }
      })();
      const reports = await Promise.all(workers.map((worker) => worker.ask<WritersReport>(order))).finally(() => {
        running = false;
      });
      await observed;
      assert.ok(looks > 0, 'the observer looked');
      const sum = (of: (report: WritersReport) => number) => reports.reduce((total, report) => total + of(report), 0);
      const highest = Math.max(...reports.map(({ highestUsedBytes }) => highestUsedBytes));
      assert.ok(highest <= limits.hardLimitBytes && highest > 0.8 * limits.hardLimitBytes, `highest use ${highest}`);
      if (policy === 'reject') assert.ok(sum(({ evicted }) => evicted) === 0 && sum(({ refused }) => refused) > 0);
      else assert.ok(sum(({ evicted }) => evicted) > 0 && sum(({ refused }) => refused) === 0);
      assert.equal(
        sum(({ stored, refused }) => stored + refused),
        PROCESSES * WRITERS * WRITES,
      );
    },
  );

  it.each(EVICTION_POLICIES)('%s: an entry that can never fit evicts nothing, whatever the overage', async (policy) => {
    const { store, close } = redisStore();
    const [tenant, other] = [tenantId(`large-${randomUUID()}`), tenantId(`large-${randomUUID()}`)];
    const limits = limitsOf({ quotaBytes: 9_000, policy, overageAllowed: true, overageLimitBytes: 1_000 });
    const body = (bytes: number) => ({ payload: Buffer.alloc(bytes), ttlMs: 60_000, graceMs: 0 });
    for (const each of [tenant, other]) {
      for (let n = 0; n < 9; n++) await store.write(each, entryId('r', `k${n}`), body(800), limits);
    }
    const before = [await look(client, tenant, MEMBERS), await look(client, other, MEMBERS)];
    for (const key of ['k0', 'new']) {
      const outcome = await store.write(tenant, entryId('r', key), body(10_000), limits);
      assert.deepEqual([outcome.status, outcome.evictedEntries], ['too-large', 0]);
    }
    assert.deepEqual([await look(client, tenant, MEMBERS), await look(client, other, MEMBERS)], before);
    await close();
  });
});
