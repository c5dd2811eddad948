import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { buildKey, META_KINDS } from '../../src/l2/redis-keys.js';
import { durableQueueContract } from '../../src/testing/durable-queue-contract.js';
import { MemoryDurableQueue } from '../../src/testing/memory-durable-queue.js';
import { redisQueue } from '../fakes/redis-queue.js';
import { testRedisUrl } from '../fakes/redis-url.js';

durableQueueContract({ describe, it }, 'memory', async () => {
  let aheadMs = 0;
  const near = new MemoryDurableQueue({ now: () => Date.now() + aheadMs });
  return {
    near,
    far: near.sibling(),
    expireHold: async () => {
      aheadMs += 10_001;
    },
    isEmpty: async (tenant) => !(await near.tenants()).includes(tenant),
    close: async () => {},
  };
});

durableQueueContract({ describe, it }, 'Redis', async () => {
  const [near, far] = await Promise.all([redisQueue(testRedisUrl()), redisQueue(testRedisUrl())]);
  const client = new Redis(testRedisUrl());
  return {
    near: near.queue,
    far: far.queue,
    expireHold: async (tenant) => {
      const state = buildKey({ kind: 'wb-state', tenant });
      if (await client.exists(state)) await client.hset(state, 'until', 0);
    },
    isEmpty: async (tenant) => {
      const state = buildKey({ kind: 'wb-state', tenant });
      const others = META_KINDS.map((kind) => buildKey({ kind, tenant })).filter((key) => key !== state);
      return (await client.exists(...others)) === 0 && (await client.pttl(state)) > 0;
    },
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});
