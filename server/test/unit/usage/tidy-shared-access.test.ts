import { afterEach, expect, it } from '@jest/globals';
import { MemoryUsageSink } from '../../../src/testing/memory-usage-sink.js';
import { closeCaches, gate, memoryCache } from '../../fakes/memory-cache.js';

const DAY_MS = 86_400_000;
afterEach(closeCaches);

it('the process that leads tidies who read what of each dataset, by how long that is kept', async () => {
  const usage = new MemoryUsageSink();
  const tidied = new Map<string, number>();
  const both = gate();
  usage.sharedAccess.tidy = async (dataset, beforeMs) => {
    tidied.set(dataset, Math.round((Date.now() - beforeMs) / DAY_MS));
    if (tidied.size === 2) both.release();
    return 0;
  };
  memoryCache({ usage, usageInterval: '1s', shared: { market: { keepAccess: '2d' }, news: {} } });
  await both.promise;
  expect([...tidied]).toEqual([
    ['market', 2],
    ['news', 90],
  ]);
});
