import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { Redis } from 'ioredis';
import request from 'supertest';
import type { TenantId } from '../../src/core/tenant-id.js';
import { rateLimitHandler } from '../../src/http/rate-limit.js';
import { parseKey } from '../../src/l2/redis-keys.js';
import { RedisRateStore } from '../../src/l2/redis-rate-store.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { waitedMs } from '../fakes/waited.js';

type Store = ReturnType<typeof redisStore>;

/** Two processes: each has connections of its own, and counters. */
describe('rates on Redis', () => {
  let open: Store[];
  let policy: string;

  beforeEach(async () => {
    policy = `p${randomUUID().slice(0, 8)}`;
    open = [1, 2].map(() => redisStore());
    await Promise.all(open.map(({ store }) => store.ready()));
  });
  afterEach(() => Promise.all(open.map(({ close }) => close())));

  const counters = (windowMs: number, name = policy) =>
    open.map(({ topology }) => new RedisRateStore(topology).counter(name, windowMs));
  const appOf = ({ topology }: Store, limit: number) => {
    const rates = new RedisRateStore(topology);
    const tenantOf = (req: express.Request) => req.get('x-tenant') as TenantId;
    return express().use(rateLimitHandler({ rates, tenantOf }, { limit, name: policy }), (_req, res) => void res.end());
  };

  it('hold over two processes', async () => {
    const apps = open.map((store) => appOf(store, 50));
    const asked = Array.from({ length: 120 }, (_, n) =>
      request(apps[n % 2] as express.Express)
        .get('/')
        .set('x-tenant', 'acme'),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.filter((status) => status === 429)).toHaveLength(70);
    await request(apps[0] as express.Express)
      .get('/')
      .set('x-tenant', 'blue')
      .expect(200);
  });

  it('begin anew with each window, and leave nothing behind', async () => {
    const [a, b] = counters(600_000);
    expect(await a?.increment('k')).toMatchObject({ used: 1 });
    const { used, resetsInMs } = (await b?.increment('k')) ?? { used: 0, resetsInMs: 0 };
    expect(used).toBe(2);
    expect(resetsInMs).toBeGreaterThan(300_000);
    expect(resetsInMs).toBeLessThanOrEqual(600_000);
    const client = new Redis(testRedisUrl());
    const [key, ...others] = await client.keys(`tenantcache:rate:${policy}:*`);
    expect(others).toEqual([]);
    // As if the window had passed: the deadline that the key has moves back by as much.
    const endsAtMs = await client.pexpiretime(key as string);
    expect(endsAtMs).toBeGreaterThan(0);
    await client.pexpireat(key as string, endsAtMs - 600_000);
    await until(async () => (await client.exists(key as string)) === 0);
    expect(await a?.increment('k')).toMatchObject({ used: 1 });
    client.disconnect();
  });

  it('are under a hash of who is counted, apart by policy', async () => {
    const secret = `someone-${randomUUID()}@example.com`;
    await counters(60_000)[0]?.increment(secret);
    await counters(60_000, `${policy}x`)[1]?.increment(secret);
    const client = new Redis(testRedisUrl());
    const keys = await client.keys(`tenantcache:rate:${policy}*`);
    client.disconnect();
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toContain('someone');
    expect(new Set(keys.map((key) => (parseKey(key) as { hash: string }).hash)).size).toBe(2);
    expect(keys.map((key) => parseKey(key)?.kind)).toEqual(['rate', 'rate']);
  });
});

describe('rates while Redis comes and goes', () => {
  it('are counted here while it is away, without an error or a long wait, and there when it is back without the script', async () => {
    const redis = await RedisProcess.reserve();
    const { topology, close } = redisStore({ redis: { url: redis.url }, deadlineMs: 500 });
    const rates = new RedisRateStore(topology);
    const tenantOf = () => 'acme' as TenantId;
    const app = express().use(rateLimitHandler({ rates, tenantOf }, { limit: 3 }), (_req, res) => void res.end());
    const ask = async () => (await request(app).get('/')).status;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429]);

    await redis.start();
    await until(async () => (await ask()) === 200);
    const client = redis.client();
    await until(async () => (await client.keys('tenantcache:rate:*')).length === 1);
    const counted = async () => Number(await client.get((await client.keys('tenantcache:rate:*'))[0] as string));
    const before = await counted();
    await client.call('SCRIPT', 'FLUSH');
    // A call that met a busy machine was counted here: asked again until one is counted there.
    await until(async () => {
      await ask();
      return (await counted()) > before;
    });

    redis.pause();
    const waited = await waitedMs(async () => expect([200, 429]).toContain(await ask()));
    expect(waited).toBeLessThan(2_500);
    redis.resume();
    client.disconnect();
    await close();
    await redis.kill();
  });
});
