import { describe, it } from '@jest/globals';
import { MemoryWarmingRuns } from '../../src/testing/memory-warming-runs.js';
import { warmingRunContract } from '../../src/testing/warming-run-contract.js';

warmingRunContract({ describe, it }, 'memory', async () => {
  let laterMs = 0;
  const store = new MemoryWarmingRuns(() => Date.now() + laterMs);
  return {
    store,
    other: store,
    age: async (_id, ms) => {
      laterMs += ms;
    },
    close: async () => {},
  };
});
