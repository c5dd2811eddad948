import { describe, it } from '@jest/globals';
import { entryId } from '../../src/core/resource.js';
import { invalidationBusContract } from '../../src/testing/invalidation-bus-contract.js';
import { MemoryBus } from '../../src/testing/memory-bus.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';

invalidationBusContract({ describe, it }, 'memory', async () => {
  const data = new MemoryData();
  const nearBus = new MemoryBus();
  const farBus = nearBus.sibling();
  const near = { bus: nearBus, store: new MemorySharedStore({ data, bus: nearBus }) };
  return {
    near,
    far: { bus: farBus, store: new MemorySharedStore({ data, bus: farBus }) },
    lose: async (tenant) => {
      // What was published so far is still on its way.
      await new Promise((resolve) => setImmediate(resolve));
      farBus.lose(1);
      await near.store.delete(tenant, entryId('r', 'lost'));
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: async () => {
      await nearBus.close();
      await farBus.close();
    },
  };
});
