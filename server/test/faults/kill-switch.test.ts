import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { Redis } from 'ioredis';
import request from 'supertest';
import type { TenantDirectory } from '../../src/core/directory.js';
import type { CacheEvent } from '../../src/core/events.js';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { RedisProcess, until } from '../fakes/redis-process.js';

describe('the kill switch', () => {
  let redis: RedisProcess;
  let directory: TenantDirectory;
  let client: Redis;
  let caches: TenantCacheServer[];
  let events: CacheEvent[];
  const open = () => {
    const cache = createTenantCache({
      redis: { url: redis.url },
      tenants: directory,
      redisTimeout: '5s',
      observers: [(event) => events.push(event)],
    });
    caches.push(cache);
    return cache;
  };
  const pull = async (cache: TenantCacheServer, sharedStoreBypassed: boolean) => {
    const app = express().use(cache.adminRouter({ authorize: () => ({ actor: 'a', role: 'admin' }) }));
    const { headers } = await request(app).get('/fleet');
    const body = { sharedStoreBypassed, reason: 'Redis is ill' };
    await request(app)
      .patch('/fleet')
      .set('If-Match', headers.etag as string)
      .send(body)
      .expect(200);
  };
  const bypassed = async (cache: TenantCacheServer) =>
    cache.ready().then(
      () => false,
      () => true,
    );

  beforeEach(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = new Redis(redis.url);
    directory = staticTenants({ default: { quotaBytes: 100_000 } });
    [caches, events] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(caches.map((cache) => cache.close()));
    client.disconnect();
    await redis.kill();
  });

  it('serves without a call to Redis while it is on, and nothing stale and exact once it is lifted', async () => {
    const [near, far] = [open(), open()];
    await Promise.all([near.ready(), far.ready()]);
    const [a, b] = [near.forTenant('a'), far.forTenant('a')];
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
    for (const key of keys) await a.set('r', key, 'before', { tags: [`t${Number(key.slice(1)) % 4}`], ttl: '1h' });
    for (const key of keys) expect(await b.get('r', key)).toBe('before');

    await pull(near, true);
    await until(() => bypassed(far));
    await until(() => bypassed(near));
    events.length = 0;
    await client.config('RESETSTAT');

    expect(await a.set('r', 'k0', 'after')).toMatchObject({ stored: false });
    expect(await a.get('r', 'k0')).toBe('after');
    expect(await a.delete('r', 'k1')).toBe(false);
    await b.delete('r', 'k3');
    await a.invalidateTags(['t2']);
    await b.invalidatePrefix('r', 'k1');
    expect(await a.getOrSet('r', 'k2', () => 'loaded')).toBe('loaded');
    expect(await b.getOrSet('r', 'k7', () => 'loaded')).toBe('loaded');
    const stats = await client.info('commandstats');
    expect(stats).not.toMatch(/cmdstat_(mget|get|evalsha|eval|set|unlink|del):/);
    expect(events.filter(({ type }) => type === 'store-error')).toEqual([]);

    await pull(near, false);
    await until(async () => !(await bypassed(far)));
    // What each invalidated meanwhile reaches Redis; then neither reads anything from before.
    await until(async () => (await b.get('r', 'k1')) === undefined && (await a.get('r', 'k3')) === undefined);
    const gone = keys.filter(
      (key) => key === 'k0' || key === 'k3' || /^k1/.test(key) || Number(key.slice(1)) % 4 === 2,
    );
    for (const key of gone) {
      expect([key, await a.get('r', key), await b.get('r', key)]).toEqual([key, undefined, undefined]);
    }
    for (const key of keys.filter((each) => !gone.includes(each))) expect(await b.get('r', key)).toBe('before');
    const { usedBytes, entries } = await a.usage();
    const sizes = await Promise.all(
      (await client.keys('tenant:{a}:*')).map(async (key) => key.length + (await client.strlen(key)) + 128),
    );
    const counted = sizes.map((size) => Math.ceil(size / 16) * 16).reduce((sum, size) => sum + size, 0);
    expect([entries, usedBytes]).toEqual([sizes.length, counted]);
    expect(entries).toBe(keys.length - gone.length);
  });

  it('loses no invalidation with a process that ends while it is on', async () => {
    const [near, far] = [open(), open()];
    await Promise.all([near.ready(), far.ready()]);
    await near.forTenant('a').set('r', 'k', 'before', { ttl: '1h' });
    await pull(near, true);
    await until(() => bypassed(far));
    await far.forTenant('a').delete('r', 'k');
    await far.close();
    await pull(near, false);
    expect(await near.forTenant('a').get('r', 'k')).toBe(undefined);
  });

  it('is on in a process that starts while it is, and known without Redis', async () => {
    const near = open();
    await near.ready();
    await pull(near, true);
    await redis.kill();
    const late = open();
    await until(() => bypassed(late));
    expect(await late.forTenant('a').getOrSet('r', 'k', () => 'loaded')).toBe('loaded');
    await until(() => events.some(({ type }) => type === 'fleet-changed'));
  });
});
