import { afterEach, expect, it } from '@jest/globals';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

it('observe tells, of each write, what hard would have evicted', async () => {
  const { a, events } = memoryCache({ tenants: { default: { quotaBytes: 10_000, enforcement: 'observe' } } });
  for (let index = 0; index < 20; index++) {
    expect((await a.set('r', `k${index}`, 'x'.repeat(800))).evicted).toBe(0);
  }
  const observed = events.filter((event) => event.type === 'observed-eviction');
  const bytes = observed.reduce((sum, event) => sum + event.bytes, 0);
  // Down to 90 % at the crossing, and what each later write adds.
  expect(bytes).toBe((await a.usage()).usedBytes - 9_000);
  expect(events.some((event) => event.type === 'eviction')).toBe(false);
});
