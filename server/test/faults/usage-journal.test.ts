import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { newTenant } from '../../src/testing/contract-desk.js';
import { usagePart } from '../../src/testing/usage-journal-contract.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';

const DEADLINE_MS = 1_000;
const LIMITS = limitsOf({ quotaBytes: 1e6 });

describe('the journal of usage when the server fails', () => {
  let redis: RedisProcess;
  let client: Redis;
  let made: ReturnType<typeof redisStore>;
  beforeEach(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    await until(() => client.status === 'ready');
    made = redisStore({ redis: { url: redis.url }, deadlineMs: DEADLINE_MS, breaker: { failures: 2 } });
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
    const { usageJournal: journal } = made;
    const own = parts(1);
    await journal.put(own);
    redis.pause();
    for (let n = 0; n < 3; n++) {
      // The connection itself is given up after five seconds.
      await assert.rejects(journal.put(own), { code: 'STORE_UNAVAILABLE', message: /no answer within 1000 ms/ });
    }
    // Two failures of requests would have opened the breaker.
    assert.deepEqual(
      made.events.filter(({ type }) => type === 'breaker'),
      [],
    );
    redis.resume();
    await until(() =>
      journal.put(own).then(
        () => true,
        () => false,
      ),
    );
    assert.equal(await kept(own), own.length);
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
    await made.store.ready();
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
