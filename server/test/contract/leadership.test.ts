import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from '@jest/globals';
import { RedisLeadership } from '../../src/l2/redis-leadership.js';
import { leadershipContract } from '../../src/testing/leadership-contract.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemoryUpkeep } from '../../src/testing/memory-upkeep.js';
import { redisStore } from '../fakes/redis-store.js';

const LEASE_MS = 2_000;

leadershipContract({ describe, it }, 'a lease in Redis', async () => {
  const near = redisStore();
  const far = redisStore();
  await Promise.all([near.store.ready(), far.store.ready()]);
  let opened = 0;
  return {
    process: (name) => new RedisLeadership((opened++ % 2 ? far : near).topology, name, LEASE_MS),
    // By the clock of the server, which is that of this machine.
    depose: () => delay(LEASE_MS + 2),
    termMs: LEASE_MS,
    close: async () => {
      await Promise.all([near.close(), far.close()]);
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
    termMs: 0,
    close: async () => {},
  };
});
