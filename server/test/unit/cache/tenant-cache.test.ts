import { afterEach, describe, expect, it } from '@jest/globals';
import type { CacheOptions } from '../../../src/core/cache-options.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { createTenantCache, defineResource, QuotaExceededError, type TenantCacheServer } from '../../../src/index.js';

const MIB = 1024 * 1024;
const open: TenantCacheServer[] = [];

function cacheWith(options: Partial<CacheOptions> = {}, quotaBytes = MIB) {
  const events: CacheEvent[] = [];
  const cache = createTenantCache({
    tenants: { default: { quotaBytes } },
    // Sizes are what these tests are about.
    compression: false,
    observers: [(event) => events.push(event)],
    ...options,
  });
  open.push(cache);
  return { cache, events, a: cache.forTenant('a'), b: cache.forTenant('b') };
}

function gate<T = void>() {
  let release!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((cache) => cache.close()));
});

describe('reading through', () => {
  it('loads once, then answers from memory, and counts each', async () => {
    const { a } = cacheWith();
    let loads = 0;
    const load = () => a.getOrSet('portfolio', '1', async () => ({ load: ++loads }));
    expect(await load()).toEqual({ load: 1 });
    expect(await load()).toEqual({ load: 1 });
    expect(a.metrics()).toMatchObject({ requests: 2, hits: 1, l1Hits: 1, misses: 1, loads: 1, hitRate: 0.5 });
  });

  it('answers from L2 where L1 is off', async () => {
    const { a } = cacheWith({ l1: false });
    await a.getOrSet('r', 'k', () => 'v');
    expect(await a.getOrSet('r', 'k', () => 'other')).toBe('v');
    expect(a.metrics()).toMatchObject({ l1Hits: 0, l2Hits: 1 });
  });

  it('keeps tenants apart', async () => {
    const { a, b } = cacheWith();
    await a.set('r', 'k', 'of a');
    expect(await b.get('r', 'k')).toBeUndefined();
    expect(await b.getOrSet('r', 'k', ({ tenantId }) => `of ${tenantId}`)).toBe('of b');
    expect(await a.get('r', 'k')).toBe('of a');
  });

  it('lets a thousand callers of a cold key share one load', async () => {
    const { a } = cacheWith();
    let loads = 0;
    const { promise, release } = gate<string>();
    const callers = Array.from({ length: 1_000 }, () =>
      a.getOrSet('r', 'k', () => {
        loads++;
        return promise;
      }),
    );
    await new Promise(setImmediate);
    release('v');
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['v']));
    expect(loads).toBe(1);
  });

  it('lets callers share a failure, and stores nothing of it', async () => {
    const { a, events } = cacheWith();
    let loads = 0;
    const load = () => a.getOrSet('r', 'k', async () => Promise.reject(new Error(`origin down ${++loads}`)));
    const answers = await Promise.allSettled(Array.from({ length: 50 }, load));
    expect(new Set(answers.map((answer) => (answer as PromiseRejectedResult).reason.message))).toEqual(
      new Set(['origin down 1']),
    );
    await expect(load()).rejects.toThrow('origin down 2');
    expect(a.metrics()).toMatchObject({ loads: 2, loadErrors: 2, writes: 0 });
    expect(events.filter(({ type }) => type === 'load-error')).toHaveLength(2);
  });

  it.each(['delete', 'clear', 'set'] as const)('lets a %s during a load win', async (invalidation) => {
    const { a } = cacheWith();
    const { promise, release } = gate<string>();
    const loading = a.getOrSet('r', 'k', () => promise);
    await new Promise(setImmediate);
    if (invalidation === 'delete') await a.delete('r', 'k');
    else if (invalidation === 'clear') await a.clear();
    else await a.set('r', 'k', 'newer');
    release('read before the change');
    expect(await loading).toBe('read before the change');
    expect(await a.get('r', 'k')).toBe(invalidation === 'set' ? 'newer' : undefined);
  });

  it('caches null, and refuses undefined', async () => {
    const { a } = cacheWith();
    await a.getOrSet('r', 'none', () => null);
    expect(await a.get('r', 'none')).toBeNull();
    await expect(a.getOrSet('r', 'k', () => undefined)).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
    await expect(a.set('r', 'k', undefined)).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
  });

  it('ends an entry with its ttl, which the factory may set', async () => {
    const { a } = cacheWith();
    await a.set('r', 'short', 'v', { ttl: 30 });
    await a.getOrSet('r', 'set', ({ setTtl }) => {
      setTtl('30ms');
      return 'v';
    }); // prettier-ignore
    await a.set(defineResource('s', { ttl: '1h' }), 'long', 'v');
    expect(await a.get('r', 'short')).toBe('v');
    const deadline = Date.now() + 3_000;
    while (((await a.get('r', 'short')) ?? (await a.get('r', 'set'))) !== undefined && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await a.get('r', 'short')).toBeUndefined();
    expect(await a.get('r', 'set')).toBeUndefined();
    expect(await a.get('s', 'long')).toBe('v');
  });

  it('reads many in one go, whatever tier holds them', async () => {
    const { a } = cacheWith();
    await a.set('r', '1', 'one');
    await a.set('r', '2', 'two', { l1: false });
    expect(await a.getMany('r', ['1', '2', '3'])).toEqual(
      new Map([
        ['1', 'one'],
        ['2', 'two'],
      ]),
    ); // prettier-ignore
    expect(await a.getMany('r', [])).toEqual(new Map());
    expect(a.metrics()).toMatchObject({ requests: 3, l1Hits: 1, l2Hits: 1, misses: 1 });
  });
});

describe('quotas', () => {
  const value = 'x'.repeat(10_000);

  it('evicts the tenant’s own oldest entries and says how many', async () => {
    const { a, b, events } = cacheWith({ l1: false }, 50_000);
    await b.set('r', 'k', 'untouched');
    let evicted = 0;
    for (let index = 0; index < 12; index++) {
      const result = await a.set('r', `${index}`, value);
      evicted += result.evicted;
      expect(result).toMatchObject({ stored: true, quotaBytes: 50_000 });
      expect(result.usedBytes).toBeLessThanOrEqual(50_000);
    }
    expect(evicted).toBeGreaterThan(0);
    expect(await a.get('r', '0')).toBeUndefined();
    expect(await a.get('r', '11')).toBe(value);
    expect(await b.get('r', 'k')).toBe('untouched');
    expect(a.metrics().evictions).toBe(evicted);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'quota-state', tenant: 'a', from: 'ok', to: 'warning' }),
    );
  });

  it('says which limit refused an entry, and does not call it observed', async () => {
    const { a, events } = cacheWith({ maxEntryBytes: 1_000 });
    await expect(a.set('r', 'k', 'x'.repeat(2_000))).rejects.toMatchObject({
      code: 'ENTRY_TOO_LARGE',
      hardLimitBytes: 1_000,
    });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'rejection', code: 'ENTRY_TOO_LARGE', observed: false }),
    );
  });

  it('refuses what can never fit, and evicts nothing for it', async () => {
    const { a } = cacheWith({}, 20_000);
    await a.set('r', 'kept', 'v');
    await expect(a.set('r', 'huge', 'x'.repeat(30_000))).rejects.toBeInstanceOf(QuotaExceededError);
    await expect(a.set('r', 'huge', 'x'.repeat(30_000))).rejects.toMatchObject({
      code: 'ENTRY_TOO_LARGE',
      status: 413,
    });
    expect(await a.get('r', 'kept')).toBe('v');
    expect(a.metrics().rejections).toBe(2);
  });

  it('never fails a read: the value is returned, not stored, and flagged', async () => {
    const { cache } = cacheWith({}, 20_000);
    const a = cache.forTenant('a');
    const huge = 'x'.repeat(30_000);
    expect(await a.getOrSet('r', 'huge', () => huge)).toBe(huge);
    expect(a.refused).toBe(true);
    expect(cache.forTenant('a').refused).toBe(false);
    expect(await a.get('r', 'huge')).toBeUndefined();
  });

  it('refuses under the policy reject, and under soft only says so', async () => {
    const tenants = {
      static: {
        hard: { quotaBytes: 15_000, policy: 'reject' },
        soft: { quotaBytes: 15_000, policy: 'reject', enforcement: 'soft' },
        observe: { quotaBytes: 15_000, policy: 'reject', enforcement: 'observe' },
      },
    } as const;
    const { cache } = cacheWith({ tenants });
    for (const id of ['hard', 'soft', 'observe']) await cache.forTenant(id).set('r', '1', value);
    await expect(cache.forTenant('hard').set('r', '2', value)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      status: 507,
    });
    expect(await cache.forTenant('soft').set('r', '2', value)).toMatchObject({ stored: false, evicted: 0 });
    expect(await cache.forTenant('observe').set('r', '2', value)).toMatchObject({ stored: true, state: 'critical' });
    expect(cache.forTenant('observe').metrics().rejections).toBe(1);
  });

  it('tells the use exactly', async () => {
    const { a } = cacheWith();
    const { usedBytes } = await a.set('r', '1', 'v');
    expect(await a.usage()).toEqual({ usedBytes, quotaBytes: MIB, hardLimitBytes: MIB, entries: 1, state: 'ok' });
    await a.delete('r', '1');
    expect(await a.usage()).toMatchObject({ usedBytes: 0, entries: 0 });
    expect(await a.delete('r', '1')).toBe(false);
  });

  it('gives every byte back after a clear', async () => {
    const { a } = cacheWith();
    for (let index = 0; index < 200; index++) await a.set('r', `${index}`, value.slice(0, 100));
    await a.clear();
    expect(await a.get('r', '7')).toBeUndefined();
    expect(await a.usage()).toMatchObject({ usedBytes: 0, entries: 0 });
  });
});

describe('the tenant in context', () => {
  it('follows the call chain, and is an error without one', async () => {
    const { cache } = cacheWith();
    expect(() => cache.current()).toThrow(expect.objectContaining({ code: 'TENANT_MISSING' }));
    await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        cache.runAs(id, async () => {
          await new Promise(setImmediate);
          expect(cache.current().tenantId).toBe(id);
        }),
      ),
    );
    expect(() => cache.forTenant('no:tenant')).toThrow(expect.objectContaining({ code: 'TENANT_INVALID' }));
  });

  it('refuses a suspended tenant before anything is stored', async () => {
    const { cache } = cacheWith({ tenants: { static: { s: { quotaBytes: MIB, suspended: true } } } });
    await expect(cache.forTenant('s').set('r', 'k', 'v')).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    await expect(cache.forTenant('unknown').usage()).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
  });
});

describe('bad input', () => {
  it.each([
    ['resource', (a: ReturnType<TenantCacheServer['forTenant']>) => a.get('a:b', 'k'), 'RESOURCE_INVALID'],
    ['resource type', (a) => a.get(undefined as never, 'k'), 'RESOURCE_INVALID'],
    ['key', (a) => a.getOrSet('r', '', () => 1), 'KEY_INVALID'],
    [
      'resource of another making',
      (a) => a.set({ name: 'a:b', load: {}, l1: true } as never, 'k', 1),
      'RESOURCE_INVALID',
    ],
    ['options argument', (a) => a.set('r', 'k', 1, 5 as never), 'OPTION_INVALID'],
    ['options of null', (a) => a.set('r', 'k', 1, null as never), 'OPTION_INVALID'],
    ['list of keys', (a) => a.getMany('r', 'abc' as never), 'KEY_INVALID'],
    ['keys', (a) => a.getMany('r', ['ok', 5 as never]), 'KEY_INVALID'],
    ['ttl', (a) => a.set('r', 'k', 1, { ttl: -1 }), 'OPTION_INVALID'],
    [
      'ttl set in a factory',
      (a) => a.getOrSet('r', 'k', ({ setTtl }) => setTtl(Number.NaN) as never),
      'OPTION_INVALID',
    ],
    ['option name', (a) => a.set('r', 'k', 1, { tll: 5 } as never), 'OPTION_INVALID'],
    ['l1', (a) => a.set('r', 'k', 1, { l1: 'no' } as never), 'OPTION_INVALID'],
    ['factory', (a) => a.getOrSet('r', 'k', 'value' as never), 'OPTION_INVALID'],
    ['value', (a) => a.set('r', 'k', () => 1), 'VALUE_NOT_CACHEABLE'],
    ['entry size', (a) => a.set(defineResource('r', { maxEntryBytes: 5 }), 'k', 'too long'), 'ENTRY_TOO_LARGE'],
  ] as [string, (a: ReturnType<TenantCacheServer['forTenant']>) => Promise<unknown>, string][])(
    'rejects a wrong %s with a coded error and stores nothing',
    async (_name, call, code) => {
      const { a } = cacheWith();
      await expect(call(a)).rejects.toMatchObject({ code });
      expect(await a.usage()).toMatchObject({ entries: 0 });
    },
  );

  it.each([
    [{}, /no tenants/],
    [{ tenants: { default: { quotaBytes: 0 } } }, /quotaBytes: 0/],
    [{ tenants: {}, rediss: {} }, /unknown option rediss/],
    [{ tenants: {}, redis: { url: 'http://x' } }, /redis/],
    [{ tenants: {}, redis: {} }, /redis/],
    [{ tenants: {}, l1: { maxTtl: '1h' } }, /1 ms to 30 s/],
    [{ tenants: {}, l1: { maxBytesTotal: -1 } }, /l1.maxBytesTotal: -1/],
    [{ tenants: {}, metrics: { prefix: 'a-b' } }, /metrics.prefix/],
    [{ tenants: {}, usageInterval: 5 }, /usageInterval/],
    [{ tenants: {}, breaker: { failures: 0 } }, /breaker.failures: 0/],
    [{ tenants: {}, usageInterval: '365d' }, /1 s to 1 day/],
    [{ tenants: {}, logger: {} }, /logger without debug/],
    [{ tenants: {}, codec: { encode() {} } }, /codec without decode/],
    [{ tenants: {}, usage: {} }, /usage without merge/],
    [{ tenants: {}, observers: [5] }, /observers/],
    [{ tenants: {}, observers: 5 }, /observers/],
    [{ tenants: {}, redis: { url: 'redis://127.0.0.1:99999' } }, /redis/],
  ])('refuses the options %j at once', (options, message) => {
    expect(() => createTenantCache(options as never)).toThrow(message);
  });
});

describe('close', () => {
  it('brings usage to the sink, then refuses calls', async () => {
    const merged: unknown[] = [];
    const merge = async (parts: readonly unknown[]) => {
      merged.push(...parts);
      return { lateParts: 0 };
    };
    const usage = { merge, close: async () => {} };
    const { a, cache } = cacheWith({ usage });
    await a.getOrSet('r', 'k', () => 1);
    await Promise.all([cache.close(), cache.close()]);
    expect(merged).toHaveLength(1);
    for (const call of [() => a.get('r', 'k'), () => a.clear(), () => a.usage(), () => a.getOrSet('r', 'k', () => 1)]) {
      await expect(call()).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    }
  });
});
