import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { COUNTER_NAMES, type CounterValues } from '../../src/core/counters.js';
import type { Statement, TenantDirectory } from '../../src/core/directory.js';
import { mbHours } from '../../src/core/pricing.js';
import { type Limits, limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { UsagePart } from '../../src/core/usage-part.js';
import { verifyStatement } from '../../src/core/verify-statement.js';
import { metaKey } from '../../src/l2/redis-keys.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { settleOutcome } from '../../src/l2/settle-reply.js';
import { postgresTenants, postgresUsage } from '../../src/postgres/index.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const KIB = 1_024;
const STEPS = 250;
const KEYS = 80;
/** Of a settle's reply: when the script ran. */
const AT_MS = 8;
/** Of the account in Redis: used bytes, and when they last changed by the server's clock. */
const STAMP = 29;
const BUCKET_MS = 100;

let test: TestDatabase;
let client: Redis;
let real: ReturnType<typeof redisStore>;
let leaders: [TenantDirectory, TenantDirectory];

beforeAll(async () => {
  test = await createTestDatabase();
  const prices = {
    basePrice: '10',
    pricePerMbHour: '4000',
    pricePerOverageMbHour: '9000',
    pricePerMillionRequests: '700',
  };
  await test.database.asAdmin('system:test', (tx) =>
    tx.plan.create({ data: { name: 'Plan', quotaMb: 1, isDefault: true, ...prices, pricePerGbServed: '2000' } }),
  );
  client = new Redis(testRedisUrl());
  real = redisStore();
  await real.store.ready();
  const urls = { url: test.appUrl, adminUrl: test.adminUrl };
  leaders = [postgresTenants(urls), postgresTenants(urls)];
});
afterAll(async () => {
  await Promise.all(leaders.map((leader) => leader.close()));
  await real.close();
  await client.quit();
  await test.drop();
});

/** Adds up in whole numbers what the account in Redis was after each operation, and when. */
class Oracle {
  byteMs = 0n;
  overageByteMs = 0n;
  peakBytes = 0;
  #used = 0n;
  #atMs = 0n;
  #quota = 0n;

  saw(usedBytes: number, atMs: number, quotaBytes: number): void {
    const span = this.#atMs === 0n ? 0n : BigInt(atMs) - this.#atMs;
    assert.ok(span >= 0n, 'the server’s clock goes on');
    this.byteMs += this.#used * span;
    if (this.#used > this.#quota) this.overageByteMs += (this.#used - this.#quota) * span;
    this.#used = BigInt(usedBytes);
    this.#atMs = BigInt(atMs);
    this.#quota = BigInt(quotaBytes);
    this.peakBytes = Math.max(this.peakBytes, usedBytes);
  }

  /** Redis lost the account. */
  lost(): void {
    this.#used = 0n;
    this.#atMs = 0n;
  }

  /** What was used so far is of another period than what follows. */
  takePeriod() {
    const { byteMs, overageByteMs, peakBytes } = this;
    this.byteMs = 0n;
    this.overageByteMs = 0n;
    this.peakBytes = Number(this.#used);
    return { byteMs, overageByteMs, peakBytes };
  }
}

/** Requests that two processes count, and the parts that they bring, each as often and as late as it likes. */
class Counting {
  readonly #buckets = new Map<string, { epoch: string; startMs: number; counts: CounterValues }>();
  requests = 0;
  bytesServed = 0;
  constructor(readonly tenantId: TenantId) {}

  add(process: string, requests: number, bytesServed: number): void {
    const startMs = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS;
    const key = `${process} ${startMs}`;
    const bucket = this.#buckets.get(key) ?? { epoch: process, startMs, counts: zeroes() };
    this.#buckets.set(key, bucket);
    bucket.counts.requests += requests;
    bucket.counts.bytesServed += bytesServed;
    this.requests += requests;
    this.bytesServed += bytesServed;
  }

  parts(): UsagePart[] {
    const days = new Map<string, CounterValues>();
    return [...this.#buckets.values()].map(({ epoch, startMs, counts }) => {
      const date = new Date(startMs).toISOString().slice(0, 10);
      const before = days.get(`${epoch} ${date}`) ?? zeroes();
      const day = { ...before, requests: before.requests + counts.requests };
      day.bytesServed += counts.bytesServed;
      days.set(`${epoch} ${date}`, day);
      const gauges = { usedBytes: 1, entries: 1, quotaBytes: 1, hardLimitBytes: 1 };
      const { tenantId } = this;
      const bucket = { bucketStartMs: startMs, bucketMs: BUCKET_MS, bucket: { ...counts } };
      return { tenantId, processEpoch: epoch, date, day, resources: {}, ...bucket, ...gauges };
    });
  }
}

const zeroes = () => Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as CounterValues;

/** Park and Miller's generator: operations that look random and are the same with every run. */
function sequence(state: number): (below: number) => number {
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

it('a statement is what exact arithmetic makes of the recorded operations, over periods, quotas and a lost Redis', async () => {
  const tenant = `oracle-${randomBytes(5).toString('hex')}` as TenantId;
  const state = metaKey('state', tenant);
  const scripts = new ScriptRunner(client);
  const next = sequence(20_261_121);
  const oracle = new Oracle();
  const counting = new Counting(tenant);
  const sink = postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl });
  const createdAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 1_000);
  await test.database.asAdmin('system:test', async (tx) => {
    await tx.tenant.create({ data: { tenantId: tenant, name: tenant, plan: 'Plan', createdAt } });
    const quotaResetAt = new Date(Date.now() + 3_600_000);
    await tx.tenantQuota.create({ data: { tenantId: tenant, quotaMb: 1, createdAt, quotaResetAt } });
  });

  let limits: Limits = limitsOf({ quotaBytes: 1_024 * KIB, overageAllowed: true, overageLimitBytes: 512 * KIB });
  const record = async () => {
    const account = await client.hgetBuffer(state, 'a');
    assert.ok(account);
    oracle.saw(account.readUIntBE(0, 6), account.readUIntBE(STAMP, 6), limits.quotaBytes);
  };
  const settle = async () => {
    const { quotaBytes, hardLimitBytes, policy, enforcement } = limits;
    const reply = await scripts.run('settle', [state], [64, quotaBytes, hardLimitBytes, policy, enforcement]);
    const outcome = settleOutcome(reply);
    const atMs = Number(reply[AT_MS]);
    oracle.saw(outcome.usedBytes, atMs, quotaBytes);
    return { tenantId: tenant, atMs, usedBytes: outcome.usedBytes, meters: outcome.meters };
  };
  const write = async (bytes: number, ttlMs: number) => {
    const body = { payload: Buffer.alloc(bytes), ttlMs, graceMs: 0 };
    await real.store.write(tenant, entryId('r', `k${next(KEYS)}`), body, limits);
    await record();
  };
  const readings: Awaited<ReturnType<typeof settle>>[] = [];
  let evicted = 0;
  const work = async (quotaKib: number) => {
    for (let step = 0; step < STEPS; step++) {
      const before = (await client.hgetBuffer(state, 'a'))?.readUIntBE(0, 6) ?? 0;
      const kind = next(10);
      if (kind < 7) await write(next(60) * KIB, next(4) === 0 ? 500 : 60_000);
      else if (kind === 7) {
        await real.store.delete(tenant, entryId('r', `k${next(KEYS)}`));
        await record();
      } else if (kind === 8) await settle();
      else {
        const quotaBytes = (quotaKib + next(4) * 128) * KIB;
        limits = limitsOf({ quotaBytes, overageAllowed: true, overageLimitBytes: 512 * KIB });
        await settle();
      }
      if (kind < 7 && ((await client.hgetBuffer(state, 'a'))?.readUIntBE(0, 6) ?? 0) <= before) evicted++;
      counting.add(next(2) === 0 ? 'p1' : 'p2', next(50), next(100_000));
      if (step % 50 === 20) readings.push(await settle());
      await delay(step % 60 === 30 ? 150 : next(5));
    }
    // What has a short life is waited for: what it holds is paid for until it is given back.
    await write(30 * KIB, 500);
    const held = (await client.hgetBuffer(state, 'a'))?.readUIntBE(0, 6) ?? 0;
    while ((await settle()).usedBytes >= held) await delay(50);
  };
  /** As leaders do that both believe they lead: the readings of before again, each by both, in any order. */
  const keep = async () => {
    readings.push(await settle());
    await Promise.all(
      leaders.map((leader, index) => leader.keepMeters(index === 0 ? readings : [...readings].reverse())),
    );
    return readings.at(-1)?.atMs ?? 0;
  };
  const closeAt = async (endMs: number): Promise<Statement> => {
    const parts = counting.parts();
    await Promise.all([sink.merge(parts), sink.merge([...parts].reverse())]);
    await test.database.asAdmin('system:test', (tx) =>
      tx.tenantQuota.update({ where: { tenantId: tenant }, data: { quotaResetAt: new Date(endMs) } }),
    );
    const closed = await Promise.all(leaders.map((leader) => leader.closePeriods(Date.now(), 10)));
    const [statement] = closed.flat();
    assert.ok(statement && closed.flat().length === 1);
    return statement;
  };

  await work(768);
  const first = await closeAt(await keep());
  const firstTruth = { ...oracle.takePeriod(), requests: counting.requests, bytesServed: counting.bytesServed };
  const boundary = Date.now() + BUCKET_MS;
  while (Date.now() < boundary) await delay(BUCKET_MS / 4);

  await work(1_024);
  readings.push(await settle());
  await client.del(state, ...['lru', 'exp', 'tags', 'freq'].map((part) => metaKey(part as 'lru', tenant)));
  oracle.lost();
  await work(2_048);
  const second = await closeAt(await keep());
  const secondTruth = {
    ...oracle.takePeriod(),
    requests: counting.requests - firstTruth.requests,
    bytesServed: counting.bytesServed - firstTruth.bytesServed,
  };

  assert.ok(evicted > 20, 'evictions and overwrites were recorded');
  for (const [statement, truth] of [
    [first, firstTruth],
    [second, secondTruth],
  ] as const) {
    const errors = [off(statement.byteMs, truth.byteMs), off(statement.overageByteMs, truth.overageByteMs)];
    // 0.1 % is promised; what the scripts add up as doubles is exact for these sizes.
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-9);
    assert.ok(truth.overageByteMs * 100n > truth.byteMs, 'the quota was exceeded');
    expect(statement).toMatchObject({
      peakBytes: truth.peakBytes,
      requests: truth.requests,
      bytesServed: truth.bytesServed,
    });
    expect(mbHours(statement.byteMs)).toBe(mbHours(Number(truth.byteMs)));
    expect(Number(statement.bill?.total)).toBeGreaterThan(10);
    expect(verifyStatement(statement)).toEqual([]);
    if (process.env.ORACLE_REPORT) {
      process.stdout.write(
        `${JSON.stringify({ errors, mb: mbHours(statement.byteMs), over: mbHours(statement.overageByteMs), evicted, total: statement.bill?.total })}\n`,
      );
    }
  }
  await real.store.clear(tenant);
  await sink.close();
}, 300_000);

function off(stated: number, truth: bigint): number {
  return Math.abs(stated - Number(truth)) / Number(truth);
}
