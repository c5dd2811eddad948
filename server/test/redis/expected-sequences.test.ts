import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { SequenceClock } from '../../src/l2/sequence-clock.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const HOUR_MS = 3_600_000;
const limits = limitsOf({ quotaBytes: 1e9 });
const body = { payload: Buffer.from('value'), ttlMs: HOUR_MS, graceMs: 0 };
const id = entryId('r', 'k');

/** Writers guess the sequence and time of what they write; Redis takes no guess that could hide or lift anything. */
describe('what a writer expects of sequence and time', () => {
  let client: Redis;
  let tenant: TenantId;

  const serverMs = async () => {
    const [s, us] = (await client.time()) as unknown as [string, string];
    return Number(s) * 1_000 + Number(us) / 1_000;
  };

  beforeEach(async () => {
    client = new Redis(testRedisUrl());
    tenant = tenantId(`expect-${randomUUID()}`);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await client.quit();
  });

  it.each([
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
    ['ahead of what 48 bits of sequences reach', 40 * 365 * 24 * HOUR_MS],
  ])('a clock %s changes neither', async (_what, byMs) => {
    const sound = redisStore();
    await sound.store.ready();
    const first = await sound.store.write(tenant, id, body, limits);
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
    const wrong = redisStore();
    await wrong.store.ready();
    // The second write knows better, by the answer to the first.
    for (let n = 0, last = first.sequence; n < 2; n++) {
      const { sequence } = await wrong.store.write(tenant, id, body, limits);
      const entry = await sound.store.get(tenant, id);
      assert.equal(entry?.sequence, sequence);
      assert.ok(sequence > last && sequence - last < 256 * 60_000, `${sequence - last} further`);
      assert.ok(Math.abs((entry?.createdAtMs ?? 0) - (await serverMs())) < 10_000);
      last = sequence;
    }
    jest.restoreAllMocks();
    assert.ok((await sound.store.write(tenant, id, body, limits)).sequence > first.sequence);
    await sound.store.clear(tenant);
    assert.equal((await sound.store.write(tenant, id, body, limits)).status, 'stored');
    assert.ok(await sound.store.get(tenant, id), 'a clear is not older than what comes after it');
    await Promise.all([sound.close(), wrong.close()]);
  });

  it('nor does a clock an hour ahead change when an entry was made that is stored under a lease', async () => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + HOUR_MS);
    const { store, close } = redisStore();
    await store.ready();
    const answer = await store.lease(tenant, id, { seenSequence: 0, ttlMs: 60_000 });
    assert.ok(answer.kind === 'granted');
    const { sequence } = await store.write(tenant, id, body, limits, answer.lease);
    const entry = await store.get(tenant, id);
    assert.deepEqual([sequence, entry?.sequence], [answer.lease.sequence, answer.lease.sequence]);
    assert.ok(Math.abs((entry?.createdAtMs ?? 0) - (await serverMs())) < 10_000);
    await close();
  });

  it('nor a count that ran away, which would use up all sequences that there are', async () => {
    const { store, close } = redisStore();
    await store.ready();
    const first = await store.write(tenant, id, body, limits);
    const runaway = jest.spyOn(SequenceClock.prototype, 'next').mockReturnValue(2 ** 47);
    const { sequence } = await store.write(tenant, id, body, limits);
    runaway.mockRestore();
    assert.ok(sequence > first.sequence && sequence - first.sequence < 256 * 60_000);
    assert.equal((await store.get(tenant, id))?.sequence, sequence);
    await close();
  });

  it('two writers of one tenant: every entry has the sequence that its writer was told, and none has two', async () => {
    const stores = [redisStore(), redisStore()];
    await Promise.all(stores.map(({ store }) => store.ready()));
    const told = new Map<string, number>();
    await Promise.all(
      stores.flatMap(({ store }, writer) =>
        Array.from({ length: 20 }, async (_, worker) => {
          for (let n = 0; n < 10; n++) {
            const key = `${writer}-${worker}-${n}`;
            const payload = Buffer.alloc(n % 2 ? 3_000 : 30);
            told.set(key, (await store.write(tenant, entryId('r', key), { ...body, payload }, limits)).sequence);
          }
        }),
      ),
    );
    const ids = Array.from(told.keys(), (key) => entryId('r', key));
    const found = await (stores[0] as (typeof stores)[0]).store.getMany(tenant, ids);
    assert.deepEqual(
      found.map((entry) => entry?.sequence),
      [...told.values()],
    );
    assert.equal(new Set(told.values()).size, 400);
    await Promise.all(stores.map(({ close }) => close()));
  });
});
