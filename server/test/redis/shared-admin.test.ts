import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { TenantCacheServer } from '../../src/index.js';
import { MemoryUsageSink } from '../../src/testing/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

const HOUR_MS = 3_600_000;
const BTC = 'binance:BTC/USDT';
afterEach(closeRedisCaches);

/** Two processes on one dataset of their own, whose kind `price` is loaded by counting. */
async function twoProcesses() {
  const dataset = `d${randomUUID().slice(0, 8)}`;
  const tenants = ['a', 'b'].map((name) => `${name}-${dataset}`) as [string, string];
  const usage = new MemoryUsageSink();
  let loads = 0;
  const open = () => {
    const cache = redisCache({ usage, shared: { [dataset]: { rateLimit: { limit: 5 }, quotaBytes: 1e6 } } });
    cache.platform.shared(dataset).define('price', { ttl: '10m', load: () => ++loads });
    return cache;
  };
  const [near, far] = [open(), open()] as const;
  await Promise.all([near.ready(), far.ready()]);
  const read = (cache: TenantCacheServer, tenant: string, group = BTC) =>
    cache.runAs(tenant, () => cache.shared(dataset).get<number>(group, 'price'));
  const app = express().use(
    '/admin',
    near.adminRouter({ authorize: () => ({ actor: 'tester', role: 'operator' }), rateLimit: false }),
  );
  const admin = {
    get: async (path = '') => (await request(app).get(`/admin/shared/${dataset}${path}`).expect(200)).body,
    invalidate: async (body: object) =>
      (await request(app).post(`/admin/shared/${dataset}/invalidate`).send(body).expect(200)).body,
  };
  return { dataset, tenants, near, far, read, admin, loads: () => loads };
}

describe('the admin API of shared data, on Redis', () => {
  it('says who read what in both processes, once each, and what was refused', async () => {
    const { tenants, near, far, read, admin } = await twoProcesses();
    const [a, b] = tenants;
    for (let n = 0; n < 3; n++) await read(near, a);
    await read(far, a);
    for (let n = 0; n < 7; n++) await read(far, b).catch(() => {});
    for (let n = 0; n < 3; n++) await Promise.all([near.flushUsage(), far.flushUsage()]);
    // The hour may end while this runs.
    const from = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS).toISOString();
    expect(await admin.get(`/access?tenant=${a}&from=${from}`)).toMatchObject({ reads: 4, limited: 0 });
    expect(await admin.get(`/access?tenant=${b}&from=${from}`)).toMatchObject({ reads: 5, limited: 2 });
    const own = await request(express().use('/cache', near.middleware({ tenant: () => b }), near.tenantRouter()))
      .get(`/cache/shared/${(await admin.get()).dataset}/access?from=${from}`)
      .expect(200);
    expect(own.body).toMatchObject({ tenantId: b, reads: 5, limited: 2 });
    expect(own.text).not.toContain(a);
  });

  it('lists entries by group and by prefix, and what the dataset takes', async () => {
    const { near, admin } = await twoProcesses();
    const platform = near.platform.shared((await admin.get()).dataset);
    const names = [BTC, 'binance:ETH/USDT', 'binanceus:BTC/USD', 'spot'];
    for (const group of names) await platform.set(group, 'price', 1);
    await platform.set(BTC, 'ohlcv:1m:100', [1]);
    const listed = async (query: string) => {
      const { items } = await admin.get(`/entries?${query}`);
      return items.map(({ group, kind }: { group: string; kind: string }) => `${group} ${kind}`).sort();
    };
    expect(await listed('')).toHaveLength(5);
    expect(await listed(`group=${BTC}`)).toEqual([`${BTC} ohlcv:1m:100`, `${BTC} price`]);
    expect(await listed('prefix=binance:')).toEqual([`${BTC} ohlcv:1m:100`, `${BTC} price`, 'binance:ETH/USDT price']);
    expect(await listed('group=spot')).toEqual(['spot price']);
    expect(await listed('group=BTC/USDT')).toEqual([]);
    const { usedBytes, entries, quotaBytes } = await admin.get();
    expect([entries, quotaBytes]).toEqual([5, 1e6]);
    expect(usedBytes).toBeGreaterThan(5 * 128);
  });

  it.each([
    ['groups', { groups: [BTC] }, false],
    ['prefix', { prefix: 'binance:' }, false],
    ['all', { all: true }, true],
  ])(
    'invalidates by %s in the memory of the other process too, and no more than it names',
    async (kind, target, all) => {
      const { tenants, near, far, read, admin, loads } = await twoProcesses();
      const [a] = tenants;
      for (const cache of [near, far]) for (const group of [BTC, 'kraken:BTC/EUR']) await read(cache, a, group);
      expect(loads()).toBe(2);
      expect(await admin.invalidate({ ...target, reason: 'wrong price' })).toMatchObject({ kind, pending: false });
      const [b] = [tenants[1]];
      expect(await read(far, b)).toBe(3);
      expect(await read(near, b)).toBe(3);
      await read(far, b, 'kraken:BTC/EUR');
      expect(loads()).toBe(all ? 4 : 3);
    },
  );
});
