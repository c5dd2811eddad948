import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { stopBackground } from '../fakes/no-background.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { commandsIn } from './commands-in.js';

/** Each would name more than itself to a glob, a regular expression, LIKE or a path. */
const PATTERNS = [
  ...[
    '*',
    '**',
    '?',
    'k*',
    'k?',
    '[a-z]*',
    '[^x]',
    'k[0-9]',
    '\\*',
    'k\\',
    '.*',
    '.+',
    '^k',
    'k$',
    'k|.',
    '(k',
    'k{1,9}',
  ],
  ...['%', 'k%', '_', '~', '..', '../r', '{measured}', 'k\n', 'k*k*k*k*k*k*k*k*k*k*b', '*'.repeat(4_000)],
];
const MANY_SCOPES = 4_096;

describe('attack 26: invalidation by pattern as a denial of service', () => {
  let redis: RedisProcess;
  let client: Redis;
  let cache: TenantCacheServer;

  beforeAll(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    await until(() => client.status === 'ready');
  });
  beforeEach(stopBackground);
  afterEach(async () => {
    await cache.close();
    jest.useRealTimers();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.kill();
  });

  async function open(l1: boolean) {
    const tenants = { default: { quotaBytes: 64_000_000 } };
    cache = createTenantCache({
      redis: { url: redis.url },
      redisTimeout: '5s',
      tenants,
      upkeep: false,
      ...(!l1 && { l1 }),
    });
    await cache.ready();
    return cache.forTenant(`measured-${randomUUID()}`);
  }

  async function costOf(call: () => Promise<unknown>): Promise<{ scripts: number; commands: number }> {
    const before = await commandsIn(client);
    await call();
    const after = await commandsIn(client);
    return { scripts: after.scripts - before.scripts, commands: after.commands - before.commands };
  }

  it.each([
    ['in both tiers', true],
    ['in Redis', false],
  ])('a prefix is letters and nothing else, %s', async (_, l1) => {
    const tenant = await open(l1);
    const others = ['k1', 'key', 'a', 'x'];
    for (const key of others) await tenant.set('r', key, key);
    for (const pattern of PATTERNS) {
      await tenant.set('r', `${pattern} and more`, 'literal');
      await tenant.invalidatePrefix('r', pattern);
      expect(await tenant.get('r', `${pattern} and more`)).toBeUndefined();
      expect(await Promise.all(others.map((key) => tenant.get('r', key)))).toEqual(others);
      await tenant.invalidateTags([pattern.replace('\n', '').slice(0, 100)]);
      expect(await tenant.get('r', 'k1')).toBe('k1');
    }
    const stats = await client.info('commandstats');
    expect(stats).not.toMatch(/^cmdstat_(keys|scan|hscan|sscan|zscan|smembers|flush\w*):/m);
  });

  it('costs the same beside 10 entries and beside 5,000', async () => {
    const costs = [];
    for (const entries of [10, 5_000]) {
      // From here on the server knows the scripts.
      await (await open(false)).clear();
      await cache.close();
      const tenant = await open(false);
      await Promise.all(Array.from({ length: entries }, (_, n) => tenant.set('r', `k${n}`, n, { tags: ['t'] })));
      await tenant.invalidatePrefix('warm', 'up');
      costs.push({
        // The one that finds them all, and one that finds them gone.
        first: await costOf(() => tenant.invalidatePrefix('r', 'k')),
        prefix: await costOf(() => tenant.invalidatePrefix('r', 'k')),
        tag: await costOf(() => tenant.invalidateTags(['t'])),
        resource: await costOf(() => tenant.invalidateResource('r')),
        clear: await costOf(() => tenant.clear()),
      });
      await cache.close();
    }
    expect(costs[1]).toEqual(costs[0]);
    for (const { scripts, commands } of Object.values(costs[0] as object)) {
      expect(scripts).toBe(1);
      expect(commands).toBeLessThan(10);
    }
  });

  it('many tags in one call cost one script for 512 of them; too many are refused before Redis hears of any', async () => {
    const tenant = await open(false);
    await tenant.invalidateTags(['warm']);
    const tags = (count: number) => Array.from({ length: count }, (_, n) => `tag-${n}`);
    const few = await costOf(() => tenant.invalidateTags(tags(250)));
    const more = await costOf(() => tenant.invalidateTags(tags(500)));
    expect([few.scripts, more.scripts]).toEqual([1, 1]);
    expect(more.commands).toBe(few.commands);
    const most = await costOf(() => tenant.invalidateTags(tags(1_000)));
    expect(most.scripts).toBe(2);
    const refused = await costOf(() =>
      expect((async () => tenant.invalidateTags(tags(100_000)))()).rejects.toMatchObject({ code: 'TAG_INVALID' }),
    );
    expect(refused).toEqual({ scripts: 0, commands: 0 });
  });

  it('10,000 prefixes leave a bounded record, and reads stay as cheap as before', async () => {
    const tenant = await open(false);
    const id = tenant.tenantId;
    await tenant.set('kept', 'k', 'value');
    await tenant.get('kept', 'k');
    const before = await costOf(() => tenant.get('kept', 'k'));
    let highest = 0;
    for (let n = 0; n < 10_000; n += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, i) => tenant.invalidatePrefix('r', `p${n + i}`)));
      highest = Math.max(highest, await client.hlen(`meta:{${id}}:inv`));
    }
    expect(highest).toBeGreaterThan(0);
    expect(highest).toBeLessThanOrEqual(MANY_SCOPES);
    // So many unfinished ones are a clear: what they do not name went as well, and nothing stale is left.
    expect(await tenant.get('kept', 'k')).toBeUndefined();
    await tenant.set('kept', 'k', 'value');
    await tenant.invalidatePrefix('r', 'one more');
    expect(await tenant.get('kept', 'k')).toBe('value');
    const after = await costOf(() => tenant.get('kept', 'k'));
    expect(after.commands).toBeLessThanOrEqual(before.commands + 1);
    expect(after.scripts).toBe(before.scripts);
  });

  it('another tenant loses nothing by a flood', async () => {
    const tenant = await open(true);
    const neighbour = cache.forTenant(`neighbour-${randomUUID()}`);
    for (let n = 0; n < 50; n++) await neighbour.set('r', `p${n}`, n, { tags: ['t'] });
    await Promise.all(Array.from({ length: 5_000 }, (_, n) => tenant.invalidatePrefix('r', `p${n % 50}`)));
    await tenant.invalidateTags(['t']);
    await tenant.clear();
    for (let n = 0; n < 50; n++) expect(await neighbour.get('r', `p${n}`)).toBe(n);
    expect(neighbour.metrics()).toMatchObject({ evictions: 0, misses: 0 });
  });
});
