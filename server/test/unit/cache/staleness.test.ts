import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { closeCaches, gate, memoryCache, ownCalendar, turn } from '../../fakes/memory-cache.js';
import { until } from '../../fakes/redis-process.js';

afterEach(closeCaches);

const down = () => Promise.reject(new Error('origin down'));

describe.each([
  ['with L1', {}],
  ['without L1', { l1: false as const }],
])('grace %s', (_name, options) => {
  it('answers the stale value while the origin fails, and the error once the grace is over', async () => {
    const later = ownCalendar();
    const { a, events } = memoryCache(options);
    const keep = { ttl: '10s', grace: '1m' } as const;
    await a.getOrSet('r', 'k', () => 'old', keep);
    later(11_000);
    expect(await a.getOrSet('r', 'k', down, keep)).toBe('old');
    expect(events).toContainEqual(expect.objectContaining({ type: 'stale-served', reason: 'load-failed' }));
    later(60_000);
    await expect(a.getOrSet('r', 'k', down, keep)).rejects.toThrow('origin down');
  });

  it('asks a failing origin again only after a pause that doubles, and at once after an invalidation', async () => {
    const later = ownCalendar();
    const { a } = memoryCache(options);
    const keep = { ttl: '10s', grace: '1h' } as const;
    await a.getOrSet('r', 'k', () => 'old', keep);
    later(11_000);
    let loads = 0;
    const failing = () => {
      loads++;
      return down();
    };
    const ask = () => a.getOrSet('r', 'k', failing, keep);
    for (const [ms, expected] of [
      [0, 1],
      [900, 1],
      [200, 2],
      [1_900, 2],
      [200, 3],
    ] as const) {
      later(ms);
      expect(await ask()).toBe('old');
      expect(loads).toBe(expected);
    }
    await a.delete('r', 'k');
    await expect(ask()).rejects.toThrow('origin down');
  });

  it('gives a caller without grace nothing stale', async () => {
    const later = ownCalendar();
    const { a } = memoryCache(options);
    await a.getOrSet('r', 'k', () => 'old', { ttl: '10s', grace: '1h' });
    later(11_000);
    expect(await a.get('r', 'k')).toBeUndefined();
    await expect(a.getOrSet('r', 'k', down)).rejects.toThrow('origin down');
  });

  it('an invalidation ends the grace as well', async () => {
    const later = ownCalendar();
    const { a } = memoryCache(options);
    const keep = { ttl: '10s', grace: '1h', tags: ['t'] } as const;
    for (const invalidate of [() => a.delete('r', 'k'), () => a.invalidateTags(['t']), () => a.clear()]) {
      await a.getOrSet('r', 'k', () => 'old', keep);
      later(11_000);
      await invalidate();
      await expect(a.getOrSet('r', 'k', down, keep)).rejects.toThrow('origin down');
      later(60_000);
    }
  });
});

describe('stale while revalidate', () => {
  it('answers at once, refreshes once in the background, and blocks where the window is over', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    const keep = { ttl: '10s', staleWhileRevalidate: '1m' } as const;
    await a.getOrSet('r', 'k', () => 'old', keep);
    later(11_000);
    let loads = 0;
    const { promise, release } = gate<string>();
    const ask = () =>
      a.getOrSet(
        'r',
        'k',
        () => {
          loads++;
          return promise;
        },
        keep,
      );
    expect(await Promise.all(Array.from({ length: 50 }, ask))).toEqual(Array(50).fill('old'));
    await turn();
    expect(loads).toBe(1);
    release('new');
    await turn();
    expect(await a.get('r', 'k')).toBe('new');
    later(80_000);
    expect(await a.getOrSet('r', 'k', () => 'newer', keep)).toBe('newer');
  });

  it('an invalidation during the refresh wins over what it brings', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    const keep = { ttl: '10s', staleWhileRevalidate: '1m' } as const;
    await a.getOrSet('r', 'k', () => 'old', keep);
    later(11_000);
    const { promise, release } = gate<string>();
    await a.getOrSet('r', 'k', () => promise, keep);
    await turn();
    await a.delete('r', 'k');
    release('read before the delete');
    await turn();
    expect(await a.get('r', 'k')).toBeUndefined();
  });

  it('a refresh that fails harms nobody', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    const keep = { ttl: '10s', staleWhileRevalidate: '1m' } as const;
    await a.getOrSet('r', 'k', () => 'old', keep);
    later(11_000);
    expect(await a.getOrSet('r', 'k', down, keep)).toBe('old');
    await turn();
    expect(a.metrics().loadErrors).toBe(1);
    expect(await a.getOrSet('r', 'k', down, keep)).toBe('old');
  });
});

describe('early refresh', () => {
  it('refreshes before the end, from L1 and from L2, while the value is answered', async () => {
    for (const options of [{}, { l1: false as const }]) {
      const later = ownCalendar();
      const { a } = memoryCache(options);
      const keep = { ttl: '100s', beta: 1 } as const;
      const { promise, release } = gate<string>();
      const first = a.getOrSet('r', 'k', () => promise, keep);
      await new Promise((resolve) => setTimeout(resolve, 30));
      release('old');
      await first;
      // The load took 30 ms or more; a random number this near to 1 makes that 20 times as long.
      const random = jest.spyOn(Math, 'random').mockReturnValue(1 - 2e-9);
      later(99_900);
      expect(await a.getOrSet('r', 'k', () => 'new', keep)).toBe('old');
      await turn();
      random.mockRestore();
      await until(async () => (await a.get('r', 'k')) === 'new');
      await closeCaches();
    }
  });

  it('is off by default', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    await a.getOrSet('r', 'k', () => 'old', { ttl: '100s' });
    later(99_999);
    expect(await a.getOrSet('r', 'k', () => 'new', { ttl: '100s' })).toBe('old');
    await turn();
    expect(a.metrics().loads).toBe(1);
  });
});

describe('lifetimes', () => {
  it('keeps null for the negative ttl at most', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    let loads = 0;
    const ask = () =>
      a.getOrSet(
        'r',
        'k',
        () => {
          loads++;
          return null;
        },
        { ttl: '1h', negativeTtl: '10s' },
      );
    expect([await ask(), await ask(), loads]).toEqual([null, null, 1]);
    later(10_001);
    await ask();
    expect(loads).toBe(2);
  });

  it('spreads the ends of what was stored together', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    const keys = Array.from({ length: 200 }, (_, n) => `k${n}`);
    await a.setMany(
      'r',
      keys.map((key) => [key, 1] as const),
      { ttl: '100s', ttlJitter: 0.5 },
    ); // prettier-ignore
    const left = async () => (await a.getMany('r', keys)).size;
    later(49_000);
    expect(await left()).toBe(200);
    later(26_000);
    const half = await left();
    expect(half).toBeGreaterThan(50);
    expect(half).toBeLessThan(150);
    later(26_000);
    expect(await left()).toBe(0);
  });

  it('repeats an error within its ttl, and loads again after it', async () => {
    const later = ownCalendar();
    const { a } = memoryCache();
    let loads = 0;
    const ask = () => a.getOrSet('r', 'k', () => Promise.reject(new Error(`failure ${++loads}`)), { errorTtl: '5s' });
    await expect(ask()).rejects.toThrow('failure 1');
    await expect(ask()).rejects.toThrow('failure 1');
    later(5_001);
    await expect(ask()).rejects.toThrow('failure 2');
  });
});
