import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { limitsOf, type TenantSettings } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { reconcileWhole } from '../fakes/reconcile.js';
import { until } from '../fakes/redis-process.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const near = redisStore();
const far = redisStore();
const upkeep = new RedisUpkeep(near.topology);
const other = new RedisUpkeep(far.topology);
const client = new Redis(testRedisUrl());
const HOUR_MS = 3_600_000;

beforeAll(() => Promise.all([near.store.ready(), far.store.ready()]));
afterAll(() => Promise.all([near.close(), far.close(), client.quit()]));

const newTenant = () => tenantId(`t${randomBytes(6).toString('hex')}`);
const LIMITS = limitsOf({ quotaBytes: 1e9 });

async function fill(tenant: TenantId, count: number, settings?: TenantSettings): Promise<string[]> {
  const limits = settings ? limitsOf(settings) : LIMITS;
  const keys = Array.from({ length: count }, (_, n) => `k${n}`);
  await Promise.all(keys.map((key, n) => near.store.write(tenant, entryId('r', key), body(50 + (n % 7) * 40), limits)));
  return keys.map((key) => `r:${key}`);
}

function body(bytes: number) {
  return { payload: randomBytes(bytes), ttlMs: HOUR_MS, graceMs: 0 };
}

const key = (tenant: TenantId, member: string) => `tenant:{${tenant}}:${member}`;
const meta = (tenant: TenantId, kind: string) => `meta:{${tenant}}:${kind}`;

/** What is counted, indexed and there is the same, and each index has the same members. */
async function assertExact(tenant: TenantId): Promise<void> {
  const seen = await look(client, tenant);
  assert.deepEqual([seen.used, seen.indexed], [seen.live, seen.live]);
  assert.deepEqual([[...seen.lru].sort(), seen.exp], [seen.keys, seen.keys]);
  if (await client.exists(meta(tenant, 'freq'))) {
    assert.deepEqual(
      (await client.zrange(meta(tenant, 'freq'), '0', '-1')).filter((m) => !seen.keys.includes(m)),
      [],
    );
  }
}

const WRONG_USED = `
local account = redis.call('HGET', KEYS[1], 'a')
redis.call('HSET', KEYS[1], 'a', struct.pack('>I6', tonumber(ARGV[1])) .. string.sub(account, 7))`;

/** The account does not know its earliest deadline: bytes 25 to 28 of it. */
const FORGET_DEADLINE = `
local account = redis.call('HGET', KEYS[1], 'a')
redis.call('HSET', KEYS[1], 'a', string.sub(account, 1, 24) .. struct.pack('>I4', 0) .. string.sub(account, 29))`;

type Fault = (tenant: TenantId, members: string[]) => Promise<unknown>;
const FAULTS: readonly [name: string, fault: Fault][] = [
  ['keys deleted', (tenant, members) => client.del(members.slice(3, 40).map((member) => key(tenant, member)))],
  ['every key deleted', (tenant, members) => client.del(members.map((member) => key(tenant, member)))],
  [
    'members gone from the index of deadlines',
    (tenant, members) => client.zrem(meta(tenant, 'exp'), members.slice(5, 50)),
  ],
  [
    'members gone from the index of accesses',
    (tenant, members) => client.zrem(meta(tenant, 'lru'), members.slice(5, 50)),
  ],
  [
    'members gone from both indexes',
    (tenant, members) =>
      Promise.all(['exp', 'lru'].map((kind) => client.zrem(meta(tenant, kind), members.slice(5, 50)))),
  ],
  ['the index of deadlines deleted', (tenant) => client.del(meta(tenant, 'exp'))],
  ['the index of accesses deleted', (tenant) => client.del(meta(tenant, 'lru'))],
  ['the account deleted', (tenant) => client.del(meta(tenant, 'state'))],
  ['too much counted', (tenant) => client.eval(WRONG_USED, 1, meta(tenant, 'state'), '123456789')],
  ['nothing counted', (tenant) => client.eval(WRONG_USED, 1, meta(tenant, 'state'), '0')],
  [
    'members that were never there',
    (tenant) =>
      Promise.all([
        client.zadd(meta(tenant, 'lru'), 1, 'r:ghost1'),
        client.zadd(meta(tenant, 'exp'), '4611686018427387', 'r:ghost2'),
      ]),
  ],
  ['another size indexed', (tenant, members) => client.zincrby(meta(tenant, 'exp'), 5, members[9] as string)],
  ['a longer value', (tenant, members) => client.append(key(tenant, members[9] as string), 'x'.repeat(500))],
  [
    'a key of another type',
    async (tenant, members) => {
      await client.del(key(tenant, members[9] as string));
      await client.hset(key(tenant, members[9] as string), 'a', 'b');
    },
  ],
  ['a key that no index knows', (tenant) => client.set(key(tenant, 'r:orphan'), 'x'.repeat(300))],
];

describe.each([300, 2_500])('of %i entries', (count) => {
  it.each(FAULTS)('counts what is there, and nothing else, after one reconcile: %s', async (_, fault) => {
    const tenant = newTenant();
    const members = await fill(tenant, count);
    await fault(tenant, members);
    const report = await reconcileWhole(upkeep, tenant, { orphans: true });
    expect(report.compared).toBe(true);
    await assertExact(tenant);
    // The second finds nothing to do.
    expect(await reconcileWhole(other, tenant, { orphans: true })).toMatchObject({
      ghosts: 0,
      orphans: 0,
      repaired: 0,
      driftBytes: 0,
      compared: true,
    });
  });
});

it('tells ghosts, orphans, repairs and drift apart', async () => {
  const tenant = newTenant();
  const members = await fill(tenant, 100);
  const before = await look(client, tenant);
  await client.del(key(tenant, members[0] as string), key(tenant, members[1] as string));
  await client.zrem(meta(tenant, 'lru'), members[2] as string);
  await client.set(key(tenant, 'r:orphan'), 'x');
  await client.eval(WRONG_USED, 1, meta(tenant, 'state'), before.used + 4_096);
  const report = await reconcileWhole(upkeep, tenant, { orphans: true });
  const after = await look(client, tenant);
  expect(report).toMatchObject({ ghosts: 2, orphans: 1, repaired: 1, driftBytes: 4_096, compared: true });
  expect(report.ghostBytes).toBe(before.used - after.used);
});

it('looks for orphans only when asked, and leaves those of other tenants', async () => {
  const [tenant, neighbour] = [newTenant(), newTenant()];
  await fill(tenant, 10);
  await client.set(key(tenant, 'r:orphan'), 'x');
  await client.set(key(neighbour, 'r:orphan'), 'x');
  expect((await reconcileWhole(upkeep, tenant)).orphans).toBe(0);
  expect((await reconcileWhole(upkeep, tenant, { orphans: true })).orphans).toBe(1);
  expect(await client.exists(key(neighbour, 'r:orphan'))).toBe(1);
  await client.del(key(neighbour, 'r:orphan'));
});

it.each(['lfu', 'hybrid'] as const)(
  'repairs the index by frequency of %s, and evicts in its order afterwards',
  async (policy) => {
    const tenant = newTenant();
    const settings = { quotaBytes: 1e9, policy };
    const members = await fill(tenant, 200, settings);
    await near.store.settle(tenant, limitsOf(settings));
    expect(await client.zcard(meta(tenant, 'freq'))).toBe(200);
    await client.zadd(meta(tenant, 'freq'), 1, 'r:ghost1', 2, 'r:ghost2');
    await client.zrem(meta(tenant, 'freq'), members.slice(10, 20));
    await client.del(members.slice(0, 5).map((member) => key(tenant, member)));
    await reconcileWhole(upkeep, tenant);
    await assertExact(tenant);
    const { used } = await look(client, tenant);
    const low = limitsOf({ quotaBytes: Math.floor(used / 2), policy });
    while ((await near.store.settle(tenant, low)).more);
    await assertExact(tenant);
    expect((await look(client, tenant)).used).toBeLessThanOrEqual(low.quotaBytes);
  },
);

it('lets what it indexes again expire in its time', async () => {
  const tenant = newTenant();
  await near.store.write(tenant, entryId('r', 'soon'), { ...body(50), ttlMs: 60_000 }, LIMITS);
  const { usedBytes } = await near.store.write(tenant, entryId('r', 'late'), body(50), LIMITS);
  await client.zrem(meta(tenant, 'exp'), 'r:soon');
  // The account looks for its earliest deadline, and finds that of the other.
  await client.eval(FORGET_DEADLINE, 1, meta(tenant, 'state'));
  await near.store.settle(tenant, LIMITS);
  expect((await reconcileWhole(upkeep, tenant)).repaired).toBe(1);
  await age(client, tenant, 62);
  await until(async () => (await client.exists(key(tenant, 'r:soon'))) === 0);
  const settled = await near.store.settle(tenant, LIMITS);
  expect(settled).toMatchObject({ expiredEntries: 1, entries: 1, usedBytes: usedBytes / 2 });
});

it('keeps no account, no field and no fence of a tenant that has nothing', async () => {
  const tenant = newTenant();
  expect(await reconcileWhole(upkeep, tenant, { fence: 7, orphans: true })).toMatchObject({
    looked: 0,
    compared: true,
  });
  expect(await client.exists(meta(tenant, 'state'))).toBe(0);
});

it('refuses a leader that was followed by another, and changes nothing for it', async () => {
  const tenant = newTenant();
  await fill(tenant, 20);
  await reconcileWhole(upkeep, tenant, { fence: 41 });
  await reconcileWhole(upkeep, tenant, { fence: 42 });
  await client.eval(WRONG_USED, 1, meta(tenant, 'state'), 1);
  await client.set(key(tenant, 'r:orphan'), 'x');
  await assert.rejects(reconcileWhole(other, tenant, { fence: 41 }), { code: 'UPKEEP_FENCED' });
  for (let cursor: string | undefined = 'orphans'; cursor !== undefined; cursor = undefined) {
    await assert.rejects(scanToEnd(cursor, tenant, 41), { code: 'UPKEEP_FENCED' });
  }
  expect((await look(client, tenant)).used).toBe(1);
  expect(await client.exists(key(tenant, 'r:orphan'))).toBe(1);
  await reconcileWhole(upkeep, tenant, { orphans: true });
  await assertExact(tenant);
});

async function scanToEnd(first: string, tenant: TenantId, fence: number): Promise<void> {
  let cursor: string | undefined = first;
  while (cursor !== undefined) ({ cursor } = await other.reconcile(tenant, { cursor, fence, orphans: true }));
}

describe('beside writers, evictions, deletes, clears and damage', () => {
  it.each([
    ['few entries', 150_000, 300],
    ['many entries', 1_500_000, 6_000],
  ])(
    'two reconciles at once leave every byte counted: %s',
    async (_, quotaBytes, keys) => {
      const tenant = newTenant();
      const limits = limitsOf({ quotaBytes, policy: 'lfu' });
      let running = true;
      const writers = [near, far].map(async ({ store }, lane) => {
        for (let n = 0; running; n++) {
          const batch = Array.from({ length: 20 }, (_, i) => {
            const id = entryId('r', `k${(n * 31 + i * 7 + lane) % keys}`);
            return n % 5 === 4 && i % 4 === 0
              ? store.delete(tenant, id)
              : store.write(tenant, id, body(20 + ((n + i) % 300)), limits);
          });
          await Promise.all(batch);
          if (n % 97 === 96) await store.clear(tenant);
          if (n % 11 === 10) await store.settle(tenant, limits);
        }
      });
      const damage = (async () => {
        for (let n = 0; running; n++) {
          const gone = await client.zrandmember(meta(tenant, 'exp'), 5);
          if (gone.length > 0 && n % 3 === 0) await client.del(gone.map((member) => key(tenant, member)));
          if (gone.length > 0 && n % 3 === 1) await client.zrem(meta(tenant, 'lru'), gone);
          if (gone.length > 0 && n % 3 === 2) await client.zrem(meta(tenant, 'exp'), gone);
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      })();
      for (let round = 0; round < 15; round++) {
        await Promise.all([
          reconcileWhole(upkeep, tenant),
          reconcileWhole(other, tenant, { orphans: round % 10 === 0 }),
        ]);
      }
      running = false;
      await Promise.all([...writers, damage]);
      while ((await near.store.settle(tenant, limits)).more);
      expect((await reconcileWhole(upkeep, tenant, { orphans: true })).compared).toBe(true);
      await assertExact(tenant);
      expect(await reconcileWhole(other, tenant)).toMatchObject({ ghosts: 0, repaired: 0, driftBytes: 0 });
    },
    300_000,
  );

  it.each([300_000, 1_500_000])(
    'never moves what is counted where nothing is damaged: %i bytes',
    async (quotaBytes) => {
      const tenant = newTenant();
      const limits = limitsOf({ quotaBytes });
      let running = true;
      const writers = [near, far].map(async ({ store }, lane) => {
        for (let n = 0; running; n++) {
          await Promise.all(
            Array.from({ length: 30 }, (_, i) =>
              store.write(tenant, entryId('r', `k${n % 50}-${i}-${lane}`), body(i * 9), limits),
            ),
          );
          if (n % 97 === 96) await store.clear(tenant);
        }
      });
      for (let round = 0; round < 25; round++) {
        const report = await reconcileWhole(round % 2 ? upkeep : other, tenant, { orphans: round % 12 === 0 });
        expect(report).toMatchObject({ ghosts: 0, orphans: 0, repaired: 0, driftBytes: 0 });
      }
      running = false;
      await Promise.all(writers);
      await assertExact(tenant);
    },
    300_000,
  );
});
