import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { CacheEvent } from '../../src/core/events.js';
import type { DatasetOptions } from '../../src/core/shared-options.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { CacheOptions, TenantCacheServer } from '../../src/index.js';
import { parseKey } from '../../src/l2/redis-keys.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { reconcileTenant } from '../../src/upkeep/reconciler.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const QUOTA_BYTES = 100_000;
const VALUE = 'x'.repeat(800);

let client: Redis;
beforeAll(() => {
  client = new Redis(testRedisUrl());
});
afterEach(closeRedisCaches);
afterAll(() => client.quit());

/** Processes with a dataset of their own name. */
function open(processes: number, options: Partial<CacheOptions> = {}, settings: DatasetOptions = {}) {
  const run = randomUUID().slice(0, 8);
  const dataset = `d${run}`;
  const account = `shared:${dataset}` as TenantId;
  const events: CacheEvent[] = [];
  const caches = Array.from({ length: processes }, () =>
    redisCache({
      shared: { [dataset]: { quotaBytes: QUOTA_BYTES, ...settings } },
      observers: [(event) => void events.push(event)],
      ...options,
    }),
  ) as [TenantCacheServer, ...TenantCacheServer[]];
  const [first] = caches;
  return { run, dataset, account, events, caches, first, platform: first.platform.shared(dataset) };
}

describe('a dataset in Redis', () => {
  it('has the keys of its grammar, each with an end, and is counted to the byte', async () => {
    const { platform, account, dataset } = open(1);
    await platform.set('binance:BTC/USDT', 'price', { price: '1' }, { ttl: '1h' });
    await platform.set('AAPL', 'ohlcv:1m:100', [1, 2], { grace: '1h' });
    await platform.set('umlaut:ö', 'price', 'ä');
    await platform.set(`long:${'y'.repeat(120)}`, `k:${'z'.repeat(32)}:${'z'.repeat(32)}:${'z'.repeat(32)}`, 1);
    const keys = (await client.keys(`${account}:*`)).sort();
    expect(keys.slice(0, 2)).toEqual([
      `shared:${dataset}:{AAPL}:ohlcv:1m:100`,
      `shared:${dataset}:{binance:BTC/USDT}:price`,
    ]);
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      expect(parseKey(key)).toMatchObject({ kind: 'entry', tenant: account });
      expect(await client.pttl(key)).toBeGreaterThan(0);
    }
    const { used, indexed, live, lru, exp } = await look(client, account);
    expect([used, indexed]).toEqual([live, live]);
    expect([lru.length, exp.length]).toEqual([4, 4]);
    expect(await platform.usage()).toEqual({ dataset, usedBytes: live, quotaBytes: QUOTA_BYTES, entries: 4 });
    await platform.clear();
  });

  it('lists its entries by their names', async () => {
    const { platform } = open(1);
    const names = ['binance:BTC/USDT price', 'AAPL ohlcv:1m', 'a:b:c x:1:2'];
    for (const name of names) await platform.set(...(name.split(' ') as [string, string]), 1);
    const { items, next } = await platform.entries({ count: 100 });
    expect(items.map(({ group, kind }) => `${group} ${kind}`).sort()).toEqual(names.sort());
    expect(next).toBeUndefined();
    await platform.clear();
  });

  it('is mended by a reconcile like a tenant: ghosts and orphans go', async () => {
    const { platform, account, first } = open(1);
    for (let n = 0; n < 20; n++) await platform.set(`x:${n}`, 'price', VALUE, { ttl: '1h' });
    await client.del(`${account}:{x:1}:price`);
    await client.set(`${account}:{x:99}:price`, 'nobody counts this');
    // Neither can be named by the interface of tenants.
    await expect(first.reconcile(account)).rejects.toMatchObject({ code: 'TENANT_INVALID' });
    const { topology, close } = redisStore();
    const report = await reconcileTenant(new RedisUpkeep(topology), account, { orphans: true });
    expect(report).toMatchObject({ ghosts: 1, orphans: 1, tenantId: account });
    await close();
    const { used, live, keys } = await look(client, account);
    expect([used, keys.length]).toEqual([live, 19]);
    await platform.clear();
  });

  it('is brought below a budget that was lowered, by whoever opens it next', async () => {
    const { platform, account, dataset } = open(1);
    for (let n = 0; n < 80; n++) await platform.set(`x:${n}`, 'price', VALUE, { ttl: '1h' });
    const tight = redisCache({ shared: { [dataset]: { quotaBytes: 20_000 } } });
    await tight.platform.shared(dataset).get('x:0', 'price');
    await until(async () => (await look(client, account)).used <= 20_000);
    expect((await look(client, account)).keys.length).toBeGreaterThan(0);
    await platform.clear();
  });
});

describe('processes that share a dataset', () => {
  it('hear of each invalidation of the platform: nothing old is read once it resolved', async () => {
    const { caches, platform, dataset } = open(3);
    let version = 0;
    for (const cache of caches) {
      cache.platform.shared(dataset).define('price', { ttl: '1h', load: ({ group }) => `${group} ${version}` });
    }
    const groups = ['binance:BTC', 'binance:ETH', 'kraken:BTC'];
    const readers = caches.map((cache) => cache.shared(dataset));
    const readAll = () =>
      Promise.all(caches.map((cache, n) => cache.runAs('acme', () => readers[n]?.getMany(groups, 'price'))));
    await readAll();
    const changes: (() => Promise<unknown>)[] = [
      () => platform.invalidateGroup('binance:BTC'),
      () => platform.invalidateGroups('binance:'),
      () => platform.clear(),
      () => platform.delete('kraken:BTC', 'price'),
    ];
    const [all, two, one] = [groups, groups.slice(0, 2), groups.slice(0, 1)];
    for (const [n, change] of changes.entries()) {
      version++;
      await change();
      const gone = [one, two, all, groups.slice(2)][n] as string[];
      await until(async () =>
        (await readAll()).every((values) => gone.every((group) => values?.get(group) === `${group} ${version}`)),
      );
    }
    version++;
    await platform.set('binance:ETH', 'price', 'said', { ttl: '1h' });
    await until(async () => (await readAll()).every((values) => values?.get('binance:ETH') === 'said'));
    await platform.clear();
  });

  it('load once together for all tenants, also by the loader of many', async () => {
    const { caches, platform, dataset } = open(3);
    await Promise.all(caches.map((cache) => cache.ready()));
    let [calls, loaded] = [0, 0];
    for (const cache of caches) {
      cache.platform.shared(dataset).define('price', {
        loadMany: async (keys) => {
          calls++;
          loaded += keys.length;
          await new Promise((resolve) => setTimeout(resolve, 30));
          return new Map(keys.map((key) => [key, key.group]));
        },
      });
    }
    const groups = Array.from({ length: 30 }, (_, n) => `e${n % 3}:s${n}`);
    const answers = await Promise.all(
      Array.from({ length: 90 }, (_, n) => {
        const cache = caches[n % 3] as TenantCacheServer;
        return cache.runAs(`t${n}`, () => cache.shared(dataset).getMany(groups, 'price'));
      }),
    );
    expect(new Set(answers.map(({ size }) => size))).toEqual(new Set([30]));
    expect(loaded).toBe(30);
    expect(calls).toBeLessThanOrEqual(3);
    const refreshed = await Promise.all(
      caches.map((cache) =>
        cache.platform
          .shared(dataset)
          .refresh('e0:s0', 'price')
          .catch(() => false),
      ),
    );
    expect(refreshed.filter(Boolean).length).toBeGreaterThanOrEqual(1);
    await platform.clear();
  });

  it('let a tenant read as often as its limit says, together', async () => {
    const { caches: limited, dataset } = open(2, {}, { rateLimit: { limit: 300, window: '1m' } });
    const reads = Array.from({ length: 400 }, async (_, n) => {
      const cache = limited[n % 2] as TenantCacheServer;
      return cache.runAs('acme', () => cache.shared(dataset).get('a', 'price'));
    });
    const refused = (await Promise.allSettled(reads)).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(100);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'RATE_LIMITED', limit: 300, windowMs: 60_000, remaining: 0 });
    }
    const [other] = limited;
    expect(await other.runAs('blue', () => other.shared(dataset).get('a', 'price'))).toBeUndefined();
    const { limited: counted } = other.platform.shared(dataset).metrics();
    expect(counted + (limited[1]?.platform.shared(dataset).metrics().limited ?? 0)).toBe(100);
  });
});

describe('a flood', () => {
  const members = (names: readonly string[]) => names.map((name) => `r:${name}`);

  it('of the dataset evicts entries of the dataset alone', async () => {
    const { platform, account, first, events, run } = open(1, { tenants: { default: { quotaBytes: QUOTA_BYTES } } });
    const quiet = first.forTenant(`quiet-${run}`);
    const names = Array.from({ length: 50 }, (_, n) => `k${n}`);
    for (const name of names) await quiet.set('r', name, VALUE, { ttl: '1h' });
    const before = await look(client, quiet.tenantId, members(names));
    for (let n = 0; n < 600; n++) await platform.set(`x:${n}`, 'price', VALUE, { ttl: '1h' });
    const { used, live } = await look(client, account);
    expect(used).toBe(live);
    expect(used).toBeLessThanOrEqual(QUOTA_BYTES);
    expect(platform.metrics().evictions).toBeGreaterThan(400);
    expect(new Set(events.flatMap((event) => (event.type === 'eviction' ? [event.tenant] : [])))).toEqual(
      new Set([account]),
    );
    expect({ ...(await look(client, quiet.tenantId, members(names))), lru: [] }).toEqual({ ...before, lru: [] });
    await platform.clear();
    await quiet.clear();
  });

  it('of tenants evicts nothing of the dataset, and what tenants clear is their own', async () => {
    const { platform, account, first, events, run } = open(1, { tenants: { default: { quotaBytes: 50_000 } } });
    for (let n = 0; n < 40; n++) await platform.set(`x:${n}`, 'price', VALUE, { ttl: '1h' });
    const before = await look(client, account);
    for (let t = 0; t < 4; t++) {
      const loud = first.forTenant(`loud-${run}-${t}`);
      for (let n = 0; n < 200; n++) await loud.set('r', `k${n}`, VALUE, { ttl: '1h' });
      await loud.clear();
    }
    const owners = events.flatMap((event) => (event.type === 'eviction' ? [event.tenant] : []));
    expect(owners.length).toBeGreaterThan(0);
    expect(owners).not.toContain(account);
    expect(await look(client, account)).toEqual(before);
    await platform.clear();
  });
});
