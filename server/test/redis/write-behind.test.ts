import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { WriteBehindOptions } from '../../src/core/write-behind-options.js';
import { parseKey } from '../../src/l2/redis-keys.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisQueue } from '../fakes/redis-queue.js';
import { redisStore } from '../fakes/redis-store.js';
import { writeBehindProcess } from '../fakes/write-behind-cache.js';

/** Longer than a machine stalls: who has a queue keeps it, except where it is to be lost. */
const HOLD_MS = 60_000;

/** On a Redis of its own: it is stopped, killed and scanned. */
describe('write-behind on Redis', () => {
  let redis: RedisProcess;
  let client: Redis;
  let dir: string;
  let tenant: TenantId;
  let closing: (() => Promise<unknown>)[];
  const id = (key: string) => entryId('r', key);
  const start = () => redis.start('--dir', dir, '--appendonly', 'yes', '--appendfsync', 'always');

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'tenantcache-'));
    redis = await RedisProcess.reserve();
    await start();
    client = redis.client();
    tenant = tenantId(randomUUID());
    closing = [];
  });
  afterEach(async () => {
    redis.resume();
    for (const close of closing.reverse()) await close();
    client.disconnect();
    await redis.kill();
    await rm(dir, { recursive: true });
  });

  const open = async (
    options: WriteBehindOptions,
    of: Parameters<typeof redisQueue>[1] = {},
    parts: Parameters<typeof writeBehindProcess>[2] = {},
  ) => {
    const { queue, close } = await redisQueue(redis.url, { holdMs: HOLD_MS, ...of });
    const times = { pollMs: 20, discoverMs: 50, trustMs: HOLD_MS / 2 };
    const process = writeBehindProcess(queue, { drainTimeout: 0, ...options }, { times, ...parts });
    closing.push(close, () => process.writeBehind.close());
    process.writeBehind.start();
    return { ...process, queue, cut: close };
  };
  const keysOfTenant = async () => (await client.keys('*')).filter((key) => key.includes(tenant));

  it('what one process queues another persists, and others read while it waits', async () => {
    const persisted: unknown[] = [];
    const writer = await open({ persist: async () => {}, consume: false });
    for (let n = 0; n < 20; n++) await writer.write(tenant, 'k', n);
    const other = await open({ persist: async () => {}, consume: false });
    expect(await other.writeBehind.waiting(tenant, [id('k')])).toEqual(new Map([[id('k'), 19]]));
    await open({ persist: async ({ value }) => void persisted.push(value) });
    await until(() => persisted.length === 20);
    expect(persisted).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await until(async () => (await other.writeBehind.waiting(tenant, [id('k')])).size === 0);
  });

  it('two consumers share the tenants: each write is persisted once, in order', async () => {
    const persisted = new Map<string, number[]>();
    const persist: WriteBehindOptions['persist'] = async ({ tenantId: of, value }) => {
      await new Promise((resolve) => setImmediate(resolve));
      persisted.set(of, [...(persisted.get(of) ?? []), value as number]);
    };
    const both = [await open({ persist }), await open({ persist })];
    const tenants = Array.from({ length: 8 }, () => randomUUID());
    for (let n = 0; n < 30; n++) {
      await Promise.all(tenants.map((of, index) => both[(n + index) % 2]?.write(of, 'k', n)));
    }
    await until(() => tenants.every((of) => persisted.get(of)?.length === 30));
    for (const of of tenants) expect(persisted.get(of)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it('another takes over what a consumer without Redis had, and that one breaks its attempt off', async () => {
    let [began, aborted] = [0, 0];
    const lost = await open(
      {
        persist: (_, { signal }) => {
          began++;
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted++;
              reject(new Error('aborted'));
            });
          });
        },
      },
      { holdMs: 600 },
      { times: { pollMs: 20, discoverMs: 50, trustMs: 300 } },
    );
    await lost.write(tenant, 'k', 'v');
    await until(() => began === 1);
    await lost.cut();
    const attempts: number[] = [];
    await open({ persist: async ({ attempt }) => void attempts.push(attempt) });
    await until(() => attempts.length === 1 && aborted === began);
    // Nobody knows how far the first attempt came, or the next, where the machine stood still for longer than the hold.
    expect(attempts).toEqual([began + 1]);
  });

  it('an item during which its consumers die again and again becomes a dead letter', async () => {
    const { queue, writeBehind, write } = await open({ persist: async () => {}, maxAttempts: 3, consume: false });
    const { id: written } = await write(tenant, 'k', 'v');
    for (let death = 0; death < 3; death++) {
      const { queue: dying, close } = await redisQueue(redis.url, { holdMs: HOLD_MS });
      await dying.take(tenant, { anew: true, max: 10 });
      await dying.take(tenant, { anew: false, max: 10 });
      expect(await dying.begin(tenant, Number(written))).toMatchObject({ kind: 'begun', attempt: death + 1 });
      await client.hset(`meta:{${tenant}}:wb-state`, 'until', 0);
      await close();
    }
    let calls = 0;
    await open({ maxAttempts: 3, persist: async () => void calls++ });
    await until(async () => (await writeBehind.pending(tenant)).deadLetters === 1);
    expect(await writeBehind.deadLetters(tenant)).toMatchObject([{ id: written, attempts: 3, reason: 'interrupted' }]);
    expect(calls).toBe(0);
    expect(await queue.discard(tenant, [Number(written)])).toBe(1);
  });

  it('acknowledged writes outlive Redis where its file does', async () => {
    const writer = await open({ persist: async () => {}, consume: false });
    const acknowledged: number[] = [];
    let refused = 0;
    const writing = (async () => {
      for (let n = 0; refused < 3; n++) {
        await writer.write(tenant, 'k', n).then(
          () => acknowledged.push(n),
          (error) => {
            expect(error.code).toBe('STORE_UNAVAILABLE');
            refused++;
          },
        );
      }
    })();
    await until(() => acknowledged.length > 100);
    await redis.kill();
    await writing;
    await start();
    const persisted: unknown[] = [];
    const reader = await open({ persist: async ({ value }) => void persisted.push(value) });
    await until(async () => (await reader.writeBehind.pending(tenant)).items === 0 && persisted.length > 0);
    expect(acknowledged.filter((n) => !persisted.includes(n))).toEqual([]);
    expect(persisted).toEqual([...(persisted as number[])].sort((a, b) => a - b));
  });

  it('does not acknowledge while Redis is silent; what was queued all the same leaves no old value in the cache', async () => {
    const persisted: unknown[] = [];
    const consumer = await open({
      persist: async ({ key, value }) => void (key === 'k' && persisted.push(value)),
    });
    const { cache } = consumer;
    const writer = await open({ persist: async () => {}, consume: false }, { deadlineMs: 500 }, { cache });
    await consumer.write(tenant, 'k', 'old');
    // Until its connection stands and the tenant's queue is known, which a busy machine may take half a second for.
    await until(() =>
      writer.write(tenant, 'first', 0).then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await consumer.writeBehind.pending(tenant)).items === 0);
    redis.pause();
    await expect(writer.write(tenant, 'k', 'new')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
    expect(cache.get(tenant, id('k'))).toBe('old');
    redis.resume();
    // The socket held the command, so this one was queued; its writer believes that it was not.
    await until(() => persisted.length === 2);
    await until(() => cache.get(tenant, id('k')) === undefined);
    expect(persisted).toEqual(['old', 'new']);
  });

  it('what Redis did not hear of is told again, not persisted again', async () => {
    const persisted: unknown[] = [];
    const { writeBehind } = await open(
      {
        persist: async ({ value }) => {
          persisted.push(value);
          redis.pause();
        },
      },
      { deadlineMs: 100 },
    );
    // By another process, whose deadline a busy machine keeps.
    const { write } = await open({ persist: async () => {}, consume: false });
    await write(tenant, 'k', 'v');
    await until(() => persisted.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    redis.resume();
    await until(() => writeBehind.counters.persisted === 1);
    expect(persisted).toEqual(['v']);
  });

  it('a clear of the tenant leaves the queue alone, and no quota counts it', async () => {
    const { write, writeBehind } = await open({ persist: async () => {}, consume: false });
    await write(tenant, 'k', 'x'.repeat(10_000));
    const before = await writeBehind.pending(tenant);
    const { store, close } = redisStore({ redis: { url: redis.url } });
    closing.push(close);
    await store.ready();
    await store.clear(tenant);
    expect(await store.settle(tenant, limitsOf({ quotaBytes: 1_000 }))).toMatchObject({ usedBytes: 0, entries: 0 });
    expect(await writeBehind.pending(tenant)).toEqual(before);
    expect((await writeBehind.waiting(tenant, [id('k')])).size).toBe(1);
  });

  it('trims what is persisted, leaves nothing of an empty queue, and keeps every key in the grammar', async () => {
    const { write, writeBehind, queue } = await open({ persist: async () => {}, consume: false });
    for (let n = 0; n < 30; n++) await write(tenant, `k${n % 7}`, n);
    const full = await client.keys('*');
    expect(full.filter((key) => parseKey(key) === undefined)).toEqual([]);
    expect(full).toContain(`meta:{${tenant}}:wb`);
    expect(await client.xlen(`meta:{${tenant}}:wb`)).toBe(30);
    const consumer = await open({ persist: async () => {} });
    await until(async () => (await writeBehind.pending(tenant)).items === 0);
    expect(await client.xlen(`meta:{${tenant}}:wb`)).toBe(0);
    await until(async () => (await keysOfTenant()).length === 1);
    expect(await client.pttl(`meta:{${tenant}}:wb-state`)).toBeGreaterThan(0);
    await consumer.writeBehind.close();
    await write(tenant, 'k', 'again');
    expect(await client.pttl(`meta:{${tenant}}:wb-state`)).toBe(-1);
    expect((await queue.size(tenant)).items).toBe(1);
  });

  it('forgets a tenant that has had no queue for a minute, and none that was appended to meanwhile', async () => {
    const registry = 'tenantcache:write-behind-tenants';
    const { write, queue } = await open({ persist: async () => {}, consume: false });
    await write(tenant, 'k', 'v');
    const [idle, busy] = [randomUUID(), randomUUID()];
    await client.zadd(registry, 1, idle, 1, tenant, Date.now(), busy);
    expect((await queue.tenants()).sort()).toEqual([busy, tenant].sort());
    expect((await client.zrange(registry, '0', '-1')).sort()).toEqual([busy, tenant].sort());
  });
});
