import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LEASE_TTL_MS } from '../../src/cache/lease-keeper.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import type { HerdArgument, HerdMessage, HerdOrder } from './herd-worker.js';

type Done = HerdMessage & { type: 'done' };

describe('four processes with 250 callers each of one cold key', () => {
  let program: WorkerProgram;
  let workers: WorkerProcess[];

  beforeAll(async () => {
    program = await workerProgram(new URL('./herd-worker.ts', import.meta.url));
    const tenant = `herd-${randomUUID()}`;
    workers = Array.from({ length: 4 }, () => program.start({ url: testRedisUrl(), tenant } satisfies HerdArgument));
    await Promise.all(workers.map((worker) => worker.answer()));
  }, 300_000);

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    program.remove();
  });

  it('load it once, and all get that value', async () => {
    for (let round = 0; round < 10; round++) {
      const order: HerdOrder = { key: `cold-${round}`, callers: 250, loadMs: 50 };
      const done = await Promise.all(workers.map((worker) => finish(worker, order)));
      const loads = expectFewLoads(done, order.loadMs);
      expect(done.map(({ failed }) => failed)).toEqual([0, 0, 0, 0]);
      expect(new Set(done.flatMap(({ values }) => values)).size).toBeLessThanOrEqual(loads);
    }
  });

  it('load it once more where the process that loads is killed', async () => {
    const order: HerdOrder = { key: 'orphan', callers: 250, loadMs: 700 };
    const outcomes = workers.map(async (worker, index) => {
      const first = await worker.ask<HerdMessage>(order);
      if (first.type !== 'loading') return first as Done;
      if (orphaned === undefined) {
        orphaned = index;
        await worker.kill();
        return undefined;
      }
      return finish(worker);
    });
    const done = (await Promise.all(outcomes)).filter((each) => each !== undefined);
    expect(done).toHaveLength(3);
    // Whoever is next waits for the lease of the one that is gone.
    expectFewLoads(done, order.loadMs + LEASE_TTL_MS);
    expect(done.map(({ failed }) => failed)).toEqual([0, 0, 0]);
  });

  let orphaned: number | undefined;
});

/**
 * One in all. A machine that stands still for longer than a lease is held lets somebody else load as well: one more for
 * each lease that what takes `nominalMs` took longer.
 */
function expectFewLoads(done: readonly Done[], nominalMs: number): number {
  const loads = done.reduce((sum, each) => sum + each.loads, 0);
  const tookMs = Math.max(...done.map((each) => each.tookMs));
  expect(loads).toBeGreaterThan(0);
  expect(loads).toBeLessThanOrEqual(1 + Math.floor(Math.max(0, tookMs - nominalMs) / LEASE_TTL_MS));
  return loads;
}

/** What the process says once all its callers are answered. */
async function finish(worker: WorkerProcess, order?: HerdOrder): Promise<Done> {
  let message = order ? await worker.ask<HerdMessage>(order) : await worker.answer<HerdMessage>();
  while (message.type !== 'done') message = await worker.answer<HerdMessage>();
  return message;
}
