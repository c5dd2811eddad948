import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WarmOutcome } from '../../src/core/warming.js';
import { type ExpiringOptions, expiring, type TenantCacheServer } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';

afterEach(closeRedisCaches);

const GROUP = 'x:BTC/USDT';
/** Far longer than a round of the test takes, so that only a refresh that is left out lets a key expire. */
const TTL = '8s';

function open(processes: number) {
  const dataset = `d${randomUUID().slice(0, 8)}`;
  const loads = new Map<string, number>();
  let failure: Error | undefined;
  const caches = Array.from({ length: processes }, () =>
    redisCache({ shared: { [dataset]: { rateLimit: false } }, l1: false }),
  ) as [TenantCacheServer, ...TenantCacheServer[]];
  const platforms = caches.map((cache) => cache.platform.shared(dataset));
  for (const platform of platforms) {
    platform.define('price', {
      ttl: TTL,
      load: async ({ group }) => {
        // Long enough for another process to ask meanwhile.
        await new Promise(setImmediate);
        if (failure) throw failure;
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
    const { platform, read, loadsOf } = open(1);
    await platform.get('x:idle', 'price');
    await read(GROUP);
    const { misses } = platform.metrics();
    const endMs = Date.now() + 10_000;
    while (Date.now() < endMs || loadsOf(GROUP) < 4) {
      expect(await read(GROUP)).toBe(loadsOf(GROUP));
      await run({ dataset: platform, within: '6s' });
    }
    expect(platform.metrics().misses).toBe(misses);
    expect(loadsOf('x:idle')).toBe(1);
  }, 60_000);

  it('loads what is fresh for less than was asked, and nothing else', async () => {
    const { platform, read, loadsOf } = open(1);
    await read(GROUP);
    expect(await run({ dataset: platform, within: '1s' })).toEqual([]);
    expect(await run({ dataset: platform, within: '1h' })).toEqual(['loaded']);
    expect(loadsOf(GROUP)).toBe(2);
  });

  it('lets expire what was read too long ago', async () => {
    const { platform, read, loadsOf } = open(1);
    await read(GROUP);
    expect(await run({ dataset: platform, within: '1h', readWithin: '5m' }, Date.now() + 301_000)).toEqual([]);
    expect(loadsOf(GROUP)).toBe(1);
  });

  it('hears of reads in other processes once they were flushed', async () => {
    const { caches, platform, read, loadsOf } = open(2);
    const [first, second] = caches as [TenantCacheServer, TenantCacheServer];
    await read(GROUP, second);
    expect(await run({ dataset: platform, within: '1h', access: second.sharedAccess })).toEqual([]);
    await second.flushUsage();
    expect(await run({ dataset: platform, within: '1h' })).toEqual([]);
    expect(await run({ dataset: platform, within: '1h', access: second.sharedAccess })).toEqual(['loaded']);
    expect(loadsOf(GROUP)).toBe(2);
    expect(first).not.toBe(second);
  });

  it('loads once where two processes refresh at once', async () => {
    const { platforms, caches, platform, read, loadsOf } = open(2);
    for (const cache of caches) await read(GROUP, cache);
    await until(async () => {
      const { items, asOfMs } = await platform.entries({ count: 1 });
      return (items[0]?.freshUntilMs ?? 0) - asOfMs <= 7_000;
    });
    const outcomes = await Promise.all(platforms.map((dataset) => run({ dataset, within: '7s' })));
    expect(outcomes.flat()).toContain('loaded');
    expect(loadsOf(GROUP)).toBe(2);
  });

  it('keeps what is cached where it cannot be loaded', async () => {
    const { platform, read, fail } = open(1);
    const value = await read(GROUP);
    fail(new Error('exchange down'));
    await expect(run({ dataset: platform, within: '1h' })).rejects.toThrow('exchange down');
    expect(await read(GROUP)).toBe(value);
  });
});
