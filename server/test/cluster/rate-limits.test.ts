import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisRateStore } from '../../src/l2/redis-rate-store.js';
import { clusterStore } from '../fakes/cluster-store.js';

describe('rates on a Cluster', () => {
  let open: ReturnType<typeof clusterStore>[];
  beforeAll(async () => {
    open = [clusterStore(), clusterStore()];
    await Promise.all(open.map(({ store }) => store.ready()));
  });
  afterAll(() => Promise.all(open.map(({ close }) => close())));

  it('are counted together over two processes, wherever a key lives', async () => {
    const policy = `p${randomUUID().slice(0, 8)}`;
    const counters = open.map(({ topology }) => new RedisRateStore(topology).counter(policy, 60_000));
    const callers = Array.from({ length: 60 }, (_, n) => `tenant ${n}`);
    await Promise.all(callers.flatMap((caller) => counters.map((counter) => counter.increment(caller))));
    const counts = await Promise.all(callers.map((caller) => counters[0]?.increment(caller)));
    expect(counts.map((count) => count?.used)).toEqual(callers.map(() => 3));
  });
});
