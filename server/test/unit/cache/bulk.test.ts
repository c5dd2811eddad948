import { afterEach, describe, expect, it } from '@jest/globals';
import { closeCaches, gate, memoryCache, turn } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

describe('getOrSetMany', () => {
  it('loads all that is missing by one call, stores it, and keeps the order of the keys', async () => {
    for (const options of [{}, { l1: false as const }]) {
      const { a } = memoryCache(options);
      await a.set('r', '2', 'kept');
      const asked: (readonly string[])[] = [];
      const load = () =>
        a.getOrSetMany('r', ['1', '2', '3', '1'], (missing) => {
          asked.push(missing);
          return new Map(missing.map((key) => [key, key]));
        });
      expect([...(await load())]).toEqual([
        ['1', '1'],
        ['2', 'kept'],
        ['3', '3'],
      ]); // prettier-ignore
      expect(asked).toEqual([['1', '3']]);
      expect([...(await load()).keys()]).toEqual(['1', '2', '3']);
      expect(asked).toHaveLength(1);
      await closeCaches();
    }
  });

  it('loads 1,000 missing keys by one call', async () => {
    const { a } = memoryCache({}, 10 * 1024 * 1024);
    const keys = Array.from({ length: 1_000 }, (_, n) => `k${n}`);
    let calls = 0;
    const load = (missing: readonly string[]) => {
      calls++;
      return Object.fromEntries(missing.map((key) => [key, 1]));
    };
    expect((await a.getOrSetMany('r', keys, load)).size).toBe(1_000);
    expect(calls).toBe(1);
    expect((await a.getMany('r', keys)).size).toBe(1_000);
  });

  it('waits for no key that another call is loading', async () => {
    const { a } = memoryCache();
    const other = gate<string>();
    const loading = a.getOrSet('r', '1', () => other.promise);
    await turn();
    const asked: (readonly string[])[] = [];
    const many = a.getOrSetMany('r', ['1', '2', '3'], (missing) => {
      asked.push(missing);
      return { 2: 'v', 3: 'v' };
    });
    while (asked.length === 0) await turn();
    expect(asked).toEqual([['2', '3']]);
    other.release('v');
    expect((await many).size).toBe(3);
    await loading;
  });

  it('leaves out and does not store what the factory leaves out; null is a value', async () => {
    const { a } = memoryCache();
    const found = await a.getOrSetMany<string | null>('r', ['1', '2', '3'], () => ({ 1: 'v', 2: null }));
    expect([...found]).toEqual([
      ['1', 'v'],
      ['2', null],
    ]); // prettier-ignore
    expect((await a.usage()).entries).toBe(2);
    expect(a.metrics().loadErrors).toBe(0);
  });

  it('shares loads with single callers, both ways', async () => {
    const { a } = memoryCache();
    const single = gate<string>();
    const batch = gate<Record<string, string>>();
    const one = a.getOrSet('r', '1', () => single.promise);
    await turn();
    const asked: (readonly string[])[] = [];
    const many = a.getOrSetMany('r', ['1', '2'], (missing) => {
      asked.push(missing);
      return batch.promise;
    });
    while (asked.length === 0) await turn();
    const two = a.getOrSet('r', '2', () => 'not asked');
    const none = a.getOrSet('r', '3', () => 'own');
    single.release('single');
    batch.release({ 2: 'batch' });
    expect(await Promise.all([one, two, none])).toEqual(['single', 'batch', 'own']);
    expect([...(await many)]).toEqual([
      ['1', 'single'],
      ['2', 'batch'],
    ]); // prettier-ignore
    expect(asked).toEqual([['2']]);
  });

  it('a single caller that joined a batch without a value for its key loads by itself', async () => {
    const { a } = memoryCache();
    const batch = gate<Record<string, string>>();
    let asked = false;
    const many = a.getOrSetMany('r', ['1'], () => {
      asked = true;
      return batch.promise;
    });
    while (!asked) await turn();
    const one = a.getOrSet('r', '1', () => 'own');
    batch.release({});
    expect(await one).toBe('own');
    expect((await many).size).toBe(0);
  });

  it('shares the error of the batch, and refuses a result that is none', async () => {
    const { a } = memoryCache();
    await expect(a.getOrSetMany('r', ['1', '2'], () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    const wrong = a.getOrSetMany('r', ['1'], () => 'text' as never);
    await expect(wrong).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
    await expect(a.getOrSetMany('r', ['1'], undefined as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(a.getOrSetMany('r', 'k' as never, () => ({}))).rejects.toMatchObject({ code: 'KEY_INVALID' });
    expect(await a.getOrSetMany('r', [], () => ({}))).toEqual(new Map());
  });

  it('an invalidation during the batch wins for the keys it covers, and only for those', async () => {
    const { a } = memoryCache();
    const batch = gate<Record<string, string>>();
    let asked = false;
    const many = a.getOrSetMany('r', ['1', '2'], () => {
      asked = true;
      return batch.promise;
    });
    while (!asked) await turn();
    await a.delete('r', '1');
    batch.release({ 1: 'old', 2: 'v' });
    expect([...(await many).values()]).toEqual(['old', 'v']);
    expect([...(await a.getMany('r', ['1', '2']))]).toEqual([['2', 'v']]); // prettier-ignore
  });
});

describe('setMany and deleteMany', () => {
  it('store and delete all, the last value of a key, and say what came of each', async () => {
    const { a } = memoryCache();
    const results = await a.setMany('r', [
      ['1', 'a'],
      ['2', 'b'],
      ['1', 'c'],
    ]); // prettier-ignore
    expect([...results.keys()]).toEqual(['1', '2']);
    expect([...results.values()].every(({ stored }) => stored)).toBe(true);
    expect(await a.get('r', '1')).toBe('c');
    expect(await a.deleteMany('r', ['1', '2', '3', '1'])).toBe(2);
    expect((await a.usage()).usedBytes).toBe(0);
  });

  it('take what gives keys and values, and say what they take of anything else', async () => {
    const { a } = memoryCache();
    await a.setMany('r', new Map([['1', 1]]));
    expect(await a.get('r', '1')).toBe(1);
    for (const wrong of [{ 1: 2 }, undefined, 5, [1], ['ab']]) {
      await expect(a.setMany('r', wrong as never)).rejects.toMatchObject({ code: 'KEY_INVALID' });
    }
  });

  it('refuse wrong keys before anything is done', async () => {
    const { a } = memoryCache();
    await a.set('r', '1', 1);
    await expect(a.deleteMany('r', ['1', ''])).rejects.toMatchObject({ code: 'KEY_INVALID' });
    await expect(
      a.setMany('r', [
        ['1', 2],
        ['', 2],
      ]),
    ).rejects.toMatchObject({ code: 'KEY_INVALID' }); // prettier-ignore
    expect(await a.get('r', '1')).toBe(1);
  });

  it('take the entries that fit, and reject for the one that does not', async () => {
    const { a } = memoryCache({ compression: false }, 4_096);
    const big = a.setMany('r', [
      ['1', 'x'],
      ['2', 'x'.repeat(10_000)],
    ]); // prettier-ignore
    await expect(big).rejects.toMatchObject({ code: 'ENTRY_TOO_LARGE' });
    expect(await a.get('r', '1')).toBe('x');
  });
});
