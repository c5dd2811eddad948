import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { MemoryJournalData, MemoryUsageJournal } from '../../src/testing/memory-usage-journal.js';
import { usageJournalContract } from '../../src/testing/usage-journal-contract.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { usageJournals } from '../fakes/usage-journals.js';

usageJournalContract({ describe, it }, 'Redis', async () => {
  const [near, far] = [redisStore(), redisStore()];
  const client = new Redis(testRedisUrl());
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    ...usageJournals(near, far, client),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});

usageJournalContract({ describe, it }, 'memory', async () => {
  const data = new MemoryJournalData();
  return {
    near: new MemoryUsageJournal(data),
    far: new MemoryUsageJournal(data),
    pass: async () => {},
    close: async () => {},
  };
});
