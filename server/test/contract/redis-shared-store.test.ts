import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { sharedStoreContract } from '../../src/testing/shared-store-contract.js';
import { age, redisStore, TOUCHES_FLUSHED_MS } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

sharedStoreContract({ describe, it }, 'Redis', async () => {
  const near = redisStore();
  const far = redisStore();
  const client = new Redis(testRedisUrl());
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    store: near.store,
    other: far.store,
    age: (tenant, seconds) => age(client, tenant, seconds),
    touched: () => new Promise((resolve) => setTimeout(resolve, TOUCHES_FLUSHED_MS)),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});
