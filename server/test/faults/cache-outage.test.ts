import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tenantId } from '../../src/core/tenant-id.js';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { clearedAt } from '../fakes/redis-tenant.js';
import { waitedMs } from '../fakes/waited.js';

const LOAD_MS = 20;
const load = (value: unknown) => () => new Promise((resolve) => setTimeout(resolve, LOAD_MS, value));

describe('the cache while Redis is away', () => {
  let redis: RedisProcess;
  let cache: TenantCacheServer;
  /** @param redisTimeout generous where a call must reach Redis: the machine is shared */
  const open = (redisTimeout: '50ms' | '5s' = '50ms') =>
    createTenantCache({
      redis: { url: redis.url },
      redisTimeout,
      tenants: { default: { quotaBytes: 1_000_000 } },
      breaker: { halfOpenAfter: '100ms' },
    });

  const ready = () =>
    cache.ready().then(
      () => true,
      () => false,
    );

  beforeEach(async () => {
    redis = await RedisProcess.reserve();
  });
  afterEach(async () => {
    await cache.close();
    redis.resume();
    await redis.kill();
  });

  it('answers the first request with what the load takes, and then from memory', async () => {
    cache = open();
    const tenant = cache.forTenant('a');
    const first = async () => expect(await tenant.getOrSet('r', 'k', load('v'))).toBe('v');
    // What it takes is measured by the bench `redis-dead`; here it only must not wait for a connection, as peers do for over 10 s.
    expect(await waitedMs(first)).toBeLessThan(LOAD_MS + 1_000);
    expect(await tenant.get('r', 'k')).toBe('v');
    expect(await tenant.set('r', 'k2', 'v')).toMatchObject({ stored: false });
    await expect(cache.ready()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it.each(['kill', 'pause'] as const)('fails no request under load through a %s, and recovers', async (fault) => {
    await redis.start();
    cache = open();
    await until(ready);
    const tenant = cache.forTenant('a');
    let running = true;
    let answered = 0;
    const failures: unknown[] = [];
    const worker = async (seed: number) => {
      for (let index = 0; running; index++) {
        try {
          const key = `${(seed * 7 + index) % 50}`;
          if (index % 10 === 0) await tenant.delete('r', key);
          else if (index % 7 === 0) await tenant.set('r', key, key, { l1: false });
          else expect(await tenant.getOrSet('r', key, load(key), { ttl: '50ms' })).toBe(key);
          answered++;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const workers = Array.from({ length: 8 }, (_, seed) => worker(seed));
    await until(() => answered > 50);
    if (fault === 'kill') await redis.kill();
    else redis.pause();
    const before = answered;
    await until(() => answered > before + 200);
    if (fault === 'kill') await redis.start();
    else redis.resume();
    await until(async () => (await tenant.set('r', 'back', 1)).stored);
    running = false;
    await Promise.all(workers);
    expect(failures).toEqual([]);
  });

  it('sends the invalidations that found it away before their entries are read again', async () => {
    await redis.start();
    cache = open();
    await until(ready);
    const tenant = cache.forTenant('a');
    await tenant.set('r', 'deleted', 'old', { l1: false });
    redis.pause();
    expect(await tenant.delete('r', 'deleted')).toBe(false);
    redis.resume();
    await until(async () => (await tenant.set('r', 'back', 1)).stored);
    expect(await tenant.get('r', 'deleted')).toBeUndefined();
    const other = open();
    await until(async () => (await other.forTenant('a').get('r', 'deleted')) === undefined);
    await other.close();
  });

  it('does not go back to the value before a write that was not taken', async () => {
    await redis.start();
    cache = open('5s');
    await until(ready);
    const tenant = cache.forTenant('a');
    await tenant.set('r', 'k', 'old', { l1: false });
    const client = redis.client();
    await until(() => client.status === 'ready');
    await client.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction');
    expect(await tenant.set('r', 'k', 'new', { l1: false })).toMatchObject({ stored: false });
    expect(await tenant.get('r', 'k')).toBeUndefined();
    client.disconnect();
  });

  it('voids loads that may have missed an invalidation while the bus was cut', async () => {
    await redis.start();
    cache = open('5s');
    await until(ready);
    const loading = cache.forTenant('a');
    const writer = open('5s');
    await writer.ready();
    await loading.get('r', 'x');
    await writer.forTenant('a').get('r', 'x');
    let finish!: (value: string) => void;
    const load = loading.getOrSet(
      'r',
      'k',
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
    ); // prettier-ignore
    await until(() => finish !== undefined);
    const client = redis.client();
    await until(() => client.status === 'ready');
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await writer.forTenant('a').set('r', 'k', 'new');
    // Both are subscribed again, so the load ends in a process that hears everything but what it missed.
    await until(async () => ((await client.pubsub('SHARDNUMSUB', 'meta:{a}:bus')) as [string, number])[1] === 2);
    finish('old');
    await load;
    const reader = open('5s');
    await reader.ready();
    expect(await reader.forTenant('a').get('r', 'k')).toBe('new');
    client.disconnect();
    await Promise.all([writer.close(), reader.close()]);
  });

  it('uses a Redis that has become fit for quotas', async () => {
    await redis.start('--maxmemory-policy', 'allkeys-lru');
    cache = open();
    await until(async () =>
      cache.ready().then(
        () => false,
        (error) => error.code === 'STORE_MISCONFIGURED',
      ),
    ); // prettier-ignore
    expect(await cache.forTenant('a').set('r', 'k', 1)).toMatchObject({ stored: false });
    const client = redis.client();
    await until(() => client.status === 'ready');
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await until(async () => (await cache.forTenant('a').set('r', 'k', 1)).stored);
    client.disconnect();
  });

  it('holds nothing of names that are no tenants', async () => {
    await redis.start();
    cache = createTenantCache({ redis: { url: redis.url }, tenants: { static: { known: { quotaBytes: 1_000_000 } } } });
    await until(ready);
    for (let index = 0; index < 200; index++) {
      await expect(cache.forTenant(`nobody-${index}`).get('r', 'k')).rejects.toMatchObject({
        code: 'TENANT_NOT_FOUND',
      });
    }
    await cache.forTenant('known').get('r', 'k');
    const client = redis.client();
    await until(() => client.status === 'ready');
    const channels = (await client.pubsub('SHARDCHANNELS')) as string[];
    expect(channels.filter((channel) => channel.includes('nobody'))).toEqual([]);
    client.disconnect();
  });

  it('sends a clear that found it away', async () => {
    await redis.start();
    cache = open();
    await until(ready);
    const tenant = cache.forTenant('a');
    await tenant.set('r', 'k', 'old', { l1: false });
    redis.pause();
    await tenant.clear();
    redis.resume();
    await until(async () => (await tenant.set('r', 'back', 1)).stored);
    expect(await tenant.get('r', 'k')).toBeUndefined();
    const client = redis.client();
    await until(async () => (await clearedAt(client, tenantId('a'))) > 0);
    client.disconnect();
  });
});
