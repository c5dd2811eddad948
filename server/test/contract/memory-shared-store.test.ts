import { describe, it } from '@jest/globals';
import { MemoryBus } from '../../src/testing/memory-bus.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { sharedStoreContract } from '../../src/testing/shared-store-contract.js';

sharedStoreContract({ describe, it }, 'memory', async () => {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const data = new MemoryData();
  const bus = new MemoryBus();
  return {
    store: new MemorySharedStore({ now, data, bus }),
    other: new MemorySharedStore({ now, data, bus: bus.sibling() }),
    age: async (_tenant, seconds) => {
      aheadMs += seconds * 1000;
    },
    touched: async () => {},
    close: async () => {},
  };
});
