import { describe, it } from '@jest/globals';
import { MemoryUsageSink } from '../../src/testing/memory-usage-sink.js';
import { usageSinkContract } from '../../src/testing/usage-sink-contract.js';

usageSinkContract({ describe, it }, 'memory', async () => {
  const sink = new MemoryUsageSink();
  return { near: sink, far: sink, close: () => sink.close() };
});
