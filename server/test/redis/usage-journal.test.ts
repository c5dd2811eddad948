import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { COUNTER_NAMES } from '../../src/core/counters.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { RedisUsageJournal } from '../../src/l2/redis-usage-journal.js';
import { fieldOf, parsePart, serialisePart } from '../../src/l2/usage-journal-value.js';
import { newTenant } from '../../src/testing/contract-desk.js';
import { usagePart } from '../../src/testing/usage-journal-contract.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const BUCKET_MS = 300_000;

let client: Redis;
let made: ReturnType<typeof redisStore>;
let journal: RedisUsageJournal;
beforeAll(async () => {
  client = new Redis(testRedisUrl());
  made = redisStore();
  await made.store.ready();
  journal = new RedisUsageJournal(made.topology);
});
afterAll(async () => {
  await made.close();
  await client.quit();
});

const hash = (tenant: string) => `meta:{${tenant}}:counters`;
const epoch = () => `${randomUUID()}.0`;

describe('parts as they stand in Redis', () => {
  const part = usagePart(tenantId('acme'), 'e.1', 3, 12);
  const [field, value] = [fieldOf(part), serialisePart(part)];
  const parsed = JSON.parse(value) as unknown[];
  const changed = (at: number, to: unknown) => JSON.stringify(parsed.with(at, to));
  const counters = (at: number, to: unknown) => changed(3, (parsed[3] as unknown[]).with(at, to));

  it('take few bytes', () => {
    assert.ok(value.length < 500, `${value.length} bytes`);
    assert.deepEqual(parsePart(part.tenantId, field, value), part);
  });

  it('of a version that counted less read as zeros there', () => {
    const shorter = parsePart(part.tenantId, field, changed(3, (parsed[3] as unknown[]).slice(0, 5)));
    assert.equal(shorter?.day.loads, part.day.loads);
    assert.equal(shorter?.day.loadErrors, 0);
  });

  // A list that changes its order reads the parts of the version before as something else.
  it('begin with the counters of format 1, in their order', () => {
    assert.ok(COUNTER_NAMES.join().startsWith(FORMAT_1));
  });

  it.each([
    ['another format', field, changed(0, 2)],
    ['a counter more than is known', field, changed(3, [...(parsed[3] as unknown[]), 1])],
    ['a negative count', field, counters(0, -1)],
    ['half a request', field, counters(0, 0.5)],
    ['a count beyond whole numbers', field, counters(0, 2 ** 53)],
    ['a count that is none', field, counters(0, null)],
    ['a count as text', field, counters(0, '1')],
    ['an endless count', field, value.replace(/(\[12,)/, '[1e999,')],
    ['a date of another day', field, changed(1, '2026-04-02')],
    ['no date', field, changed(1, '2026-04-1')],
    ['a bucket of no length', field, changed(2, 0)],
    ['a bucket of two days', field, changed(2, 172_800_000)],
    ['a gauge too few', field, changed(5, [1, 2, 3])],
    ['a list too many', field, JSON.stringify([...parsed, 1])],
    ['a resource off the grammar', field, changed(6, ['a b', []])],
    ['a resource that would be a prototype', field, changed(6, ['__proto__', []])],
    ['a resource twice', field, changed(6, ['a', [], 'a', []])],
    ['a resource without counters', field, changed(6, ['a'])],
    ['more resources than are counted', field, changed(6, Array.from({ length: 34 }, (_, n) => [`r${n}`, []]).flat())],
    ['a text without an end', field, value.slice(0, -1)],
    ['a text without an end in sight', field, `${value.slice(0, -1)}${' '.repeat(70_000)}]`],
    ['an object', field, '{"length":7,"0":1}'],
    ['a long epoch', `${'e'.repeat(65)} 0`, value],
    ['an epoch that ends the line', `e\n ${part.bucketStartMs}`, value],
    ['no bucket', 'e.1', value],
    ['a bucket of no year', 'e.1 999999999999999', value],
  ])('are left out with %s', (_, givenField, givenValue) => {
    assert.equal(parsePart(part.tenantId, givenField, givenValue), undefined);
  });
});

describe('the counters of a tenant in Redis', () => {
  it('are as many as its processes have buckets of a day under way: of more than 24 the oldest go, the day stays', async () => {
    const [tenant, one, two] = [newTenant(), epoch(), epoch()];
    await journal.put(Array.from({ length: 3 }, (_, n) => usagePart(tenant, two, n, n)));
    for (let bucket = 280; bucket < 288 + 80; bucket++) {
      const part = usagePart(tenant, one, bucket, bucket);
      await journal.put([{ ...part, date: new Date(part.bucketStartMs).toISOString().slice(0, 10) }]);
    }
    const own = (await journal.read([tenant])).filter(({ part }) => part.processEpoch === one);
    assert.ok(own.length <= 64, `${own.length} parts`);
    // What was counted on the first of the two days is in the last of its parts alone.
    const counted = (date: string) =>
      Math.max(...own.filter(({ part }) => part.date === date).map(({ part }) => part.day.requests));
    assert.deepEqual(['2026-04-01', '2026-04-02'].map(counted), [287, 367]);
    assert.equal((await journal.read([tenant])).length - own.length, 3);
    assert.equal(await client.pttl(hash(tenant)), -1);
    await journal.forget(await journal.read([tenant]));
    assert.equal(await client.exists(hash(tenant)), 0);
  });

  it('stand in the way of nobody: what is not a hash gives way, and costs no other tenant its counters', async () => {
    const [damaged, healthy] = [newTenant(), newTenant()];
    await client.set(hash(damaged), 'no hash');
    assert.deepEqual(await journal.read([damaged]), []);
    await journal.forget([{ part: usagePart(damaged, epoch(), 0, 1), token: 'x' }]);
    await journal.put([usagePart(damaged, epoch(), 0, 1), usagePart(healthy, epoch(), 0, 1)]);
    assert.equal((await journal.read([damaged, healthy])).length, 2);
  });

  it('outlive a clear, a reconcile and the tenant’s place on the roll', async () => {
    const tenant = newTenant();
    const upkeep = new RedisUpkeep(made.topology);
    const limits = limitsOf({ quotaBytes: 1e6 });
    await journal.put([usagePart(tenant, epoch(), 0, 1)]);
    const before = await client.dumpBuffer(hash(tenant));
    await made.store.write(tenant, entryId('r', 'k'), { payload: Buffer.alloc(9), ttlMs: 60_000, graceMs: 0 }, limits);
    await made.store.clear(tenant);
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const step: Awaited<ReturnType<typeof upkeep.reconcile>> = await upkeep.reconcile(tenant, {
        cursor,
        orphans: true,
      });
      assert.deepEqual([step.orphans, step.driftBytes], [0, 0]);
      cursor = step.cursor;
    }
    while ((await made.store.settle(tenant, limits)).more);
    await upkeep.enrol([tenant]);
    await client.zincrby('tenantcache:roll', -3_600_001, tenant);
    assert.equal(await upkeep.strike(tenant), true);
    assert.deepEqual(await client.dumpBuffer(hash(tenant)), before);
    const [usage] = [await made.store.settle(tenant, limits)];
    assert.equal(usage.usedBytes, 0);
    await journal.forget(await journal.read([tenant]));
  });
});

describe('a server that was emptied by hand', () => {
  it('is told by the next part of a bucket that was there already', async () => {
    const [tenant, one] = [newTenant(), epoch()];
    await journal.put([usagePart(tenant, one, 0, 1)]);
    await journal.put([usagePart(tenant, one, 0, 2)]);
    await journal.put([usagePart(tenant, one, 1, 2)]);
    const before = journal.incarnation();
    await client.del(hash(tenant));
    await client.zrem('tenantcache:counted', tenant);
    await journal.put([usagePart(tenant, one, 1, 3)]);
    assert.ok(journal.incarnation() > before);
    // The marks are made again as well.
    assert.notEqual(await client.zscore('tenantcache:counted', tenant), null);
  });

  it('is not taken for one whose ended buckets were collected', async () => {
    const [tenant, one] = [newTenant(), epoch()];
    await journal.put([usagePart(tenant, one, 0, 1)]);
    await journal.put([usagePart(tenant, one, 0, 2), usagePart(tenant, one, 1, 1)]);
    const before = journal.incarnation();
    const ended = (await journal.read([tenant])).filter(({ part }) => part.bucketStartMs % BUCKET_MS === 0);
    await journal.forget(ended.filter(({ part }) => part.bucket.requests === 2));
    await journal.put([usagePart(tenant, one, 1, 2)]);
    await journal.put([usagePart(tenant, one, 2, 2)]);
    assert.equal(journal.incarnation(), before);
  });
});

const FORMAT_1 =
  'requests,l1Hits,l2Hits,misses,loads,loadErrors,writes,evictions,evictedBytes,expirations,invalidations,rejections,bytesServed,bytesWritten,responseTimeMs,staleServed,warnings,loadTimeMs';
