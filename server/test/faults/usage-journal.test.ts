import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { TenantCounters } from '../../src/core/counters.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { UsageJournal } from '../../src/core/usage-journal.js';
import { newTenant } from '../../src/testing/contract-desk.js';
import { MemoryUsageSink } from '../../src/testing/memory-usage-sink.js';
import { usagePart } from '../../src/testing/usage-journal-contract.js';
import { UsageJournaller } from '../../src/usage/usage-journaller.js';
import { UsageLedger } from '../../src/usage/usage-ledger.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';

/** Of a server that is silent; three of them are less than what a connection is given up after. */
const DEADLINE_MS = 400;
const LIMITS = limitsOf({ quotaBytes: 1e6 });
const BUCKET_MS = 300_000;

/** What a process counts and journals, with a clock that the test moves. */
function counting(journal: UsageJournal) {
  let nowMs = Date.UTC(2026, 3, 1);
  const counters = new Map<TenantId, TenantCounters>();
  const ledger = new UsageLedger(randomUUID(), BUCKET_MS);
  const tenants = () => Array.from(counters, ([tenant, each]) => ({ tenant, counters: each }));
  const now = () => nowMs;
  return {
    journaller: new UsageJournaller({ journal, ledger, tenants, away: () => false, emit: () => {}, now }),
    pass: (ms: number) => {
      nowMs += ms;
    },
    count: (tenant: TenantId, requests: number) => {
      const own = counters.get(tenant) ?? Object.assign(new TenantCounters(), { sinceMs: nowMs });
      counters.set(tenant, own);
      own.requests += requests;
    },
    counted: (tenant: TenantId) => counters.get(tenant)?.requests,
    isSafe: (tenant: TenantId) => ledger.isSafe(tenant, counters.get(tenant) as TenantCounters, journal.incarnation()),
  };
}

/** Requests of each tenant as a collector merges them: of a process and day the greatest counts. */
async function collected(journal: UsageJournal, tenants: readonly TenantId[]): Promise<number[]> {
  const sink = new MemoryUsageSink();
  await sink.merge((await journal.read(tenants)).map(({ part }) => part));
  return tenants.map((tenant) => sink.day(tenant, '2026-04-01').requests);
}

describe('the journal of usage when the server fails', () => {
  let redis: RedisProcess;
  let client: Redis;
  let made: ReturnType<typeof redisStore>;
  beforeEach(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    await until(() => client.status === 'ready');
    // Its deadline is generous: the machine is shared.
    made = redisStore({ redis: { url: redis.url }, breaker: { failures: 2 } });
    await made.store.ready();
  });
  afterEach(async () => {
    await made.close();
    client.disconnect();
    await redis.kill();
  });

  const parts = (requests: number, count = 200, epoch = `${randomUUID()}.0`) =>
    Array.from({ length: count }, () => usagePart(newTenant(), epoch, 0, requests));
  const kept = async (of: readonly { tenantId: ReturnType<typeof newTenant> }[]) => {
    // Reads have a connection of their own, which may be back a moment later.
    await until(() => made.store.state() === 'up');
    return (await made.usageJournal.read(of.map(({ tenantId }) => tenantId))).length;
  };
  const ready = () =>
    made.store.ready().then(
      () => true,
      () => false,
    );
  const attempt = () =>
    made.usageJournal.put(parts(1, 1)).then(
      () => true,
      () => false,
    );

  it('killed and back empty: it says so before anything is kept there, and takes everything again', async () => {
    const { usageJournal: journal } = made;
    const own = parts(1);
    await journal.put(own);
    const before = journal.incarnation();
    await redis.kill();
    await assert.rejects(journal.put(own), { code: 'STORE_UNAVAILABLE' });
    await redis.start();
    // The first part that is kept again must find another incarnation, or the rest would count as kept.
    await until(attempt);
    assert.ok(journal.incarnation() > before);
    assert.equal(await kept(own), 0);
    await journal.put(own);
    assert.equal(await kept(own), own.length);
    // Those that were listed by the server before are listed again.
    for (const { tenantId } of own) assert.notEqual(await client.zscore('tenantcache:counted', tenantId), null);
  });

  it('silent (SIGSTOP): a put rejects within the deadline, reads that requests wait for lose nothing by it', async () => {
    await made.close();
    made = redisStore({ redis: { url: redis.url }, deadlineMs: DEADLINE_MS, breaker: { failures: 2 } });
    await until(ready);
    const { usageJournal: journal } = made;
    const own = parts(1);
    const put = () =>
      journal.put(own).then(
        () => true,
        () => false,
      );
    await until(put);
    made.events.length = 0;
    redis.pause();
    for (let n = 0; n < 3; n++) {
      // The connection itself is given up after five seconds.
      await assert.rejects(journal.put(own), { code: 'STORE_UNAVAILABLE', message: /no answer within 400 ms/ });
    }
    // Two failures of requests would have opened the breaker.
    assert.deepEqual(
      made.events.filter(({ type }) => type === 'breaker'),
      [],
    );
    redis.resume();
    await until(put);
    await until(async () => (await kept(own).catch(() => 0)) === own.length);
  });

  it('with an open breaker: parts are kept as soon as it answers, before the breaker closes', async () => {
    await made.close();
    made = redisStore({
      redis: { url: redis.url },
      deadlineMs: DEADLINE_MS,
      breaker: { failures: 1, halfOpenAfterMs: 60_000 },
      // Invalidations that cannot be sent keep a breaker open.
      beforeClose: () => Promise.resolve([new Error('not yet')]),
    });
    await until(ready);
    redis.pause();
    const tenant = newTenant();
    await until(() =>
      made.store.get(tenant, entryId('r', 'k')).then(
        () => false,
        () => made.events.some(({ type }) => type === 'breaker'),
      ),
    );
    redis.resume();
    await until(attempt);
    await assert.rejects(made.store.get(tenant, entryId('r', 'k')), { code: 'STORE_UNAVAILABLE' });
  });

  it('without its scripts (SCRIPT FLUSH), and with its connections cut (CLIENT KILL)', async () => {
    const { usageJournal: journal } = made;
    const own = parts(1);
    await journal.put(own);
    const before = journal.incarnation();
    await client.script('FLUSH');
    await journal.put(own);
    await journal.forget(await journal.read(own.slice(0, 50).map(({ tenantId }) => tenantId)));
    assert.equal(await kept(own), own.length - 50);
    assert.equal(journal.incarnation(), before);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await until(attempt);
    // Behind the same address there might be another server now.
    assert.ok(journal.incarnation() > before);
    assert.equal(await kept(own), own.length - 50);
  });

  it('emptied by FLUSHALL: the next part of a bucket that was there tells', async () => {
    const { usageJournal: journal } = made;
    const own = parts(1);
    await journal.put(own);
    const before = journal.incarnation();
    await client.flushall();
    await journal.put(own.slice(0, 1));
    assert.ok(journal.incarnation() > before);
    await journal.put(own);
    assert.equal(await kept(own), own.length);
    assert.equal((await journal.tenants(undefined, 1_000)).tenants.length >= own.length, true);
  });

  it('emptied by FLUSHALL as a bucket ends: what idle tenants counted is put again too, every mark is made again, sums are exact', async () => {
    const { usageJournal: journal } = made;
    const process = counting(journal);
    const [busy, idle] = [newTenant(), newTenant()];
    process.count(busy, 3);
    process.count(idle, 5);
    await process.journaller.tick();
    assert.equal(process.isSafe(idle), true);
    process.pass(BUCKET_MS);
    await process.journaller.tick();
    await client.flushall();
    await until(async () => {
      process.count(busy, 1);
      await process.journaller.tick();
      return (await client.hlen(`meta:{${idle}}:counters`)) > 0;
    });
    await process.journaller.tick();
    for (const tenant of [busy, idle]) {
      assert.notEqual(await client.zscore('tenantcache:counted', tenant), null);
      assert.equal(process.isSafe(tenant), true);
    }
    assert.deepEqual(await collected(journal, [busy, idle]), [process.counted(busy), 5]);
  });

  it('emptied by FLUSHALL while all are idle, twice, each time another process first: both tell of both', async () => {
    const other = redisStore({ redis: { url: redis.url } });
    await other.store.ready();
    const [near, far] = [counting(made.usageJournal), counting(other.usageJournal)];
    const [one, two] = [newTenant(), newTenant()];
    try {
      near.count(one, 1);
      far.count(two, 2);
      for (const order of [
        [near, far],
        [far, near],
      ]) {
        for (const { journaller } of order) await journaller.tick();
        await client.flushall();
        for (const { journaller } of order) {
          const before = await client.dbsize();
          // The sentinel, the list and the hash of the first; then the hash of the second.
          const missing = order[0]?.journaller === journaller ? 3 : 1;
          await until(async () => {
            await journaller.tick();
            return (await client.dbsize()) >= before + missing;
          });
        }
        assert.deepEqual(await collected(made.usageJournal, [one, two]), [1, 2]);
        assert.equal((await made.usageJournal.tenants(undefined, 1_000)).tenants.length, 2);
      }
    } finally {
      await other.close();
    }
  });

  it('emptied by FLUSHALL after a put that could not ask for the sentinel: its first answer counts as a loss', async () => {
    const { usageJournal: journal } = made;
    await client.acl('SETUSER', 'default', 'resetkeys', '~meta:*', '~tenant:*', '~tenantcache:counted');
    const own = parts(1, 2);
    await journal.put(own);
    const before = journal.incarnation();
    await client.flushall();
    await client.acl('SETUSER', 'default', 'allkeys');
    await until(() => journal.incarnation() > before);
  });

  it('full (maxmemory reached, noeviction): entries are refused, parts are kept and forgotten all the same', async () => {
    const { usageJournal: journal } = made;
    await client.config('SET', 'maxmemory', '1');
    const body = { payload: Buffer.alloc(1_000), ttlMs: 60_000, graceMs: 0 };
    await assert.rejects(made.store.write(newTenant(), entryId('r', 'k'), body, LIMITS));
    const own = parts(1);
    await journal.put(own);
    assert.equal(await kept(own), own.length);
    await journal.forget(await journal.read(own.map(({ tenantId }) => tenantId)));
    assert.equal(await kept(own), 0);
  });
});
