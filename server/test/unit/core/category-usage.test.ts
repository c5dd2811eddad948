import { describe, expect, it } from '@jest/globals';
import { CategoryTtlPolicy } from '../../../src/cache/ttl-policy.js';
import { usageByCategory } from '../../../src/core/category-usage.js';
import { ResourceCounters, type ResourceCounterValues } from '../../../src/core/counters.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { resolveTtlOptions } from '../../../src/core/ttl-options.js';

const ACME = tenantId('acme');
const of = (resource: string, values: Partial<ResourceCounterValues>) => ({
  resource,
  ...new ResourceCounters(),
  ...values,
});
const policy = () =>
  new CategoryTtlPolicy(
    resolveTtlOptions({
      categories: { slow: { ttl: '2h', mode: 'adaptive' } },
      resources: { quotes: 'price', ticks: 'price', reports: 'slow' },
      tenants: { acme: { price: '7s' } },
    }),
    300_000,
  );
const store = (ttl: CategoryTtlPolicy, resource: string, category: string | undefined, explicit = true) =>
  ttl.decide({
    tenant: ACME,
    resource,
    id: entryId(resource, 'k'),
    value: 1,
    payload: Buffer.alloc(1),
    ttlMs: 1,
    explicit,
    category,
  });

describe('usage by category', () => {
  it('sums resources, with rates by requests and by bytes, what loads took and what hits saved', () => {
    const found = usageByCategory(
      [
        of('quotes', {
          requests: 100,
          l1Hits: 60,
          l2Hits: 20,
          misses: 20,
          loads: 20,
          loadTimeMs: 400,
          writes: 20,
          bytesServed: 800,
          bytesWritten: 200,
        }),
        of('ticks', { requests: 100, misses: 100, loads: 20, loadTimeMs: 400, writes: 20, bytesWritten: 600 }),
        of('reports', { requests: 1, misses: 1 }),
        of('unknown', { requests: 5, l2Hits: 5, bytesServed: 50 }),
      ],
      policy(),
      ACME,
    );
    expect(found).toEqual([
      {
        ...new ResourceCounters(),
        category: 'price',
        resources: ['quotes', 'ticks'],
        ttlMs: 7_000,
        mode: 'static',
        ...{ requests: 200, l1Hits: 60, l2Hits: 20, misses: 120, loads: 40, loadTimeMs: 800, writes: 40 },
        ...{ bytesServed: 800, bytesWritten: 800 },
        hitRate: 0.4,
        // A miss weighs 20 bytes.
        byteHitRate: 800 / (800 + 120 * 20),
        meanLoadMs: 20,
        savedLoadMs: 1_600,
      },
      {
        ...of('', { requests: 5, l2Hits: 5, bytesServed: 50 }),
        resource: undefined,
        category: '(none)',
        resources: ['unknown'],
        hitRate: 1,
      },
      {
        ...of('', { requests: 1, misses: 1 }),
        resource: undefined,
        category: 'slow',
        resources: ['reports'],
        ttlMs: 7_200_000,
        mode: 'adaptive',
        hitRate: 0,
      },
    ]);
    expect(usageByCategory([of('quotes', {})], policy())[0]).toMatchObject({ ttlMs: 60_000, hitRate: undefined });
    expect(usageByCategory([], policy())).toEqual([]);
  });

  it('learns the category that a resource brings with a store, the last one, and no more than 1,000', () => {
    const ttl = policy();
    expect([ttl.categoryOf('news-feed'), ttl.categoryOf('quotes')]).toEqual([undefined, 'price']);
    store(ttl, 'news-feed', 'news');
    store(ttl, 'quotes', 'slow', false);
    store(ttl, 'plain', undefined);
    expect(['news-feed', 'quotes', 'plain'].map((name) => ttl.categoryOf(name))).toEqual(['news', 'slow', undefined]);
    for (let n = 0; n < 2_000; n++) store(ttl, `r${n}`, 'news');
    store(ttl, 'news-feed', 'price');
    expect(['r0', 'r1999', 'news-feed'].map((name) => ttl.categoryOf(name))).toEqual(['news', undefined, 'price']);
  });

  it('knows the rule of a category, of a tenant where it has one', () => {
    const ttl = policy();
    expect([ttl.ruleOf('price', ACME)?.ttlMs, ttl.ruleOf('price')?.ttlMs, ttl.ruleOf('no')]).toEqual([
      7_000,
      60_000,
      undefined,
    ]);
  });
});
