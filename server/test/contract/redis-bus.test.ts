import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { invalidationBusContract } from '../../src/testing/invalidation-bus-contract.js';
import { redisStore } from '../fakes/redis-store.js';
import { takeMessageNumber } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

invalidationBusContract({ describe, it }, 'Redis', async () => {
  const near = redisStore();
  const far = redisStore();
  const client = new Redis(testRedisUrl());
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    near,
    far,
    // A number taken and no message sent is what a lost message looks like to a subscriber.
    lose: async (tenant) => takeMessageNumber(client, tenant),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});
