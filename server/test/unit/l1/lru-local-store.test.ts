import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { L1_POLICIES } from '../../../src/core/l1-options.js';
import type { LocalEntry } from '../../../src/core/local-tier.js';
import { entryId } from '../../../src/core/resource.js';
import { covers, type Scope } from '../../../src/core/scope.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { LruLocalStore } from '../../../src/l1/lru-local-store.js';

const a = tenantId('a');
const b = tenantId('b');
const id = (key: string | number) => entryId('r', String(key));
const entry = (bytes: number, value: unknown = 'x'.repeat(bytes), tags?: string[]): LocalEntry => ({
  value,
  bytes,
  freshUntilMs: Number.POSITIVE_INFINITY,
  ...(tags && { tags }),
});
const MINUTE = 60_000;
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(L1_POLICIES)('LruLocalStore with the policy %s', (policy) => {
  const open = (maxBytesPerTenant: number, maxBytesTotal: number, maxEntryBytes = maxBytesPerTenant) =>
    new LruLocalStore({ maxBytesPerTenant, maxBytesTotal, maxEntryBytes, policy });

  it('cannot be reached across tenants', () => {
    const store = open(10_000, 100_000);
    store.set(a, id(1), entry(10, 'of a', ['t']), MINUTE);
    expect(store.get(b, id(1))).toBeUndefined();
    store.clear(b);
    store.delete(b, id(1));
    store.invalidate(b, [{ tag: 't' }, { resource: 'r', prefix: '' }]);
    expect(store.get(a, id(1))?.value).toBe('of a');
  });

  it('holds a tenant to its limit from the moment it is lowered, and others to theirs', () => {
    const store = open(100_000, 1_000_000);
    for (const tenant of [a, b]) for (let key = 0; key < 40; key++) store.set(tenant, id(key), entry(1_000), MINUTE);
    const ofB = store.bytes() / 2;
    store.partition(a, undefined, 10_000);
    expect(store.bytes() - ofB).toBeLessThanOrEqual(10_000);
    for (let key = 0; key < 40; key++) store.set(a, id(key), entry(1_000), MINUTE);
    expect(store.bytes() - ofB).toBeLessThanOrEqual(10_000);
    expect(store.bytes()).toBeGreaterThan(ofB);
    store.partition(a, undefined, Number.POSITIVE_INFINITY);
    for (let key = 0; key < 40; key++) store.set(a, id(key), entry(1_000), MINUTE);
    expect(store.bytes()).toBe(2 * ofB);
  });

  it('finds by resource and key what was kept by id, whatever colons the key has', () => {
    const store = open(10_000, 100_000);
    store.set(a, entryId('r', 'k:1'), entry(1, 'v'), MINUTE);
    const partition = store.partition(a);
    expect(partition.get('r', 'k:1', Date.now())?.value).toBe('v');
    expect(partition.get('r:k', '1', Date.now())).toBeUndefined();
    expect(partition.get('', 'r:k:1', Date.now())).toBeUndefined();
    expect(partition.get('__proto__', 'constructor', Date.now())).toBeUndefined();
  });

  it('keeps a null value by reference, and tells it from a miss', () => {
    const store = open(10_000, 100_000);
    const nothing = entry(1, null);
    store.set(a, id(1), nothing, MINUTE);
    expect(store.get(a, id(1))).toBe(nothing);
  });

  it('does not serve an entry after its time, and gives its memory back', async () => {
    const store = open(10_000, 100_000);
    store.set(a, id('short'), entry(100), 1);
    store.set(a, id('long'), entry(100), MINUTE);
    const partition = store.partition(a);
    expect(partition.get('r', 'long', Date.now() + MINUTE + 1)).toBeUndefined();
    store.set(b, id('short'), entry(100), 1);
    await passed(2);
    store.purgeExpired();
    expect([store.get(a, id('short')), store.bytes(), store.tenants()]).toEqual([undefined, 0, 0]);
  });

  it('keeps to the budgets, agrees with a plain map on every hit, and forgets what is dropped, in any order of calls', () => {
    const key = fc.integer({ min: 0, max: 11 });
    const tenant = fc.constantFrom(a, b, tenantId('c'));
    const scope = fc.constantFrom<Scope>(
      { tag: 'even' },
      { resource: 'r', prefix: '1' },
      { resource: 'r', prefix: '' },
    );
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('set' as const), tenant, key, bytes: fc.nat(4_000) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('get' as const), tenant, key }) },
      fc.record({ do: fc.constant('delete' as const), tenant, key }),
      fc.record({ do: fc.constant('invalidate' as const), tenant, scope }),
      fc.record({ do: fc.constant('clear' as const), tenant }),
      fc.record({ do: fc.constant('shrink' as const), bytes: fc.integer({ min: 5_000, max: 30_000 }) }),
      fc.record({ do: fc.constant('grow' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const store = open(12_000, 25_000);
        const model = new Map<string, LocalEntry>();
        let budgetBytes = 25_000;
        for (const each of steps) {
          if (each.do === 'set') {
            const tags = each.key % 2 === 0 ? ['even'] : undefined;
            const given = entry(each.bytes, undefined, tags);
            store.set(each.tenant, id(each.key), given, MINUTE);
            model.set(`${each.tenant}/${each.key}`, given);
          } else if (each.do === 'get') {
            const hit = store.get(each.tenant, id(each.key));
            if (hit) expect(hit).toBe(model.get(`${each.tenant}/${each.key}`));
          } else if (each.do === 'delete') {
            store.delete(each.tenant, id(each.key));
            model.delete(`${each.tenant}/${each.key}`);
          } else if (each.do === 'invalidate') {
            store.invalidate(each.tenant, [each.scope]);
            for (const [name, { tags }] of model) {
              const [owner, number] = name.split('/') as [string, string];
              if (owner === each.tenant && covers(each.scope, id(number), tags)) model.delete(name);
            }
          } else if (each.do === 'clear') {
            store.clear(each.tenant);
            for (const name of model.keys()) if (name.startsWith(`${each.tenant}/`)) model.delete(name);
          } else if (each.do === 'shrink') {
            budgetBytes = Math.min(budgetBytes, each.bytes);
            store.shrink(each.bytes);
          } else {
            budgetBytes = 25_000;
            store.grow(1e9);
          }
          expect(store.bytes()).toBeLessThanOrEqual(budgetBytes);
          expect(store.bytes()).toBeGreaterThanOrEqual(0);
        }
        for (const owner of [a, b, tenantId('c')]) store.clear(owner);
        expect([store.bytes(), store.tenants()]).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
  });

  it('takes from the tenant furthest above its share, and leaves those below theirs alone', () => {
    const store = open(100_000, 40_000);
    const small = Array.from({ length: 10 }, (_, index) => tenantId(`small${index}`));
    for (const tenant of small) store.set(tenant, id('only'), entry(100), MINUTE);
    for (let index = 0; index < 500; index++) store.set(a, id(index), entry(100), MINUTE);
    expect(small.filter((tenant) => store.get(tenant, id('only')) === undefined)).toEqual([]);
    expect(store.get(a, id(0))).toBeUndefined();
    expect(store.get(a, id(499))).toBeDefined();
    expect(store.bytes()).toBeGreaterThan(30_000);
  });

  it('levels two large tenants, whoever fills', () => {
    const store = open(100_000, 100_000);
    for (let index = 0; index < 200; index++) store.set(a, id(index), entry(100), MINUTE);
    for (let index = 0; index < 400; index++) store.set(b, id(index), entry(100), MINUTE);
    const aBytes = store.bytes();
    store.clear(b);
    expect(store.bytes() / aBytes).toBeGreaterThan(0.4);
  });

  it('leaves others their last entry even where it is larger than a share', () => {
    const store = open(100_000, 40_000);
    store.set(b, id('large'), entry(15_000), MINUTE);
    for (let index = 0; index < 40; index++) store.set(tenantId(`t${index}`), id(1), entry(100), MINUTE);
    for (let index = 0; index < 200; index++) store.set(a, id(index), entry(100), MINUTE);
    expect(store.get(b, id('large'))).toBeDefined();
  });

  it('skips a value above the largest entry, drops its older version, and keeps the others', () => {
    const store = open(50_000, 500_000, 5_000);
    store.set(a, id('kept'), entry(100), MINUTE);
    store.set(a, id('grows'), entry(100), MINUTE);
    store.set(a, id('grows'), entry(6_000), MINUTE);
    expect(store.get(a, id('grows'))).toBeUndefined();
    expect(store.get(a, id('kept'))).toBeDefined();
  });

  it('drops by tag what carries it, also after the tags of an entry changed', () => {
    const store = open(50_000, 500_000);
    store.set(a, id('both'), entry(1, 1, ['x', 'y']), MINUTE);
    store.set(a, id('moved'), entry(1, 1, ['x']), MINUTE);
    store.set(a, id('moved'), entry(1, 1, ['y']), MINUTE);
    store.invalidate(a, [{ tag: 'x' }]);
    expect([store.get(a, id('both')), store.get(a, id('moved'))?.value]).toEqual([undefined, 1]);
    store.invalidate(a, [{ tag: 'y' }]);
    expect([store.get(a, id('moved')), store.bytes()]).toEqual([undefined, 0]);
  });
});

describe('LruLocalStore', () => {
  it('skips by default what is larger than a tenth of a tenant', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 100_000, maxBytesTotal: 1_000_000 });
    store.set(a, id('below'), entry(9_000), MINUTE);
    store.set(a, id('above'), entry(10_000), MINUTE);
    expect([store.get(a, id('below')) === undefined, store.get(a, id('above'))]).toEqual([false, undefined]);
  });

  it('with clone hands out copies: what a caller changes reaches nobody', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 100_000, maxBytesTotal: 1_000_000, clone: true });
    const given = { list: [1] };
    store.set(a, id(1), entry(10, given), MINUTE);
    given.list.push(2);
    const seen = store.get(a, id(1))?.value as typeof given;
    seen.list.push(3);
    expect(store.get(a, id(1))?.value).toEqual({ list: [1] });
    expect(() => store.set(a, id(1), entry(10, { run() {} }), MINUTE)).not.toThrow();
    expect(store.get(a, id(1))).toBeUndefined();
  });

  it('tells of a use once in a beat, with the name of the entry', () => {
    const uses: string[] = [];
    const store = new LruLocalStore({
      maxBytesPerTenant: 100_000,
      maxBytesTotal: 1_000_000,
      onUse: (tenant, used) => uses.push(`${tenant} ${used}`),
    });
    store.set(a, id('k'), entry(1), MINUTE);
    const nowMs = Date.now();
    for (let index = 0; index < 10; index++) store.partition(a).get('r', 'k', nowMs);
    store.partition(a).get('r', 'absent', nowMs);
    expect(uses).toEqual(['a r:k']);
    store.partition(a).get('r', 'k', nowMs + 128);
    expect(uses).toHaveLength(2);
  });

  it('lets a tenant have a policy of its own', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 100_000, maxBytesTotal: 1_000_000 });
    store.set(a, id('k'), entry(1), MINUTE);
    const partition = store.partition(a, 'lru');
    expect(partition.entries).toBe(1);
    expect(store.partition(a, 'hybrid')).toBe(partition);
    expect([partition.entries, store.bytes()]).toEqual([0, 0]);
  });

  it('says when much was filled, for who watches the memory', () => {
    let fills = 0;
    const store = new LruLocalStore({ maxBytesPerTenant: 1e7, maxBytesTotal: 1e8, onFilled: () => fills++ });
    for (let index = 0; index < 50; index++) store.set(a, id(index), entry(100_000), MINUTE);
    expect(fills).toBe(4);
  });
});
