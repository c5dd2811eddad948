import { describe, it } from '@jest/globals';
import { invalidationBusContract } from '../../src/testing/invalidation-bus-contract.js';
import { MemoryBus } from '../../src/testing/memory-bus.js';
import { MemoryData, MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { redisStore } from '../fakes/redis-store.js';

invalidationBusContract({ describe, it }, 'memory', async () => {
  const data = new MemoryData();
  const nearBus = new MemoryBus();
  const farBus = nearBus.sibling();
  return {
    near: { bus: nearBus, store: new MemorySharedStore({ data, bus: nearBus }) },
    far: { bus: farBus, store: new MemorySharedStore({ data, bus: farBus }) },
    close: async () => {
      await nearBus.close();
      await farBus.close();
    },
  };
});

invalidationBusContract({ describe, it }, 'Redis', async () => {
  const near = redisStore();
  const far = redisStore();
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    near,
    far,
    close: async () => {
      await Promise.all([near.close(), far.close()]);
    },
  };
});
