import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { MemoryUpkeep } from '../../src/testing/memory-upkeep.js';
import { upkeepContract } from '../../src/testing/upkeep-contract.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const HOUR_MS = 3_600_000;

upkeepContract({ describe, it }, 'Redis', async () => {
  const [first, second] = [redisStore(), redisStore()];
  const client = new Redis(testRedisUrl());
  await Promise.all([first.store.ready(), second.store.ready()]);
  return {
    store: first.store,
    near: new RedisUpkeep(first.topology),
    far: new RedisUpkeep(second.topology),
    ageEnrolment: async (tenant) => {
      await client.zincrby('tenantcache:roll', -HOUR_MS - 1, tenant);
    },
    age: (tenant, seconds) => age(client, tenant, seconds),
    close: async () => {
      await Promise.all([first.close(), second.close(), client.quit()]);
    },
  };
});

upkeepContract({ describe, it }, 'memory', async () => {
  const data = new MemoryData();
  let nowMs = Date.now();
  const now = () => nowMs;
  const store = new MemorySharedStore({ data, now });
  return {
    store,
    near: new MemoryUpkeep(data, now),
    far: new MemoryUpkeep(data, now),
    ageEnrolment: async () => {
      nowMs += HOUR_MS + 1;
    },
    age: async (_tenant, seconds) => {
      nowMs += seconds * 1_000;
    },
    close: () => store.close(),
  };
});
