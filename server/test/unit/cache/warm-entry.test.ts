import { afterEach, expect, it } from '@jest/globals';
import { createTenantCache, defineResource, entryTarget, sharedTarget, type WarmTarget } from '../../../src/index.js';
import { closeCaches, gate, memoryCache, ownCalendar, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

const MINUTE_MS = 60_000;
const signal = new AbortController().signal;

/** Of `a`; each load is noted, and what it comes to can be set. */
function desk(quotaBytes?: number) {
  const { cache, a, b, events } = memoryCache({}, quotaBytes);
  const loads: string[] = [];
  const loading: { value: (key: string) => unknown } = { value: (key) => `value of ${key}` };
  const resource = defineResource('report', {
    ttl: '10m',
    load: (key) => {
      loads.push(key);
      return loading.value(key);
    },
  });
  return { cache, a, b, events, loads, loading, resource, warm: (target: WarmTarget) => target.warm(signal) };
}

it('loads what is not fresh, once, for the size that is counted of it', async () => {
  const { a, b, loads, resource, warm } = desk();
  const target = entryTarget(a, resource, 'r1');
  const before = (await a.usage()).usedBytes;
  const outcome = await warm(target);
  const { usedBytes, entries } = await a.usage();
  expect(outcome).toEqual({ kind: 'loaded', bytes: usedBytes - before });
  expect(await warm(target)).toEqual({ kind: 'fresh' });
  expect(await a.getOrSet(resource, 'r1')).toBe('value of r1');
  expect([loads, entries, (await b.usage()).entries]).toEqual([['r1'], 1, 0]);
});

it('counts as no request, and leaves the memory of the process to what is asked for', async () => {
  const { a, resource, warm } = desk();
  const before = a.metrics();
  await warm(entryTarget(a, resource, 'r1'));
  await warm(entryTarget(a, resource, 'r1'));
  const after = a.metrics();
  expect([after.requests, after.hits, after.misses]).toEqual([before.requests, before.hits, before.misses]);
  await a.getOrSet(resource, 'r1');
  expect([a.metrics().l1Hits, a.metrics().l2Hits]).toEqual([before.l1Hits, before.l2Hits + 1]);
});

it('loads ahead of its end what is fresh for no longer than it is to be', async () => {
  const later = ownCalendar();
  const { a, loads, resource, warm } = desk();
  const target = entryTarget(a, resource, 'r1', { freshFor: '2m' });
  await warm(target);
  later(7 * MINUTE_MS);
  expect(await warm(target)).toEqual({ kind: 'fresh' });
  later(2 * MINUTE_MS);
  expect(await warm(target)).toMatchObject({ kind: 'loaded' });
  later(2 * MINUTE_MS);
  expect(await warm(target)).toEqual({ kind: 'fresh' });
  expect(loads).toEqual(['r1', 'r1']);
});

it('keeps what it loads as the options say', async () => {
  const later = ownCalendar();
  const { a, loads, resource, warm } = desk();
  await warm(entryTarget(a, resource, 'r1', { ttl: '1m', tags: ['team:1'] }));
  await warm(entryTarget(a, resource, 'r2', { ttl: '1m' }));
  await a.invalidateTags(['team:1']);
  expect([await a.get(resource, 'r1'), await a.get(resource, 'r2')]).toEqual([undefined, 'value of r2']);
  later(MINUTE_MS);
  await warm(entryTarget(a, resource, 'r2'));
  expect(loads).toEqual(['r1', 'r2', 'r2']);
});

it('shares its load with a request, whichever comes first', async () => {
  const { a, loads, loading, resource, warm } = desk();
  const slow = gate<string>();
  loading.value = () => slow.promise;
  const warming = warm(entryTarget(a, resource, 'r1'));
  while (loads.length === 0) await turn();
  const asked = a.getOrSet(resource, 'r1');
  const askedFirst = a.getOrSet(resource, 'r2');
  while (loads.length < 2) await turn();
  const joining = warm(entryTarget(a, resource, 'r2'));
  slow.release('slow');
  expect(await Promise.all([asked, askedFirst])).toEqual(['slow', 'slow']);
  expect(await warming).toMatchObject({ kind: 'loaded' });
  expect(await joining).toEqual({ kind: 'fresh' });
  expect(loads).toEqual(['r1', 'r2']);
});

it('ends by its signal, and leaves the load to a request that waits for it as well', async () => {
  const { a, loads, loading, resource } = desk();
  const slow = gate<string>();
  loading.value = () => slow.promise;
  const ending = new AbortController();
  const alone = entryTarget(a, resource, 'r1').warm(ending.signal);
  const shared = entryTarget(a, resource, 'r2').warm(ending.signal);
  while (loads.length < 2) await turn();
  const asked = a.getOrSet(resource, 'r2');
  await turn();
  ending.abort(new Error('cancelled'));
  await expect(alone).rejects.toThrow('cancelled');
  await expect(shared).rejects.toThrow('cancelled');
  slow.release('slow');
  expect(await asked).toBe('slow');
  expect(await a.get(resource, 'r1')).toBeUndefined();
});

it('loads again where an invalidation came in between', async () => {
  const { a, loads, loading, resource, warm } = desk();
  loading.value = async () => {
    if (loads.length === 1) await a.delete(resource, 'r1');
    return `load ${loads.length}`;
  };
  expect(await warm(entryTarget(a, resource, 'r1'))).toMatchObject({ kind: 'loaded' });
  expect(await a.get(resource, 'r1')).toBe('load 2');
});

it('gives an entry up that is invalidated again and again, and fails where its load does', async () => {
  const { a, loads, loading, resource, warm } = desk();
  loading.value = async (key) => {
    await a.delete(resource, key);
    return 'void';
  };
  await expect(warm(entryTarget(a, resource, 'r1'))).rejects.toMatchObject({ code: 'LOAD_ABORTED' });
  expect(loads).toHaveLength(3);
  loading.value = () => {
    throw new Error('the source is down');
  };
  await expect(warm(entryTarget(a, resource, 'r2'))).rejects.toThrow('the source is down');
});

it('never takes its tenant to the warning threshold, evicts nothing, and then loads nothing more for it', async () => {
  const { a, loads, loading, resource, warm, events } = desk(100_000);
  loading.value = () => 'x'.repeat(4_000);
  await a.set('mine', 'k', 'x'.repeat(30_000));
  const kinds: string[] = [];
  for (let n = 0; n < 40; n++) kinds.push((await warm(entryTarget(a, resource, `r${n}`))).kind);
  const { usedBytes, state, entries } = await a.usage();
  expect(usedBytes).toBeGreaterThan(70_000);
  expect([usedBytes < 80_000, state]).toEqual([true, 'ok']);
  const loaded = kinds.filter((kind) => kind === 'loaded').length;
  expect([kinds.slice(loaded), entries]).toEqual([Array(40 - loaded).fill('no-room'), loaded + 1]);
  // Refused three times in a row, and then asked again once a second at the most.
  expect(loads.length - loaded).toBeLessThanOrEqual(5);
  expect(await a.get('mine', 'k')).toBeDefined();
  const told = new Set(events.map(({ type }) => type));
  expect([told.has('eviction'), told.has('rejection'), told.has('quota-state')]).toEqual([false, false, false]);
  expect([a.metrics().evictions, a.metrics().rejections]).toEqual([0, 0]);
});

it('refreshes what is there where a tenant is above its threshold, and adds nothing', async () => {
  const later = ownCalendar();
  const { a, loads, resource, warm } = desk(10_000);
  await warm(entryTarget(a, resource, 'r1'));
  await a.set('mine', 'k', 'x'.repeat(8_000), { ttl: '1h' });
  later(9 * MINUTE_MS);
  expect(await warm(entryTarget(a, resource, 'r2'))).toEqual({ kind: 'no-room' });
  expect(await warm(entryTarget(a, resource, 'r1', { freshFor: '5m' }))).toMatchObject({ kind: 'loaded' });
  expect(loads).toEqual(['r1', 'r1']);
});

it('is refused without a loader, and off its grammar', async () => {
  const { a, warm, resource } = desk();
  expect(() => entryTarget(a, defineResource('plain'), 'k')).toThrow(/without load/);
  expect(() => entryTarget(a, resource, 'k', { freshFor: 'soon' as never })).toThrow(/OPTION_INVALID/);
  await expect(warm(entryTarget(a, resource, ''))).rejects.toMatchObject({ code: 'KEY_INVALID' });
});

it('loads nothing for a tenant that is suspended', async () => {
  const cache = createTenantCache({ tenants: { static: { gone: { quotaBytes: 1e6, suspended: true } } } });
  const resource = defineResource('report', { load: () => 'value' });
  const target = entryTarget(cache.forTenant('gone'), resource, 'k');
  await expect(target.warm(signal)).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
  await cache.close();
  await expect(target.warm(signal)).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
});

it('has values of a shared dataset loaded by their kind, for the size that is counted of them', async () => {
  const { cache } = memoryCache({ shared: { market: { quotaBytes: 1_000_000 } } });
  const market = cache.platform.shared('market');
  const loads: string[] = [];
  market.define('price', {
    ttl: '1m',
    load: ({ group }) => {
      loads.push(group);
      return '1.5';
    },
  });
  const target = sharedTarget(market, 'binance:BTC/USDT', 'price');
  const outcome = await target.warm(signal);
  expect(outcome).toEqual({ kind: 'loaded', bytes: (await market.usage()).usedBytes });
  expect(await target.warm(signal)).toEqual({ kind: 'fresh' });
  expect(await sharedTarget(market, 'binance:BTC/USDT', 'price', { freshFor: '2m' }).warm(signal)).toEqual(outcome);
  expect(await market.get('binance:BTC/USDT', 'price')).toBe('1.5');
  expect(loads).toHaveLength(2);
  await expect(sharedTarget(market, 'binance:BTC/USDT', 'nothing').warm(signal)).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  });
});

it('is named apart from what is like it elsewhere', () => {
  const { a, b, cache, resource } = desk();
  const ids = [entryTarget(a, resource, 'k'), entryTarget(b, resource, 'k'), entryTarget(a, resource, 'K')];
  const { cache: other } = memoryCache({ shared: { market: {}, news: {} } });
  const shared = ['market', 'news'].map((name) => sharedTarget(other.platform.shared(name), 'g', 'price'));
  expect(new Set([...ids, ...shared].map(({ id }) => id)).size).toBe(5);
  return cache.close();
});
