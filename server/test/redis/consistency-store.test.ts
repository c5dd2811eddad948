import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkConsistency } from '../../src/cache/consistency-check.js';
import type { SharedStore, StoredEntry } from '../../src/core/contracts.js';
import { limitsOf } from '../../src/core/quota.js';
import { type EntryId, entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { createMemoryStore } from '../../src/testing/memory-shared-store.js';
import { redisStore } from '../fakes/redis-store.js';

const LIMITS = limitsOf({ quotaBytes: 10_000_000 });

/** One store of each kind: what is drawn and compared must not depend on it. */
describe.each([
  ['Redis', () => redisStore()],
  ['memory', () => ({ ...createMemoryStore(), close: async () => {} })],
])('a consistency check on %s', (kind, open) => {
  let store: SharedStore;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ store, close } = open());
    await store.ready();
  });

  afterAll(() => close());

  function world() {
    const tenant = tenantId(randomUUID());
    const put = (resource: string, key: string, value: unknown) =>
      store.write(
        tenant,
        entryId(resource, key),
        { payload: Buffer.from(JSON.stringify(value)), ttlMs: 60_000, graceMs: 0 },
        LIMITS,
      );
    const parts = {
      tenant,
      store,
      decode: (_: EntryId, { payload }: StoredEntry) => JSON.parse(payload.toString()),
      roundTrip: (value: unknown) => value,
      remove: (key: string) => store.delete(tenant, entryId('r', key)),
      reload: async (key: string, load: () => unknown) => void (await put('r', key, await load())),
    };
    const check = (load: (key: string) => unknown, repair: false | 'invalidate' | 'refresh' = false) =>
      checkConsistency(parts, { tenantId: tenant, resource: 'r', load, repair, confirmAfter: 0, sample: 1_000 });
    return { tenant, put, check };
  }

  it('draws each entry of the resource once, and none of another resource or tenant', async () => {
    const { tenant, put } = world();
    const other = world();
    const mine = Array.from({ length: 40 }, (_, n) => `r:k${n}`);
    await Promise.all(
      mine.flatMap((_, n) => [put('r', `k${n}`, n), put('r2', `k${n}`, n), other.put('r', `x${n}`, n)]),
    );
    const all = await store.sample(tenant, 'r', 1_000);
    expect([...all.ids].sort()).toEqual([...mine].sort());
    const some = await store.sample(tenant, 'r', 10);
    expect([new Set(some.ids).size, some.ids.every((id) => mine.includes(id))]).toEqual([10, true]);
    expect(await store.sample(tenantId(randomUUID()), 'r', 10)).toEqual({ ids: [], unnamed: 0 });
  });

  it('finds exactly what was changed past the cache, repairs it, and is content afterwards', async () => {
    const { put, check } = world();
    const source = new Map(Array.from({ length: 50 }, (_, n) => [`k${n}`, { n }]));
    await Promise.all([...source].map(([key, value]) => put('r', key, value)));
    source.set('k7', { n: -7 }).set('k8', { n: -8 }).delete('k9');
    const load = (key: string) => source.get(key);
    const found = await check(load);
    expect(found).toMatchObject({ sampled: 50, equal: 47, different: 2, missingInSource: 1, repaired: 0 });
    expect([...found.inconsistentKeys].sort()).toEqual(['k7', 'k8', 'k9']);
    expect(await check(load, 'refresh')).toMatchObject({ different: 2, missingInSource: 1, repaired: 3 });
    expect(await check(load)).toMatchObject({ equal: 49, different: 0, missingInSource: 0 });
  });

  it('takes no write, delete or clear in between for an inconsistency', async () => {
    const { tenant, put, check } = world();
    for (const key of ['written', 'deleted', 'cleared']) {
      await put('r', key, 1);
      const load = async () => {
        if (key === 'written') await put('r', key, 2);
        else if (key === 'deleted') await store.delete(tenant, entryId('r', key));
        else await store.clear(tenant);
        return 2;
      };
      expect(await check(load, 'invalidate')).toMatchObject({ changedMeanwhile: 1, different: 0, repaired: 0 });
      await store.clear(tenant);
    }
  });

  it('counts what it cannot name', async () => {
    const { put, check } = world();
    await put('r', 'x'.repeat(500), 1);
    const report = await check(() => 1);
    expect(report).toMatchObject(kind === 'Redis' ? { sampled: 1, skippedUnnamed: 1 } : { sampled: 1, equal: 1 });
  });
});
