import { describe, expect, it } from '@jest/globals';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { LruLocalStore } from '../../../src/l1/lru-local-store.js';

const a = tenantId('a');
const b = tenantId('b');
const id = (key: string | number) => entryId('r', String(key));
const entry = (bytes: number, value: unknown = 'v') => ({ value, bytes });
const MINUTE = 60_000;

describe('LruLocalStore', () => {
  it('cannot be reached across tenants', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 10_000, maxBytesTotal: 100_000 });
    store.set(a, id(1), entry(10, 'of a'), MINUTE);
    expect(store.get(b, id(1))).toBeUndefined();
    store.clear(b);
    store.delete(b, id(1));
    expect(store.get(a, id(1))?.value).toBe('of a');
  });

  it('keeps a null value, and tells it from a miss', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 10_000, maxBytesTotal: 100_000 });
    store.set(a, id(1), entry(1, null), MINUTE);
    expect(store.get(a, id(1))).toEqual({ value: null, bytes: 1 });
  });

  it('never holds more than the budgets of tenant and process, whatever comes', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 20_000, maxBytesTotal: 50_000 });
    for (let index = 0; index < 2_000; index++) {
      store.set(tenantId(`t${index % 7}`), id(index % 131), entry((index * 37) % 3_000), MINUTE);
      expect(store.bytes()).toBeLessThanOrEqual(50_000);
    }
    for (let tenant = 0; tenant < 7; tenant++) store.clear(tenantId(`t${tenant}`));
    expect(store.bytes()).toBe(0);
    expect(store.tenants()).toBe(0);
  });

  it('takes from the richest tenant when the process is full', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 100_000, maxBytesTotal: 20_000 });
    store.set(b, id('small'), entry(100), MINUTE);
    for (let index = 0; index < 200; index++) store.set(a, id(index), entry(100), MINUTE);
    expect(store.get(b, id('small'))).toBeDefined();
    expect(store.get(a, id(0))).toBeUndefined();
    expect(store.get(a, id(199))).toBeDefined();
  });

  it('skips an entry larger than the budget and keeps the others', () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 5_000, maxBytesTotal: 50_000 });
    store.set(a, id('kept'), entry(100), MINUTE);
    store.set(a, id('huge'), entry(1_000_000), MINUTE);
    expect(store.get(a, id('huge'))).toBeUndefined();
    expect(store.get(a, id('kept'))).toBeDefined();
  });

  it('gives the memory of expired entries back', async () => {
    const store = new LruLocalStore({ maxBytesPerTenant: 5_000, maxBytesTotal: 50_000 });
    store.set(a, id(1), entry(100), 1);
    store.set(a, id(2), entry(100), MINUTE);
    const deadline = Date.now() + 2_000;
    while (store.get(a, id(1)) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
    const one = store.bytes();
    store.set(b, id(1), entry(100), 1);
    while (store.tenants() > 1 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      store.purgeExpired();
    }
    expect(store.bytes()).toBe(one);
    expect(store.get(a, id(2))).toBeDefined();
  });
});
