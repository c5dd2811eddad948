import { afterEach, expect, it } from '@jest/globals';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

it('remembers a failing dataset as a whole, and of a tenant the last 1,000 entries', async () => {
  const { cache, a } = memoryCache({ shared: { market: { rateLimit: false } } });
  const market = cache.platform.shared('market');
  const loads = { dataset: 0, tenant: 0 };
  const failing = (owner: keyof typeof loads) => () => {
    loads[owner]++;
    throw new Error('the source is down');
  };
  market.define('price', { load: failing('dataset'), errorTtl: '1h' });
  const ask = (from: number) =>
    Promise.allSettled(
      Array.from({ length: 2_000 - from }, (_, n) => [
        market.get(`x:${from + n}`, 'price'),
        a.getOrSet('price', `${from + n}`, failing('tenant'), { errorTtl: '1h' }),
      ]).flat(),
    );
  await ask(0);
  expect(loads).toEqual({ dataset: 2_000, tenant: 2_000 });
  await ask(1_000);
  expect(loads).toEqual({ dataset: 2_000, tenant: 2_000 });
  await ask(0);
  expect(loads.dataset).toBe(2_000);
  expect(loads.tenant).toBeGreaterThanOrEqual(3_000);
});
