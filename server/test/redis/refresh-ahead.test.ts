import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WarmOutcome } from '../../src/core/warming.js';
import {
  type Duration,
  type ExpiringOptions,
  expiring,
  sharedTarget,
  type TenantCacheServer,
} from '../../src/index.js';
import { gate } from '../fakes/memory-cache.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

afterEach(closeRedisCaches);

const GROUP = 'x:BTC/USDT';

/** Whatever a stalled machine does between two lines, an hour is not over; where time must pass, `ttl` is short. */
function open(processes: number, { ttl = '1h', ofFirstLoad = ttl }: { ttl?: Duration; ofFirstLoad?: Duration } = {}) {
  const dataset = `d${randomUUID().slice(0, 8)}`;
  const loads = new Map<string, number>();
  let failure: Error | undefined;
  let meanwhile: () => unknown = () => {};
  const caches = Array.from({ length: processes }, () =>
    redisCache({ shared: { [dataset]: { rateLimit: false } }, l1: false }),
  ) as [TenantCacheServer, ...TenantCacheServer[]];
  const platforms = caches.map((cache) => cache.platform.shared(dataset));
  for (const platform of platforms) {
    platform.define('price', {
      ttl,
      load: async ({ group }, { setTtl }) => {
        // Long enough for another process to ask meanwhile.
        await new Promise(setImmediate);
        await meanwhile();
        if (failure) throw failure;
        if (!loads.has(group)) setTtl(ofFirstLoad);
        loads.set(group, (loads.get(group) ?? 0) + 1);
        return loads.get(group);
      },
    });
  }
  const [platform] = platforms as [(typeof platforms)[0], ...typeof platforms];
  return {
    caches,
    platform,
    platforms,
    loadsOf: (group: string) => loads.get(group) ?? 0,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    whileLoading: (task: () => unknown) => {
      meanwhile = task;
    },
    read: (group: string, cache: TenantCacheServer = caches[0]) =>
      cache.runAs('acme', () => cache.shared(dataset).get(group, 'price')),
  };
}

/** One run of a job with this source alone. */
async function run(options: ExpiringOptions, nowMs = Date.now()): Promise<WarmOutcome['kind'][]> {
  const { signal } = new AbortController();
  const outcomes: WarmOutcome['kind'][] = [];
  for await (const target of await expiring(options).targets({ nowMs, signal })) {
    outcomes.push((await target.warm(signal)).kind);
  }
  return outcomes;
}

describe('refresh-ahead', () => {
  it('lets a key that is read all the time never miss after its first load, and leaves alone what nobody reads', async () => {
    const { platform, read, loadsOf } = open(1, { ttl: '4s' });
    await platform.get('x:idle', 'price');
    await read(GROUP);
    /** Longer than a key lives; the longest that any round of it took. */
    const stretch = async () => {
      let longestMs = 0;
      let roundMs = performance.now();
      const endMs = roundMs + 6_000;
      while (roundMs < endMs) {
        expect(await read(GROUP)).toBe(loadsOf(GROUP));
        await run({ dataset: platform, within: '3s' });
        longestMs = Math.max(longestMs, performance.now() - roundMs);
        roundMs = performance.now();
      }
      return longestMs;
    };
    // One in which the machine stalled for as long as a key is about to expire says nothing.
    for (;;) {
      const [loads, { misses }] = [loadsOf(GROUP), platform.metrics()];
      if ((await stretch()) > 1_000) continue;
      expect(platform.metrics().misses).toBe(misses);
      expect(loadsOf(GROUP)).toBeGreaterThan(loads);
      break;
    }
    expect(loadsOf('x:idle')).toBe(1);
  }, 120_000);

  it('loads what is fresh for less than was asked, and nothing else', async () => {
    const { platform, read, loadsOf } = open(1);
    await read(GROUP);
    expect(await run({ dataset: platform, within: '1m' })).toEqual([]);
    expect(await run({ dataset: platform, within: '2h' })).toEqual(['loaded']);
    expect(loadsOf(GROUP)).toBe(2);
  });

  it('lets expire what was read too long ago', async () => {
    const { platform, read, loadsOf } = open(1);
    await read(GROUP);
    expect(await run({ dataset: platform, within: '2h', readWithin: '5m' }, Date.now() + 301_000)).toEqual([]);
    expect(loadsOf(GROUP)).toBe(1);
  });

  it('hears of reads in other processes once they were flushed', async () => {
    const { caches, platform, read, loadsOf } = open(2);
    const [first, second] = caches as [TenantCacheServer, TenantCacheServer];
    await read(GROUP, second);
    expect(await run({ dataset: platform, within: '2h', access: second.sharedAccess })).toEqual([]);
    await second.flushUsage();
    expect(await run({ dataset: platform, within: '2h' })).toEqual([]);
    expect(await run({ dataset: platform, within: '2h', access: second.sharedAccess })).toEqual(['loaded']);
    expect(loadsOf(GROUP)).toBe(2);
    expect(first).not.toBe(second);
  });

  it('loads once where two processes refresh at once', async () => {
    const { platforms, caches, read, loadsOf } = open(2, { ttl: '2h', ofFirstLoad: '10m' });
    for (const cache of caches) await read(GROUP, cache);
    const outcomes = await Promise.all(platforms.map((dataset) => run({ dataset, within: '1h' })));
    expect(outcomes.flat()).toContain('loaded');
    expect(loadsOf(GROUP)).toBe(2);
  });

  it('waits for the load of another process, however often something else is invalidated meanwhile', async () => {
    const { platforms, read, loadsOf, whileLoading } = open(2, { ttl: '2h', ofFirstLoad: '10m' });
    const [near, far] = platforms as [(typeof platforms)[0], (typeof platforms)[0]];
    await read(GROUP);
    const loading = gate();
    const [begun, other] = [gate(), sharedTarget(far, GROUP, 'price', { freshFor: '1h' })];
    whileLoading(() => {
      begun.release();
      return loading.promise;
    });
    const first = run({ dataset: near, within: '1h' });
    await begun.promise;
    const second = other.warm(new AbortController().signal);
    for (let n = 0; n < 10; n++) {
      await far.invalidateGroup('x:another');
      await setTimeout(20);
    }
    loading.release();
    expect([await first, await second]).toEqual([['loaded'], { kind: 'fresh' }]);
    expect(loadsOf(GROUP)).toBe(2);
  });

  it('keeps what is cached where it cannot be loaded', async () => {
    const { platform, read, fail } = open(1);
    const value = await read(GROUP);
    fail(new Error('exchange down'));
    await expect(run({ dataset: platform, within: '2h' })).rejects.toThrow('exchange down');
    expect(await read(GROUP)).toBe(value);
  });
});
