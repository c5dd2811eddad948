import assert from 'node:assert/strict';
import type { Lease } from '../core/contracts.js';
import { entryId } from '../core/resource.js';
import { type Desk, id, LEASE_MS, newTenant, type SharedStoreUnderTest, settleAll, theme } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

type Between = readonly [what: string, act: (desk: Desk, lease: Lease) => Promise<unknown>];

/** What is loaded: the entry `r:key1` with the tags `a` and `b`; an older one, tagged `old`, may be there. */
const KEY = 'key1';
const LOADED = { tags: ['a', 'b'] };

const VOIDING: readonly Between[] = [
  ['a plain write', ({ put }) => put(KEY, 7)],
  ['a delete', ({ store, tenant }) => store.delete(tenant, id(KEY))],
  ['a clear', ({ store, tenant }) => store.clear(tenant)],
  ['a clear by another process', ({ other, tenant }) => other.clear(tenant)],
  ['a covering tag', ({ store, tenant }) => store.invalidate(tenant, [{ tag: 'b' }])],
  ['a covering tag by another process', ({ other, tenant }) => other.invalidate(tenant, [{ tag: 'a' }])],
  ['a covering resource', ({ store, tenant }) => store.invalidate(tenant, [{ resource: 'r', prefix: '' }])],
  ['a covering prefix', ({ store, tenant }) => store.invalidate(tenant, [{ resource: 'r', prefix: 'key' }])],
  ['its whole key as a prefix', ({ store, tenant }) => store.invalidate(tenant, [{ resource: 'r', prefix: KEY }])],
  [
    'one covering scope of many',
    ({ store, tenant }) => store.invalidate(tenant, [{ tag: 'x' }, { resource: 'q', prefix: '' }, { tag: 'a' }]),
  ],
  [
    'a covering scope, and others after it',
    async ({ store, tenant }) => {
      for (const tag of ['a', 'x', 'y']) await store.invalidate(tenant, [{ tag }]);
    },
  ],
  [
    'more scopes than are remembered',
    async ({ store, tenant, limits }) => {
      await store.invalidate(tenant, [{ tag: 'a' }]);
      for (let n = 0; n < 5_000; n += 500) {
        await store.invalidate(
          tenant,
          Array.from({ length: 500 }, (_, m) => ({ tag: `t${n + m}` })),
        );
        await settleAll(store, tenant, limits());
      }
    },
  ],
  [
    'a covering scope long ago',
    async ({ store, tenant, limits, age }) => {
      await store.invalidate(tenant, [{ tag: 'a' }]);
      for (let minute = 0; minute < 3; minute++) {
        await settleAll(store, tenant, limits());
        await age(tenant, 61);
      }
      await store.invalidate(tenant, [{ tag: 'x' }]);
      await settleAll(store, tenant, limits());
    },
  ],
  [
    'the end of its time',
    async ({ grant, age, tenant }) => {
      await grant('key', { ttlMs: 2 * LEASE_MS });
      await age(tenant, LEASE_MS / 1_000 + 2);
    },
  ],
  ['its release', ({ store, tenant }, lease) => store.release(tenant, id(KEY), lease)],
  ['a seizure', ({ other, tenant }) => other.lease(tenant, id(KEY), { seenSequence: 0, ttlMs: LEASE_MS, seize: true })],
];

const HARMLESS: readonly Between[] = [
  ['nothing', async () => {}],
  ['a plain write of another entry', ({ put }) => put('key', 7, LOADED)],
  ['a delete of another entry', ({ store, tenant }) => store.delete(tenant, id('key'))],
  ['a lease of another entry and its write', async ({ put, grant }) => put('key', 7, { lease: await grant('key') })],
  ['a clear of another tenant', ({ store }) => store.clear(newTenant())],
  ['another tag', ({ store, tenant }) => store.invalidate(tenant, [{ tag: 'ab' }, { tag: 'A' }])],
  ['a tag of the entry that is replaced', ({ store, tenant }) => store.invalidate(tenant, [{ tag: 'old' }])],
  [
    'another resource',
    ({ store, tenant }) =>
      store.invalidate(tenant, [
        { resource: 'rr', prefix: '' },
        { resource: 'R', prefix: 'k' },
      ]),
  ],
  [
    'another prefix',
    ({ store, tenant }) =>
      store.invalidate(tenant, [
        { resource: 'r', prefix: 'Key' },
        { resource: 'r', prefix: 'key10' },
        { resource: 'r', prefix: 'ey1' },
      ]),
  ],
  ['the same scope for another tenant', ({ store }) => store.invalidate(newTenant(), [{ tag: 'a' }])],
  ['settling', ({ store, tenant, limits }) => settleAll(store, tenant, limits())],
  [
    'a touch',
    async ({ store, tenant, touched }) => {
      store.touch(tenant, id(KEY));
      await touched();
    },
  ],
  ['a renewal', ({ store, tenant }, lease) => store.renew(tenant, id(KEY), lease, LEASE_MS)],
  [
    'another asker',
    ({ other, tenant }, lease) => other.lease(tenant, id(KEY), { seenSequence: lease.sequence, ttlMs: 1 }),
  ],
];

/** What may and what may not come between a lease and the write under it. */
export function leaseVoidContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  const look = async ({ store, tenant }: Desk) => {
    const found = await store.getMany(tenant, [id(KEY), id('key'), entryId('q', 'k')]);
    return found.map((entry) => entry?.sequence);
  };
  const count = async ({ store, tenant, limits }: Desk) => {
    const { usedBytes, entries } = await settleAll(store, tenant, limits());
    return { usedBytes, entries };
  };

  theme(kit, 'between a lease and its write', open, (test) => {
    for (const replaces of [false, true]) {
      const lend = async ({ put, grant }: Desk) => {
        const seenSequence = replaces ? (await put(KEY, 3, { tags: ['old'] })).sequence : 0;
        return grant(KEY, { seenSequence });
      };
      const over = replaces ? 'over an older entry' : 'of a new entry';
      for (const [what, act] of VOIDING) {
        test(`${what} voids the write ${over}, which changes nothing`, async (desk) => {
          const lease = await lend(desk);
          await act(desk, lease);
          const before = await look(desk);
          // Settling may drop what is void already, so half of the cases go without.
          const used = replaces ? await count(desk) : undefined;
          const outcome = await desk.put(KEY, 50, { ...LOADED, lease });
          assert.deepEqual([outcome.status, outcome.sequence, outcome.evictedEntries], ['void', 0, 0]);
          assert.deepEqual(await look(desk), before);
          const after = await count(desk);
          if (used) assert.deepEqual(after, used);
          assert.equal(after.entries, before.filter(Boolean).length);
        });
      }
      for (const [what, act] of HARMLESS) {
        test(`${what} does not void the write ${over}`, async (desk) => {
          const lease = await lend(desk);
          await act(desk, lease);
          const outcome = await desk.put(KEY, 50, { ...LOADED, lease });
          assert.deepEqual([outcome.status, outcome.sequence], ['stored', lease.sequence]);
          const entry = await desk.other.get(desk.tenant, id(KEY));
          assert.deepEqual([entry?.sequence, entry?.payload.length, entry?.tags], [lease.sequence, 50, LOADED.tags]);
        });
      }
    }

    for (const [what, act] of VOIDING.filter(([what]) => /clear|delete|resource|prefix|plain/.test(what))) {
      test(`after ${what} the lease holds nobody up and cannot be renewed`, async (desk) => {
        const { store, other, tenant, grant } = desk;
        const lease = await grant(KEY);
        await act(desk, lease);
        assert.equal(await store.renew(tenant, id(KEY), lease, LEASE_MS), false);
        const seenSequence = (await store.get(tenant, id(KEY)))?.sequence ?? 0;
        const answer = await other.lease(tenant, id(KEY), { seenSequence, ttlMs: LEASE_MS });
        assert.equal(answer.kind, 'granted');
      });
    }

    test('an entry written under a lease is hidden by what comes after it', async (desk) => {
      const { store, other, tenant, grant, put, limits } = desk;
      for (const scope of [{ tag: 'b' }, { resource: 'r', prefix: 'k' }]) {
        const lease = await grant(KEY);
        await put('key2', 1);
        assert.equal((await put(KEY, 1, { ...LOADED, lease })).status, 'stored');
        await other.invalidate(tenant, [scope]);
        assert.equal(await store.get(tenant, id(KEY)), undefined);
        await settleAll(store, tenant, limits());
      }
      await put(KEY, 1, { lease: await grant(KEY) });
      await store.clear(tenant);
      assert.equal(await other.get(tenant, id(KEY)), undefined);
      assert.equal((await settleAll(store, tenant, limits())).usedBytes, 0);
    });

    test('a lease granted after an invalidation is not concerned by it', async ({ store, tenant, grant, put }) => {
      await store.invalidate(tenant, [{ tag: 'a' }, { resource: 'r', prefix: '' }]);
      await store.clear(tenant);
      await store.invalidate(tenant, [{ tag: 'b' }]);
      assert.equal((await put(KEY, 1, { ...LOADED, lease: await grant(KEY) })).status, 'stored');
      assert.ok(await store.get(tenant, id(KEY)));
    });
  });
}
