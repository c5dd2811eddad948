import { describe, it } from '@jest/globals';
import { MemoryIdempotency } from '../../src/tenant/memory-idempotency.js';
import { idempotencyContract } from '../../src/testing/idempotency-contract.js';

idempotencyContract({ describe, it }, 'memory', async () => {
  let nowMs = 1_000_000;
  return {
    store: new MemoryIdempotency(() => nowMs),
    age: async (_id, ms) => {
      nowMs += ms;
    },
    close: async () => {},
  };
});
