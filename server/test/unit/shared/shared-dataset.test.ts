import { afterEach, describe, expect, it } from '@jest/globals';
import type { SharedKey } from '../../../src/core/dataset.js';
import type { PlatformDataset } from '../../../src/core/shared.js';
import { closeCaches, gate, memoryCache } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

function open(options: Parameters<typeof memoryCache>[0] = {}) {
  const { cache, events } = memoryCache({ shared: { market: {} }, ...options });
  const platform = cache.platform.shared('market');
  const reads = cache.shared('market');
  const as = <R>(tenant: string, callback: () => R) => cache.runAs(tenant, callback);
  return { cache, events, platform, reads, as };
}

const priceOf = (calls: SharedKey[]) => (key: SharedKey) => {
  calls.push(key);
  return { price: `${calls.length}` };
};

describe('a shared dataset', () => {
  it('is one for all tenants: what was loaded for one is there for the next', async () => {
    const { platform, reads, as } = open();
    const calls: SharedKey[] = [];
    platform.define('price', { ttl: '1m', load: priceOf(calls) });
    const first = await as('a', () => reads.get('binance:BTC/USDT', 'price'));
    const second = await as('b', () => reads.get('binance:BTC/USDT', 'price'));
    expect([first, second]).toEqual([{ price: '1' }, { price: '1' }]);
    expect(calls).toEqual([{ group: 'binance:BTC/USDT', kind: 'price' }]);
    expect(platform.metrics()).toMatchObject({ requests: 2, misses: 1, originCalls: 1, originCallsSaved: 1 });
  });

  it('has no hit rate before it is read, which is not one of 0 %', async () => {
    const { platform } = open();
    expect(platform.metrics()).toMatchObject({ requests: 0, hitRate: undefined });
    await platform.get('a', 'price');
    expect(platform.metrics()).toMatchObject({ requests: 1, hitRate: 0 });
  });

  it('loads once for a thousand tenants that ask at once', async () => {
    const { platform, reads, as } = open();
    const calls: SharedKey[] = [];
    const loading = gate();
    platform.define('price', {
      load: async (key) => {
        await loading.promise;
        return priceOf(calls)(key);
      },
    });
    const all = Array.from({ length: 1_000 }, (_, n) => as(`t${n}`, () => reads.get('binance:BTC/USDT', 'price')));
    loading.release();
    expect(new Set((await Promise.all(all)).map((value) => JSON.stringify(value)))).toEqual(new Set(['{"price":"1"}']));
    expect([calls.length, platform.metrics().originCallsSaved]).toEqual([1, 999]);
  });

  it('is read by nobody without a tenant, and under no name that the options do not have', async () => {
    const { cache, reads } = open();
    await expect(reads.get('a', 'price')).rejects.toMatchObject({ code: 'TENANT_MISSING' });
    await expect(reads.getMany(['a'], 'price')).rejects.toMatchObject({ code: 'TENANT_MISSING' });
    for (const name of ['other', 'constructor', 'market2'])
      expect(() => cache.shared(name)).toThrow(expect.objectContaining({ code: 'DATASET_NOT_FOUND' }));
    for (const name of ['', 'Market', '__proto__', '{shared:market}', 'a:b', 7 as never])
      expect(() => cache.platform.shared(name)).toThrow(expect.objectContaining({ code: 'DATASET_INVALID' }));
  });

  it('is refused to a tenant that is suspended', async () => {
    const { reads, as } = open({
      tenants: { default: { quotaBytes: 1e6 }, static: { out: { quotaBytes: 1e6, suspended: true } } },
    });
    await expect(as('out', () => reads.get('a', 'price'))).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
  });

  it.each([
    ['', 'price'],
    ['a}', 'price'],
    ['{a', 'price'],
    [':a', 'price'],
    ['a b', 'price'],
    ['a\n', 'price'],
    ['a', ''],
    ['a', 'Price'],
    ['a', 'price:'],
    ['a', 'price:{'],
    ['a', '__proto__'],
    ['x'.repeat(129), 'price'],
    [7 as never, 'price'],
    ['a', null as never],
  ])('refuses the group %j with the kind %j', async (group, kind) => {
    const { reads, platform, as } = open();
    const refused = { code: 'KEY_INVALID' };
    await expect(as('a', () => reads.get(group, kind))).rejects.toMatchObject(refused);
    await expect(as('a', () => reads.getMany([group], kind))).rejects.toMatchObject(refused);
    await expect(platform.set(group, kind, 1)).rejects.toMatchObject(refused);
  });

  it('answers undefined where nobody loads and nothing was set, and what was set where it was', async () => {
    const { platform, reads, as } = open();
    expect(await as('a', () => reads.get('x', 'note'))).toBeUndefined();
    expect(await platform.set('x', 'note:de', { text: 'hallo' }, { ttl: '1h' })).toBe(true);
    expect(await as('a', () => reads.get('x', 'note:de'))).toEqual({ text: 'hallo' });
    expect(await as('a', () => reads.getMany(['y', 'x'], 'note:de'))).toEqual(new Map([['x', { text: 'hallo' }]]));
    expect(platform.metrics()).toMatchObject({ originCalls: 0, originCallsSaved: 0 });
    expect(await platform.delete('x', 'note:de')).toBe(true);
    expect(await as('a', () => reads.get('x', 'note:de'))).toBeUndefined();
  });
});

describe('many of a kind', () => {
  it('are loaded by one call over all exchanges, in the order asked for, and what it leaves out is left out', async () => {
    const { platform, reads, as } = open();
    const calls: (readonly SharedKey[])[] = [];
    platform.define('price', {
      loadMany: (keys) => {
        calls.push(keys);
        return new Map(keys.filter(({ group }) => group !== 'nyse:GONE').map((key) => [key, key.group.length]));
      },
    });
    const groups = ['kraken:ETH', 'nyse:GONE', 'binance:BTC', 'AAPL', 'MSFT', 'kraken:ETH'];
    const values = await as('a', () => reads.getMany(groups, 'price'));
    expect([...values]).toEqual([
      ['kraken:ETH', 10],
      ['binance:BTC', 11],
      ['AAPL', 4],
      ['MSFT', 4],
    ]);
    expect(calls.map((keys) => keys.length)).toEqual([5]);
    expect(await as('b', () => reads.getMany(groups.slice(2), 'price'))).toEqual(
      new Map([...values].slice(1).concat([...values].slice(0, 1))),
    );
    expect(calls).toHaveLength(1);
    expect(platform.metrics()).toMatchObject({ originCalls: 1, originCallsSaved: 4 });
  });

  it('may be set to another time by the loader, each of them', async () => {
    const { platform } = open();
    platform.define('price', {
      ttl: '1m',
      loadMany: (keys, { setTtl }) => {
        setTtl('1h');
        return new Map(keys.map((key) => [key, 1]));
      },
    });
    await platform.getMany(['a:1', 'b:1'], 'price');
    const { items, asOfMs } = await platform.entries({ count: 10 });
    expect(items.map(({ group }) => group).sort()).toEqual(['a:1', 'b:1']);
    for (const { freshUntilMs } of items) expect(freshUntilMs - asOfMs).toBeGreaterThan(3_500_000);
  });

  it('are loaded one by one where the kind has no other loader, and one alone by that of many', async () => {
    const { platform } = open();
    const calls: SharedKey[] = [];
    platform.define('price', { load: priceOf(calls) });
    platform.define('book', { loadMany: async (keys) => new Map(keys.map((key) => [key, key.kind])) });
    expect((await platform.getMany(['a:1', 'a:2'], 'price')).size).toBe(2);
    expect(calls).toHaveLength(2);
    expect(await platform.get('a:1', 'book:20')).toBe('book:20');
    platform.define('book', { loadMany: () => new Map() });
    expect(await platform.get('a:2', 'book:20')).toBeUndefined();
  });
});

describe('many of a kind of which some fail', () => {
  it('leave out those that fail by a promise of their own, and remember that they did', async () => {
    const { platform, reads, as } = open();
    let calls = 0;
    platform.define('price', {
      errorTtl: '1m',
      loadMany: (keys) => {
        calls++;
        return new Map(
          keys.map((key) => [key, key.group === 'a:1' ? Promise.reject(new Error('gone')) : Promise.resolve(1)]),
        );
      },
    });
    for (const tenant of ['a', 'b'])
      expect(await as(tenant, () => reads.getMany(['a:1', 'b:1'], 'price'))).toEqual(new Map([['b:1', 1]]));
    await expect(as('a', () => reads.getMany(['a:1'], 'price'))).rejects.toThrow('gone');
    await expect(as('a', () => reads.get('a:1', 'price'))).rejects.toThrow('gone');
    expect(calls).toBe(1);
  });

  it('fail where nothing can be had but that there is none', async () => {
    const { platform } = open();
    platform.define('price', {
      loadMany: (keys) =>
        new Map(keys.map((key) => [key, key.group === 'a:1' ? Promise.reject(new Error('gone')) : null])),
    });
    await expect(platform.getMany(['b:1', 'a:1'], 'price')).rejects.toThrow('gone');
    platform.define('book', {
      load: ({ group }) => (group === 'a:1' ? Promise.reject(new Error('gone')) : 1),
    });
    expect(await platform.getMany(['b:1', 'a:1'], 'book')).toEqual(new Map([['b:1', 1]]));
    await expect(platform.getMany(['a:1'], 'book')).rejects.toThrow('gone');
  });
});

describe('a refresh', () => {
  const counting = (platform: PlatformDataset) => {
    let calls = 0;
    platform.define('price', { ttl: '1m', load: () => ++calls });
    return () => calls;
  };

  it('loads what is fresh, and leaves what is fresh for longer than asked', async () => {
    const { platform } = open();
    const calls = counting(platform);
    expect(await platform.get('a', 'price')).toBe(1);
    expect(await platform.refresh('a', 'price', { unlessFreshFor: '30s' })).toBe(false);
    expect(await platform.refresh('a', 'price', { unlessFreshFor: '2m' })).toBe(true);
    expect(await platform.refresh('a', 'price')).toBe(true);
    expect([await platform.get('a', 'price'), calls()]).toEqual([3, 3]);
    expect(platform.metrics().requests).toBe(2);
  });

  it('keeps what is there where the loader fails, and loses to an invalidation', async () => {
    const { platform } = open();
    platform.define('price', { ttl: '1m', load: () => 'old' });
    await platform.get('a', 'price');
    platform.define('price', { load: () => Promise.reject(new Error('down')) });
    await expect(platform.refresh('a', 'price')).rejects.toThrow('down');
    expect(await platform.get('a', 'price')).toBe('old');
    const loading = gate<string>();
    const begun = gate();
    platform.define('price', {
      load: () => {
        begun.release();
        return loading.promise;
      },
    });
    const refreshing = platform.refresh('a', 'price');
    await begun.promise;
    await platform.invalidateGroup('a');
    loading.release('read before the invalidation');
    await refreshing;
    platform.define('price', { load: () => 'new' });
    expect(await platform.get('a', 'price')).toBe('new');
  });

  it('needs a loader', async () => {
    const { platform } = open();
    await expect(platform.refresh('a', 'price')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('an invalidation of the platform', () => {
  const groups = ['binance:BTC/USDT', 'binance:BTC/EUR', 'binance:BTC', 'kraken:BTC/USDT', 'binance', 'AAPL'];
  const left = async (platform: PlatformDataset) => [...(await platform.getMany(groups, 'note')).keys()];
  const filled = async () => {
    const { platform } = open();
    for (const group of groups) {
      await platform.set(group, 'note', 1);
      await platform.set(group, 'other:1', 1);
    }
    return platform;
  };

  it('takes all kinds of a group, and of no group whose name begins so', async () => {
    const platform = await filled();
    await platform.invalidateGroup('binance:BTC');
    expect(await left(platform)).toEqual(groups.filter((group) => group !== 'binance:BTC'));
    expect(await platform.get('binance:BTC', 'other:1')).toBeUndefined();
    await platform.invalidateGroup('AAPL');
    await platform.invalidateGroup('binance');
    expect(await left(platform)).toEqual(['binance:BTC/USDT', 'binance:BTC/EUR', 'kraken:BTC/USDT']);
  });

  it('takes the groups of a prefix that has a colon', async () => {
    const platform = await filled();
    await platform.invalidateGroups('binance:BTC/');
    expect(await left(platform)).toEqual(['binance:BTC', 'kraken:BTC/USDT', 'binance', 'AAPL']);
    await platform.invalidateGroups('binance:');
    expect(await left(platform)).toEqual(['kraken:BTC/USDT', 'binance', 'AAPL']);
    for (const prefix of ['binance', ':', '{a:', 'a:}'])
      await expect(platform.invalidateGroups(prefix as `${string}:`)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    await platform.clear();
    expect(await left(platform)).toEqual([]);
  });
});

describe('what a kind says', () => {
  it.each([{ ttl: 'soon' }, { load: 1 }, { loadMany: 'x' }, { tags: ['t'] }, { l1: 'no' }, { maxEntryBytes: -1 }])(
    'is refused where it is wrong: %j',
    (options) => {
      expect(() => open().platform.define('price', options as never)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID' }),
      );
    },
  );

  it.each(['', 'Price', 'ohlcv:1m', '{', '__proto__', 7 as never])('has a name that is the first part: %j', (kind) => {
    expect(() => open().platform.define(kind, {})).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  it('holds from the next read on', async () => {
    const { platform, reads, as } = open();
    platform.define('ohlcv', { load: ({ kind }) => kind });
    expect(await as('a', () => reads.get('x:y', 'ohlcv:1m:100'))).toBe('ohlcv:1m:100');
    platform.define('ohlcv', { load: () => 'changed' });
    expect(await as('a', () => reads.get('x:y', 'ohlcv:5m:100'))).toBe('changed');
  });

  it('gives every entry an end, also without a word of it', async () => {
    const { platform } = open({ defaultTtl: '2m' });
    await platform.set('a', 'note', 1);
    const { items, asOfMs } = await platform.entries({ count: 1 });
    expect((items[0]?.freshUntilMs ?? 0) - asOfMs).toBeLessThanOrEqual(120_000);
  });
});

describe('what a tenant is answered', () => {
  it('cannot be changed for the others', async () => {
    const { platform, reads, as } = open();
    platform.define('book', {
      load: () => ({ bids: [['1', '2']], at: new Date(0), bytes: Buffer.from('ab'), by: new Map([[1, { n: 1 }]]) }),
    });
    type Book = { bids: string[][]; at: Date; bytes: Buffer; by: Map<number, { n: number }> };
    const read = (tenant: string) => as(tenant, () => reads.get<Book>('a', 'book')) as Promise<Book>;
    const book = await read('a');
    expect(() => book.bids.push(['3', '4'])).toThrow(TypeError);
    expect(() => Object.assign(book.bids[0] as object, { 0: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(book, { at: 1 })).toThrow(TypeError);
    book.at.setTime(7);
    book.bytes[0] = 0;
    book.by.clear();
    expect(await read('b')).toEqual({
      bids: [['1', '2']],
      at: new Date(0),
      bytes: Buffer.from('ab'),
      by: new Map([[1, { n: 1 }]]),
    });
    platform.define('price', { load: () => ({ deep: { price: '1' } }) });
    const first = await as('a', () => reads.get('a', 'price'));
    expect(await as('b', () => reads.get('a', 'price'))).toBe(first);
    expect(Object.isFrozen((first as { deep: object }).deep)).toBe(true);
  });

  it('is told by what was read in the end: books are kept on each tenant and read', async () => {
    const { cache, platform, reads, as } = open({ shared: { market: { rateLimit: { limit: 3 } } } });
    platform.define('price', { load: () => 1 });
    await as('a', () => reads.get('x:1', 'price'));
    await as('a', () => reads.getMany(['x:1', 'x:2'], 'price'));
    await expect(as('a', () => reads.get('x:1', 'price'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await as('b', () => reads.get('x:1', 'price'));
    expect(platform.metrics()).toMatchObject({ requests: 4, limited: 1 });
    expect(platform.recentReads(0)).toHaveLength(2);
    await cache.flushUsage();
  });
});
