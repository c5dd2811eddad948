import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTenantCache, type TenantCache, type TenantCacheServer } from '../../src/index.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { waitedMs } from '../fakes/waited.js';

/** What other caches were measured to get wrong. Two caches on one Redis stand for two processes. */
const open: TenantCacheServer[] = [];
let id: string;

function cacheOn(url: string, redisTimeout: `${number}ms` = '5000ms'): TenantCacheServer {
  const cache = createTenantCache({
    redis: { url },
    tenants: { default: { quotaBytes: 1_000_000 } },
    redisTimeout,
    upkeep: false,
  });
  open.push(cache);
  return cache;
}

beforeEach(() => {
  id = `peer-${randomUUID()}`;
});
afterEach(closeAll);

async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((cache) => cache.close()));
}

const WAYS: Readonly<Record<string, (tenant: TenantCache) => Promise<unknown>>> = {
  key: (tenant) => tenant.delete('r', 'key'),
  write: (tenant) => tenant.set('r', 'key', 'new', { tags: ['t'] }),
  tag: (tenant) => tenant.invalidateTags(['t']),
  'tag set by the factory': (tenant) => tenant.invalidateTags(['late']),
  resource: (tenant) => tenant.invalidateResource('r'),
  prefix: (tenant) => tenant.invalidatePrefix('r', 'ke'),
  tenant: (tenant) => tenant.clear(),
};

describe.each(['the same', 'another'])('an invalidation by %s process while the loader runs', (which) => {
  it.each(Object.keys(WAYS))('wins: %s', async (way) => {
    const loader = cacheOn(testRedisUrl()).forTenant(id);
    const other = cacheOn(testRedisUrl()).forTenant(id);
    await Promise.all([loader.get('r', 'first use'), other.get('r', 'first use')]);
    let source = 'old';
    let finish: (() => void) | undefined;
    const loading = loader.getOrSet(
      'r',
      'key',
      async ({ setTags }) => {
        const value = source;
        setTags(['t', 'late']);
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return value;
      },
      { tags: ['t'] },
    );
    await until(() => finish !== undefined);
    source = 'new';
    await WAYS[way]?.(which === 'the same' ? loader : other);
    if (which === 'the same') {
      // Who comes after the invalidation is not given what was read before it, even while that is still under way.
      const after = loader.getOrSet('r', 'key', () => source, { tags: ['t'] });
      if (way !== 'tag set by the factory') expect(await after).toBe('new');
      finish?.();
      expect(await after).toBe('new');
    }
    finish?.();
    await loading;
    for (const reader of [other, loader, cacheOn(testRedisUrl()).forTenant(id)]) {
      expect(await reader.get('r', 'key')).not.toBe('old');
      expect(await reader.getOrSet('r', 'key', () => source)).toBe('new');
      expect(await reader.get('r', 'key')).toBe('new');
    }
  });
});

describe('a load that fails', () => {
  it('runs once for 50 callers, who share its error, and again for the next', async () => {
    const tenant = cacheOn(testRedisUrl()).forTenant(id);
    let loads = 0;
    const failing = async () => {
      loads++;
      await delay(20);
      throw new Error('origin');
    };
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => tenant.getOrSet('r', 'k', failing)));
    expect(loads).toBe(1);
    expect(new Set(answers.map((answer) => (answer as PromiseRejectedResult).reason)).size).toBe(1);
    expect(await tenant.getOrSet('r', 'k', () => 'back')).toBe('back');
  });
});

describe('a tenant that floods the shared store', () => {
  it('costs another none of its 500 entries', async () => {
    const cache = cacheOn(testRedisUrl());
    const [quiet, flood] = [cache.forTenant(id), cache.forTenant(`${id}-flood`)];
    const keys = Array.from({ length: 500 }, (_, index) => `${index}`);
    await quiet.setMany(
      'r',
      keys.map((key) => [key, 'x'.repeat(100)] as const),
    );
    for (let round = 0; round < 10; round++) {
      const batch = Array.from({ length: 500 }, (_, index) => [`${round}-${index}`, 'x'.repeat(1_000)] as const);
      await flood.setMany('r', batch);
    }
    expect(flood.metrics().evictions).toBeGreaterThan(1_000);
    expect((await quiet.usage()).entries).toBe(500);
    const reader = cacheOn(testRedisUrl()).forTenant(id);
    expect((await reader.getMany('r', keys)).size).toBe(500);
    expect(reader.metrics().l2Hits).toBe(500);
    await flood.clear();
  });
});

describe('Redis dead from the start', () => {
  const LOAD_MS = 30;
  const DEADLINE_MS = 50;
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    await closeAll();
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  const refusing = async () => (await RedisProcess.reserve()).url;
  const silent = async () => {
    const server = createServer((socket) => void sockets.push(socket.on('error', () => {}).resume()));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `redis://127.0.0.1:${(server.address() as { port: number }).port}`;
  };

  it.each([
    ['refuses connections', refusing, 0],
    ['takes connections and says nothing', silent, DEADLINE_MS],
  ] as const)('(it %s): first answers take what the load takes, and none fails', async (_, death, waitMs) => {
    const url = await death();
    const waited: number[] = [];
    // A wait that is built in slows them all.
    for (let attempt = 0; attempt < 5; attempt++) {
      const tenant = cacheOn(url, `${DEADLINE_MS}ms`).forTenant(id);
      const first = async () => expect(await tenant.getOrSet('r', 'k', () => delay(LOAD_MS, 'v'))).toBe('v');
      waited.push(await waitedMs(first));
      const more = Array.from({ length: 50 }, (_, n) => tenant.getOrSet('r', `${n}`, () => n));
      expect(await Promise.all(more)).toHaveLength(50);
    }
    expect(Math.min(...waited)).toBeLessThan(LOAD_MS + waitMs + 50);
  });
});
