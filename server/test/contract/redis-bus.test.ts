import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { metaKey } from '../../src/l2/redis-keys.js';
import { invalidationBusContract } from '../../src/testing/invalidation-bus-contract.js';
import { redisStore } from '../fakes/redis-store.js';
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
    lose: async (tenant) => void (await client.hincrby(metaKey('state', tenant), 'msg', 1)),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});
