import { describe, it } from '@jest/globals';
import { curveStoreContract } from '../../src/testing/curve-store-contract.js';
import { MemoryCurveStore } from '../../src/testing/memory-curve-store.js';

curveStoreContract({ describe, it }, 'memory', async () => ({
  store: new MemoryCurveStore(),
  tidies: true,
  close: async () => {},
}));
