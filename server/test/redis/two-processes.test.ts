import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';

/** Two caches on one Redis and one directory, as two processes have them. */
describe('two processes', () => {
  let open: TenantCacheServer[];
  let id: string;
  const directory = () => staticTenants({ default: { quotaBytes: 1_000_000 } });

  beforeEach(async () => {
    id = `t-${randomUUID()}`;
    open = [1, 2].map(() =>
      createTenantCache({ redis: { url: testRedisUrl() }, tenants: directory(), redisTimeout: '5s', upkeep: false }),
    );
    await Promise.all(open.map((cache) => cache.ready()));
    // The first use of a tenant subscribes to its channel.
    await Promise.all(handles().map((handle) => handle.usage()));
  });
  afterEach(async () => {
    await handles()[0]?.clear();
    await Promise.all(open.map((cache) => cache.close()));
  });
  const handles = () => open.map((cache) => cache.forTenant(id));
  const pair = () =>
    handles() as [ReturnType<TenantCacheServer['forTenant']>, ReturnType<TenantCacheServer['forTenant']>];

  it('share what one of them stored', async () => {
    const [a, b] = pair();
    await a.set('r', 'k', { of: 'a' });
    expect(await b.get('r', 'k')).toEqual({ of: 'a' });
    expect(b.metrics()).toMatchObject({ l2Hits: 1 });
  });

  const changes: Readonly<Record<string, (tenant: ReturnType<typeof pair>[0]) => Promise<unknown>>> = {
    set: (tenant) => tenant.set('r', 'k', 'new'),
    delete: (tenant) => tenant.delete('r', 'k'),
    deleteMany: (tenant) => tenant.deleteMany('r', ['k', 'l']),
    invalidateTags: (tenant) => tenant.invalidateTags(['other', 'tag']),
    invalidateResource: (tenant) => tenant.invalidateResource('r'),
    invalidatePrefix: (tenant) => tenant.invalidatePrefix('r', 'k'),
    clear: (tenant) => tenant.clear(),
  };

  it.each(Object.keys(changes))('drop from memory what the other changed by %s', async (change) => {
    const [a, b] = pair();
    await a.set('r', 'k', 'old', { tags: ['tag'] });
    await b.get('r', 'k');
    await until(async () => {
      await b.get('r', 'k');
      return b.metrics().l1Hits > 0;
    });
    await changes[change]?.(a);
    await until(async () => (await b.get('r', 'k')) === (change === 'set' ? 'new' : undefined));
  });

  it('share one load of a cold key', async () => {
    const [a, b] = pair();
    let loads = 0;
    const load = async () => {
      loads++;
      await delay(50);
      return 'loaded';
    };
    const answers = [a, b, a, b].map((tenant) => tenant.getOrSet('r', 'cold', load));
    expect(await Promise.all(answers)).toEqual(['loaded', 'loaded', 'loaded', 'loaded']);
    expect(loads).toBe(1);
  });

  it('keep in memory what an invalidation of the other does not cover', async () => {
    const [a, b] = pair();
    for (const key of ['kept', 'gone']) await a.set('r', key, key, { tags: [key] });
    for (const key of ['kept', 'gone']) {
      await until(async () => {
        const before = b.metrics().l1Hits;
        await b.get('r', key);
        return b.metrics().l1Hits > before;
      });
    }
    await a.invalidateTags(['gone']);
    await until(async () => (await b.get('r', 'gone')) === undefined);
    const { l1Hits, l2Hits } = b.metrics();
    expect(await b.get('r', 'kept')).toBe('kept');
    expect(b.metrics()).toMatchObject({ l1Hits: l1Hits + 1, l2Hits });
  });

  it('let an invalidation by the other win over a load', async () => {
    const [a, b] = pair();
    let finish!: (value: string) => void;
    const loading = a.getOrSet(
      'r',
      'k',
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
    ); // prettier-ignore
    await until(() => finish !== undefined);
    await a.set('r', 'marker', 0);
    await b.set('r', 'k', 'newer');
    // Messages of a tenant arrive in order: once the marker's is here, the one that voids the load was.
    await b.set('r', 'marker', 1);
    await until(async () => (await a.get('r', 'marker')) === 1);
    finish('read before');
    await loading;
    expect(await b.get('r', 'k')).toBe('newer');
    expect(await a.get('r', 'k')).toBe('newer');
  });

  it('tell the use to a process that only reads, from its first answer on', async () => {
    const [a] = pair();
    const { usedBytes } = await a.set('r', 'k', 'x'.repeat(5_000));
    const reader = createTenantCache({
      redis: { url: testRedisUrl() },
      tenants: directory(),
      redisTimeout: '5s',
      upkeep: false,
    });
    open.push(reader);
    await reader.ready();
    const app = express();
    app.use(reader.middleware({ tenant: () => id }));
    app.get('/', async (req, res) => {
      res.json(await req.tenantCache.get('r', 'k'));
    });
    const { headers } = await request(app).get('/').expect(200);
    expect(headers['x-cache-quota-used']).toBe(String(usedBytes));
    await a.set('r', 'k2', 'x'.repeat(5_000));
    await until(async () => {
      const { headers: later } = await request(app).get('/');
      return Number(later['x-cache-quota-used']) > usedBytes;
    });
  });

  it('count one use together, exactly', async () => {
    const [a, b] = pair();
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? a : b).set('r', `${index % 25}`, 'x'.repeat(index * 50))),
    );
    const [ofA, ofB] = await Promise.all([a.usage(), b.usage()]);
    expect(ofA).toEqual(ofB);
    expect(ofA.entries).toBe(25);
  });
});
