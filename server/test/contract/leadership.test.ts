import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { leadershipContract } from '../../src/testing/leadership-contract.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemoryUpkeep } from '../../src/testing/memory-upkeep.js';
import { redisLeaderships } from '../fakes/redis-leaderships.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

leadershipContract({ describe, it }, 'a lease in Redis', async () => {
  const near = redisStore();
  const far = redisStore();
  await Promise.all([near.store.ready(), far.store.ready()]);
  const client = new Redis(testRedisUrl());
  return {
    ...redisLeaderships(near, far, client),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});

leadershipContract({ describe, it }, 'the memory of one process', async () => {
  const data = new MemoryData();
  let passedMs = 0;
  const upkeep = new MemoryUpkeep(data, () => Date.now() + passedMs);
  return {
    process: (name) => upkeep.leadership(name),
    depose: async () => {
      passedMs += 60_000;
    },
    pass: async () => {},
    termMs: 0,
    close: async () => {},
  };
});
