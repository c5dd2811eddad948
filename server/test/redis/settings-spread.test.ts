import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { Redis } from 'ioredis';
import request from 'supertest';
import type { TenantDirectory } from '../../src/core/directory.js';
import type { CacheEvent } from '../../src/core/events.js';
import type { TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { waitedMs } from '../fakes/waited.js';

/** Processes on one Redis and one directory; the first has the admin API. */
describe('a change of settings', () => {
  const MIB = 1_048_576;
  let id: string;
  let directory: TenantDirectory;
  let caches: TenantCacheServer[];
  let events: CacheEvent[][];
  const open = () => {
    const heard: CacheEvent[] = [];
    events.push(heard);
    const cache = redisCache({ tenants: directory, observers: [(event) => heard.push(event)] });
    caches.push(cache);
    return cache;
  };
  const admin = () => {
    const router = caches[0]?.adminRouter({ authorize: () => ({ actor: 'a', role: 'admin' }) });
    return express().use('/admin', router as express.Router);
  };
  const patch = async (path: string, body: object) => {
    const { headers } = await request(admin()).get(path);
    await request(admin())
      .patch(path)
      .set('If-Match', headers.etag as string)
      .send({ reason: 'because', ...body })
      .expect(200);
  };
  const quotaOf = async (cache: TenantCacheServer) => (await cache.forTenant(id).usage()).quotaBytes;

  beforeEach(() => {
    id = `t-${randomUUID()}`;
    directory = staticTenants({ static: { [id]: { quotaBytes: 4 * MIB } }, default: { quotaBytes: MIB } });
    [caches, events] = [[], []];
  });
  afterEach(async () => {
    await caches[0]?.forTenant(id).clear();
    await closeRedisCaches();
  });

  it('is in force in all processes within the second, also where the message is lost', async () => {
    const [near, far] = [open(), open()];
    await Promise.all([near.ready(), far.ready()]);
    expect([await quotaOf(near), await quotaOf(far)]).toEqual([4 * MIB, 4 * MIB]);
    const client = new Redis(testRedisUrl());
    // A directory that says something new, a note in the journal, and no message on the tenant's channel.
    const { version } = await directory.find(id as never);
    await directory.changeQuota(id as never, { settings: { quotaBytes: 2 * MIB }, reason: 'why' }, version, {
      id: 'a',
      source: 'api',
    });
    const [, newest] = await client.zrange('tenantcache:settings', '-1', '-1', 'WITHSCORES');
    await client.zadd('tenantcache:settings', Math.max(Number(newest ?? 0) + 1, Date.now() * 1_000), id);
    const known = () => until(async () => (await quotaOf(far)) === 2 * MIB);
    // Half a second between two looks, and what each takes.
    expect(await waitedMs(known, () => client.ping())).toBeLessThan(1_000);
    client.disconnect();
  });

  it('of all tenants is in force in all processes within the second, for each tenant by its place', async () => {
    const [near, far] = [open(), open()];
    await Promise.all([near.ready(), far.ready()]);
    const handle = far.forTenant(id);
    await handle.set('r', 'k', 'x'.repeat(100));
    await patch('/admin/fleet', { enforcedPercentage: 0 });
    await until(() => events[1]?.some(({ type }) => type === 'fleet-changed') ?? false);
    // Observed only: what would be refused is stored.
    await patch(`/admin/tenants/${id}/quota`, { quotaMb: 1, policy: 'reject' });
    await until(async () => (await quotaOf(far)) === MIB);
    const big = randomBytes(MIB).toString('base64');
    expect(await handle.set('r', 'big', big)).toMatchObject({ stored: true, state: 'critical' });
    await patch('/admin/fleet', { enforcedPercentage: 100 });
    await until(() => (events[1]?.filter(({ type }) => type === 'fleet-changed').length ?? 0) === 2);
    await expect(handle.set('r', 'more', big)).rejects.toMatchObject({ code: 'ENTRY_TOO_LARGE' });
  });

  it('lowers the quota of a tenant that no process has open, and tells how far it is', async () => {
    const writer = redisCache({ tenants: directory });
    const handle = writer.forTenant(id);
    await writer.ready();
    // More than one visit of 32 rounds may evict.
    const entries = Array.from({ length: 3_000 }, (_, index): [string, string] => [`k${index}`, 'x'.repeat(800)]);
    for (let from = 0; from < entries.length; from += 500) await handle.setMany('r', entries.slice(from, from + 500));
    const before = await handle.usage();
    expect(before.usedBytes).toBeGreaterThan(2.5 * MIB);
    await writer.close();

    await open().ready();
    await patch(`/admin/tenants/${id}/quota`, { quotaMb: 1 });
    const told = () =>
      (events[0] ?? []).flatMap((event) => (event.type === 'converging' ? [event.remainingBytes] : []));
    await until(() => told().includes(0));
    expect(told()[0]).toBeGreaterThan(MIB);
    const { body } = await request(admin()).get(`/admin/tenants/${id}/usage`).expect(200);
    expect(body).toMatchObject({ excessBytes: 0, quotaBytes: MIB });
    expect(body.usedBytes).toBeLessThanOrEqual(MIB);
    expect(body.usedBytes).toBeGreaterThan(MIB * 0.85);
  });
});
