import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CategoryTtlPolicy } from '../../../src/cache/ttl-policy.js';
import { defineResource, entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { TtlDecision } from '../../../src/core/ttl-decision.js';
import { DEFAULT_CATEGORIES, resolveTtlOptions, type TtlPolicyOptions } from '../../../src/core/ttl-options.js';

const ACME = tenantId('acme');
const OTHER = tenantId('other');
const START_MS = 1_700_000_000_000;

/** A policy on a clock of the test's own. */
function policy(options: TtlPolicyOptions = {}) {
  const clock = { ms: START_MS };
  const ttl = new CategoryTtlPolicy(resolveTtlOptions(options), 300_000, () => clock.ms);
  const decide = (resource: string, more: { category?: string; explicit?: number; tenant?: typeof ACME } = {}) =>
    ttl.decide({
      tenant: more.tenant ?? ACME,
      resource,
      id: entryId(resource, '1'),
      value: 1,
      payload: Buffer.from('1'),
      ttlMs: more.explicit ?? 7_000,
      explicit: more.explicit !== undefined,
      category: more.category,
    });
  return { ttl, clock, decide };
}

describe('which time counts', () => {
  const { decide } = policy({
    categories: { orders: '2m' },
    resources: { quotes: 'price', filings: 'fundamentals' },
    tenants: { acme: { price: '10s', filings: '1h' } },
  });

  it.each([
    ['the call before all', decide('quotes', { category: 'news', explicit: 5 }), 5, 'said by the call'],
    ["the tenant's for a category", decide('quotes'), 10_000, 'set for this tenant, price'],
    ["the tenant's for a resource", decide('filings'), 3_600_000, 'set for this tenant, filings'],
    ["the tenant's, also for a category that the call names", decide('x', { category: 'price' }), 10_000, 'tenant'],
    ["another tenant's never", decide('quotes', { tenant: OTHER }), 60_000, 'category price'],
    ["the call's category before the resource's", decide('quotes', { category: 'news' }), 14_400_000, 'category news'],
    ['a category of the configuration', decide('x', { category: 'orders' }), 120_000, 'category orders'],
    ['else what the resource or the cache says', decide('x'), 7_000, 'no category'],
  ])('%s', (_, decision: TtlDecision, ttlMs, reason) => {
    expect(decision.ttlMs).toBe(ttlMs);
    expect(decision.reason).toContain(reason);
  });

  it('has the categories of the specification', () => {
    const ms = Object.fromEntries(
      [...resolveTtlOptions().categories].map(([name, { ttlMs }]) => [name, ttlMs / 1_000] as const),
    );
    expect(ms).toEqual({
      realtime: 60,
      price: 60,
      ohlcv: 300,
      'daily-ohlcv': 3_600,
      portfolio: 300,
      positions: 60,
      trades: 30,
      signals: 300,
      analysis: 1_800,
      news: 14_400,
      historical: 21_600,
      insights: 1_800,
      fundamentals: 86_400,
    });
  });

  it('explains what holds where nothing moves', () => {
    const { ttl } = policy({ resources: { quotes: 'price' } });
    expect(ttl.explain(ACME, 'quotes', 'btc')).toEqual({ ttlMs: 60_000, reason: '1 min, category price', history: [] });
    expect(ttl.explain(ACME, 'x', '1')).toMatchObject({ ttlMs: 300_000, history: [] });
    expect(ttl.explain(ACME, defineResource('y', { ttl: '9s' }), '1')).toMatchObject({ ttlMs: 9_000 });
    expect(ttl.explain(ACME, defineResource('y', { category: 'news' }), '1')).toMatchObject({ ttlMs: 14_400_000 });
    expect(() => ttl.explain(ACME, 'bad name', '1')).toThrow(expect.objectContaining({ code: 'RESOURCE_INVALID' }));
  });
});

describe('bad configuration', () => {
  const { ttl } = policy({ categories: { mine: '1m' } });

  it('refuses a category that nobody named, and lists those there are', () => {
    expect(() => ttl.assertCategory('mine')).not.toThrow();
    for (const name of ['prise', '__proto__', 'constructor', '']) {
      expect(() => ttl.assertCategory(name)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
    expect(() => ttl.assertCategory('prise')).toThrow(/price.*fundamentals, mine/);
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown option', { category: {} }, /unknown option category/],
    ['a bad duration', { categories: { a: '5 minutes' } }, /ttlPolicy.categories.a: ttl/],
    ['NaN', { categories: { a: Number.NaN } }, /NaN/],
    ['zero', { categories: { a: 0 } }, />= 1/],
    ['a negative time', { categories: { a: -5 } }, />= 1/],
    ['a rule without a time', { categories: { a: { mode: 'dynamic' } } }, /undefined/],
    ['null for a rule', { categories: { a: null } }, /ttlPolicy.categories.a/],
    ['an unknown mode', { categories: { a: { ttl: '1m', mode: 'magic' } } }, /static, dynamic, adaptive/],
    ['bounds that leave the time out', { categories: { a: { ttl: '1m', mode: 'adaptive', min: '2m' } } }, /min <= ttl/],
    ['bounds on a fixed time', { categories: { a: { ttl: '1m', max: '2m' } } }, /without a mode/],
    ['a tolerance off its range', { categories: { a: { ttl: 1, mode: 'dynamic', tolerance: 0 } } }, /above 0/],
    ['a tolerance without numbers', { categories: { a: { ttl: 1, mode: 'adaptive', tolerance: 0.1 } } }, /dynamic/],
    ['a resource in no category', { resources: { quotes: 'prise' } }, /price/],
    ['a name off the grammar', { resources: { 'a:b': 'price' } }, /ttlPolicy.resources/],
    ['an override of nothing', { tenants: { acme: { prise: '1s' } } }, /price/],
    ['an array', { categories: ['price'] }, /an object/],
    ['no memory', { historyBytes: 0 }, /historyBytes/],
  ])('%s', (_, options, message) => {
    const resolve = () => resolveTtlOptions(options as TtlPolicyOptions);
    expect(resolve).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(resolve).toThrow(message);
  });

  it('refuses an override for what is no tenant id', () => {
    expect(() => resolveTtlOptions({ tenants: { 'a:b': { price: '1s' } } })).toThrow(
      expect.objectContaining({ code: 'TENANT_INVALID' }),
    );
  });
});

describe('whatever comes', () => {
  const rule = fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), fc.nat(1_000_000_000))
    .chain(([min, more, most]) =>
      fc.record({
        ttl: fc.constant(min + more),
        min: fc.constant(min),
        max: fc.constant(min + more + most),
        mode: fc.constantFrom('dynamic' as const, 'adaptive' as const),
      }),
    );
  const value = fc.oneof(
    fc.double(),
    fc.record({ price: fc.double(), bid: fc.double() }, { requiredKeys: [] }),
    fc.array(fc.array(fc.double(), { maxLength: 6 }), { maxLength: 4 }),
    fc.anything(),
  );
  const store = fc.record({ value, gapMs: fc.oneof(fc.nat(100_000_000), fc.integer()), asked: fc.nat(3) });

  it('a moving time is a whole number within its bounds', () => {
    fc.assert(
      fc.property(rule, fc.array(store, { minLength: 1, maxLength: 30 }), (options, stores) => {
        const { ttl, clock } = policy({ categories: { a: options } });
        const id = entryId('r', '1');
        for (const { value, gapMs, asked } of stores) {
          clock.ms += gapMs;
          for (let n = 0; n < asked; n++) ttl.noteAccess(ACME, id);
          const payload = Buffer.from(String(gapMs % 3));
          const request = { tenant: ACME, resource: 'r', id, value, payload, ttlMs: 1, explicit: false, category: 'a' };
          const { ttlMs, reason } = ttl.decide(request);
          expect(Number.isSafeInteger(ttlMs) && ttlMs >= options.min && ttlMs <= options.max).toBe(true);
          expect(reason).toMatch(/category a/);
          expect(ttl.explain(ACME, 'r', '1').history.length).toBeLessThanOrEqual(8);
        }
      }),
    );
  });

  it('a value that throws when it is looked at gets the fixed time', () => {
    const { ttl } = policy({ categories: { a: { ttl: '1m', mode: 'dynamic' } } });
    const hostile = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('no');
        },
      },
    ); // prettier-ignore
    const request = { tenant: ACME, resource: 'r', id: entryId('r', '1'), payload: Buffer.alloc(0), ttlMs: 1 };
    expect(ttl.decide({ ...request, value: hostile, explicit: false, category: 'a' }).ttlMs).toBe(60_000);
  });

  it('a category that nobody named does not fail a store', () => {
    expect(policy().decide('x', { category: 'prise' })).toMatchObject({ ttlMs: 7_000 });
    expect(policy().decide('x', { category: '__proto__' })).toMatchObject({ ttlMs: 7_000 });
  });

  it('the defaults cannot be changed by who imports them', () => {
    expect(Object.isFrozen(DEFAULT_CATEGORIES)).toBe(true);
  });
});
