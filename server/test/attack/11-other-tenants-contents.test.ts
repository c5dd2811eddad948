import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import request from 'supertest';
import { createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { gate } from '../fakes/memory-cache.js';
import { stopBackground } from '../fakes/no-background.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { AdminApp, MIB } from '../unit/http/admin-app.js';

/*
 * What takes the same steps takes the same time, but for caches of processors that no library rules. So work is compared
 * here and not time, which on a busy machine says nothing below a millisecond: every command that Redis is asked for, those
 * of scripts included, with their names and how often. They must not depend on what another tenant holds.
 */

type Tenant = ReturnType<TenantCacheServer['forTenant']>;

/** What the neighbour has when the tenant is measured. */
const NEIGHBOURS: Record<string, (neighbour: Tenant) => Promise<void>> = {
  'does not exist': async () => {},
  'holds the very keys and tags': async (neighbour) => {
    for (let n = 0; n < 40; n++) await neighbour.set('r', `k${n}`, 'theirs', { tags: ['t', `t${n}`], ttl: '10m' });
  },
  'is full to its quota, and evicted': async (neighbour) => {
    for (let n = 0; n < 400; n++) await neighbour.set('r', `full${n}`, 'x'.repeat(2_000), { tags: ['t'], ttl: '10m' });
  },
  'has voided all it had': async (neighbour) => {
    for (let n = 0; n < 100; n++) await neighbour.set('r', `k${n}`, 'gone', { tags: [`t${n}`] });
    for (let n = 0; n < 100; n++) await neighbour.invalidateTags([`t${n}`]);
    await neighbour.clear();
  },
  'is loading the same key': async (neighbour) => {
    const began = gate();
    const load = () => {
      began.release();
      return new Promise(() => {});
    };
    void neighbour.getOrSet('r', 'missing', load).catch(() => {});
    await began.promise;
  },
};

/** Each is one call of the tenant; what it answers is compared as well. */
const CALLS: Record<string, (tenant: Tenant) => Promise<unknown>> = {
  'a hit': (tenant) => tenant.get('r', 'k1'),
  'a miss': (tenant) => tenant.get('r', 'missing'),
  many: async (tenant) => [...(await tenant.getMany('r', ['k1', 'k2', 'missing', 'full1']))],
  'a load': (tenant) => tenant.getOrSet('r', `missing`, () => 'mine'),
  'a write': (tenant) => tenant.set('r', 'new', 'x'.repeat(500), { tags: ['t'] }),
  'a write that evicts': (tenant) => tenant.set('r', 'large', 'x'.repeat(30_000)),
  'a write that is refused': (tenant) => tenant.set('r', 'huge', 'x'.repeat(90_000)).catch(({ code }) => code),
  'a deletion': (tenant) => tenant.delete('r', 'k2'),
  'a tag': (tenant) => tenant.invalidateTags(['t']),
  'a prefix': (tenant) => tenant.invalidatePrefix('r', 'k'),
  'what it uses': (tenant) => tenant.usage(),
  'a clear': (tenant) => tenant.clear(),
};

describe('attack 11: what a tenant’s calls cost says nothing of another tenant', () => {
  let redis: RedisProcess;
  let client: Redis;
  let cache: TenantCacheServer;

  beforeAll(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    await until(() => client.status === 'ready');
    // From here on the server knows the scripts.
    stopBackground();
    await measure(async () => {});
  });
  beforeEach(stopBackground);
  afterEach(async () => {
    await cache?.close();
    jest.useRealTimers();
  });
  afterAll(async () => {
    client.disconnect();
    await redis.kill();
  });

  /** Calls of each command so far, by the server's own count. */
  async function counts(): Promise<Map<string, number>> {
    const stats = await client.info('commandstats');
    const found = stats.matchAll(/^cmdstat_([a-z|]+):calls=(\d+)/gm);
    return new Map(
      [...found].filter(([, name]) => name !== 'info').map(([, name, calls]) => [name as string, Number(calls)]),
    );
  }

  async function costOf(call: () => Promise<unknown>): Promise<{ answer: unknown; commands: object }> {
    const before = await counts();
    const answer = await call();
    const after = await counts();
    const grown = [...after].map(([name, calls]) => [name, calls - (before.get(name) ?? 0)] as const);
    return { answer, commands: Object.fromEntries(grown.filter(([, calls]) => calls > 0)) };
  }

  /** The same calls of a new tenant each time, beside another neighbour. */
  async function measure(neighbour: (tenant: Tenant) => Promise<void>) {
    const run = randomUUID();
    // By what goes first in time: reads of an order by use are noted later, when it suits the process.
    const quota = { quotaBytes: 60_000, policy: 'ttl' } as const;
    cache = createTenantCache({
      redis: { url: redis.url },
      redisTimeout: '5s',
      tenants: { default: quota },
      l1: false,
      upkeep: false,
    });
    await cache.ready();
    const tenant = cache.forTenant(`measured-${run}`);
    for (let n = 0; n < 20; n++) await tenant.set('r', `k${n}`, 'mine', { tags: ['t'], ttl: '1h' });
    await neighbour(cache.forTenant(`neighbour-${run}`));
    const costs: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(CALLS)) costs[name] = await costOf(() => call(tenant));
    await cache.close();
    return costs;
  }

  it.each(Object.entries(NEIGHBOURS).slice(1))(
    'whether it does not exist or %s: the same commands and answers',
    async (_, neighbour) => {
      const alone = await measure(NEIGHBOURS['does not exist'] as (tenant: Tenant) => Promise<void>);
      expect(Object.keys(alone)).toHaveLength(12);
      expect(await measure(neighbour)).toEqual(alone);
    },
  );

  it('what this process holds in memory of another tenant is asked of Redis all the same', async () => {
    const id = randomUUID();
    const tenants = { default: { quotaBytes: 60_000 } };
    cache = createTenantCache({ redis: { url: redis.url }, redisTimeout: '5s', tenants, upkeep: false });
    await cache.ready();
    await cache.forTenant(`b-${id}`).set('r', 'k', 'theirs');
    const read = () => cache.forTenant(`b-${id}`).get('r', 'k');
    await until(async () => Object.keys((await costOf(read)).commands).length === 0);
    const held = await costOf(() => cache.forTenant(`a-${id}`).get('r', 'k'));
    const unknown = await costOf(() => cache.forTenant(`c-${id}`).get('r', 'nobody has it'));
    expect(held).toEqual(unknown);
    expect(held.answer).toBeUndefined();
  });
});

describe('attack 11: whether another tenant exists', () => {
  it('a tenant role is answered alike, before anything is looked up', async () => {
    const asked: string[] = [];
    const directory = staticTenants({
      static: { acme: { quotaBytes: MIB }, blue: { quotaBytes: MIB, suspended: true } },
      default: { quotaBytes: MIB },
    });
    const counting = new Proxy(directory, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          asked.push(String(name));
          return value.apply(target, args);
        };
      },
    });
    const fixture = new AdminApp(counting);
    asked.length = 0;
    for (const role of ['tenant_admin', 'tenant_viewer']) {
      const answers = [];
      for (const tenant of ['blue', 'nobody', 'acme2', '%00', 'a%3Ab']) {
        const call = request(fixture.app).get(`/admin/tenants/${tenant}/quota`).set('authorization', `Bearer ${role}`);
        const { status, body } = await call;
        answers.push({ status, code: body.code, detail: body.detail });
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    expect(asked).toEqual([]);
    expect(fixture.asked.most).toBe(0);
  });
});
