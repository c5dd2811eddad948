import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { EntryBrowser } from '../../src/l2/entry-browser.js';
import type { RedisTopology } from '../../src/l2/redis-topology.js';
import { RedisProcess } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const made = redisStore();
const client = new Redis(testRedisUrl());
const LIMITS = limitsOf({ quotaBytes: 1e10 });
const BODY = { payload: Buffer.from('"value"'), ttlMs: 3_600_000, graceMs: 0 };

beforeAll(() => made.store.ready());
afterAll(() => Promise.all([made.close(), client.quit()]));

const newTenant = () => tenantId(`t${randomBytes(6).toString('hex')}`);

async function fill({ store }: Pick<typeof made, 'store'>, tenant: TenantId, count: number, resource = 'r') {
  for (let first = 0; first < count; first += 5_000) {
    const keys = Array.from({ length: Math.min(5_000, count - first) }, (_, n) => `k${first + n}`);
    await Promise.all(keys.map((key) => store.write(tenant, entryId(resource, key), BODY, LIMITS)));
  }
}

/** Counts calls of Redis and what each looked at. */
function counted(topology: RedisTopology) {
  const looked: number[] = [];
  const watched: RedisTopology = Object.assign(Object.create(topology) as RedisTopology, {
    laneOf: (tenant: TenantId) => topology.laneOf(tenant),
    script: async (...args: Parameters<RedisTopology['script']>) => {
      const reply = await topology.script(...args);
      looked.push((reply as number[])[2] as number);
      return reply;
    },
  });
  return { browser: new EntryBrowser(watched), looked };
}

describe('browsing on Redis', () => {
  it('walks 100,000 entries in bounded calls, each entry listed', async () => {
    const tenant = newTenant();
    await fill(made, tenant, 100_000);
    await made.store.write(tenant, entryId('rare', 'one'), BODY, LIMITS);
    const { browser, looked } = counted(made.topology);
    const seen = new Set<string>();
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await browser.browse(tenant, { cursor, count: 500 });
      for (const { resource, key } of page.items) seen.add(`${resource}:${key}`);
      cursor = page.next;
      pages++;
      expect(page.items.length).toBeLessThanOrEqual(500);
    } while (cursor !== undefined);
    expect(seen.size).toBe(100_001);
    expect(Math.max(...looked)).toBeLessThan(1_024);
    expect(looked.length).toBeLessThan(1_600);
    // A page that is seven eighths full is given.
    expect(pages).toBeLessThanOrEqual(230);

    // What is rare is found in as many calls, of which no page makes more than 32.
    looked.length = 0;
    const rare: string[] = [];
    pages = 0;
    do {
      const page = await browser.browse(tenant, { cursor, resource: 'rare', count: 500 });
      rare.push(...page.items.map(({ key }) => key));
      cursor = page.next;
      pages++;
    } while (cursor !== undefined);
    expect(rare).toEqual(['one']);
    expect(Math.ceil(looked.length / pages)).toBeLessThanOrEqual(32);
    await made.store.clear(tenant);
    while ((await made.store.settle(tenant, LIMITS)).more);
  });

  it('counts what is stored under a hash of its key instead of listing it', async () => {
    const tenant = newTenant();
    const browser = new EntryBrowser(made.topology);
    const keys = ['plain', 'x'.repeat(201), '~marked', 'x'.repeat(4_096)];
    for (const key of keys) await made.store.write(tenant, entryId('r', key), BODY, LIMITS);
    await made.store.write(tenant, entryId('s', '~'), BODY, LIMITS);
    const found = async (options: { resource?: string; prefix?: string }) => {
      const { items, unnamed, looked } = await browser.browse(tenant, { ...options, count: 10 });
      return [items.map(({ key }) => key), unnamed, looked];
    };
    expect(await found({})).toEqual([['plain'], 4, 5]);
    expect(await found({ resource: 'r' })).toEqual([['plain'], 3, 5]);
    // It may begin with anything.
    expect(await found({ resource: 'r', prefix: 'plain' })).toEqual([['plain'], 3, 5]);
    expect(await found({ resource: 's', prefix: '~' })).toEqual([[], 1, 5]);
    await made.store.clear(tenant);
  });

  it('leaves out what the server lost, keys of another type and damaged values, and changes nothing', async () => {
    const tenant = newTenant();
    await fill(made, tenant, 6);
    const key = (n: number) => `tenant:{${tenant}}:r:k${n}`;
    await client.del(key(0));
    await client.del(key(1));
    await client.hset(key(1), 'a', 'b');
    await client.set(key(2), 'short');
    await client.set(key(3), Buffer.concat([Buffer.of(9), Buffer.alloc(60)]));
    await client.zadd(`meta:{${tenant}}:exp`, '4611686018427387', 'r:ghost');
    const before = await client.dumpBuffer(`meta:{${tenant}}:exp`);
    const { items, next } = await new EntryBrowser(made.topology).browse(tenant, { count: 100 });
    expect([items.map((item) => item.key).sort(), next]).toEqual([['k4', 'k5'], undefined]);
    expect(await client.dumpBuffer(`meta:{${tenant}}:exp`)).toEqual(before);
    await client.del(key(1));
    await made.store.clear(tenant);
  });

  it('begins again where the server is another process, whose scan knows nothing of the cursor', async () => {
    const redis = await RedisProcess.reserve();
    await redis.start();
    const own = redisStore({ redis: { url: redis.url } });
    try {
      await own.store.ready();
      const tenant = newTenant();
      await fill(own, tenant, 2_000);
      const browser = new EntryBrowser(own.topology);
      const first = await browser.browse(tenant, { count: 100 });
      expect(first.next).toBeDefined();
      const [runId, position] = (first.next as string).split(' ') as [string, string];
      const whole = async (cursor: string | undefined) => {
        const seen = new Set<string>();
        let at = cursor;
        do {
          const page = await browser.browse(tenant, { cursor: at, count: 100 });
          for (const item of page.items) seen.add(item.key);
          at = page.next;
        } while (at !== undefined);
        return seen.size;
      };
      const rest = await whole(first.next);
      expect(rest).toBeLessThan(2_000);
      expect(await whole(`${runId.replaceAll(/./g, 'f')} ${position}`)).toBe(2_000);
    } finally {
      await own.close();
      await redis.kill();
    }
  });
});
