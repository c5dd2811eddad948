import assert from 'node:assert/strict';
import {
  body,
  id,
  LEASE_MS,
  newTenant,
  present,
  type SharedStoreUnderTest,
  settleAll,
  sizeOf,
  theme,
} from './contract-desk.js';
import type { TestKit } from './test-kit.js';

/** Keeps the lease's own form: what differs is what only its holder knows. */
function forged(token: string): string {
  return (token[0] === 'a' ? 'b' : 'a') + token.slice(1);
}

export function leaseContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  const ask = (seenSequence = 0) => ({ seenSequence, ttlMs: LEASE_MS });

  theme(kit, 'leases', open, (test) => {
    test('one asker of many in all processes is granted, the others hear how long it may take', async (under) => {
      const { store, other, tenant } = under;
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => (n % 2 ? store : other).lease(tenant, id('k1'), ask())),
      );
      const kinds = answers.map(({ kind }) => kind).sort();
      assert.deepEqual(kinds, ['granted', ...Array.from({ length: 39 }, () => 'held')]);
      for (const answer of answers) {
        if (answer.kind === 'held') assert.ok(answer.remainingMs > 0 && answer.remainingMs <= LEASE_MS);
      }
    });

    test('tokens have 128 bits and never repeat; sequences grow', async ({ grant, put }) => {
      const { sequence } = await put('k0', 1);
      const leases = [];
      for (const key of ['k1', 'k2', 'k3']) leases.push(await grant(key));
      assert.equal(new Set(leases.map(({ token }) => token)).size, 3);
      for (const { token } of leases) assert.ok(token.length >= 22);
      const sequences = [sequence, ...leases.map((lease) => lease.sequence), (await put('k4', 1)).sequence];
      assert.deepEqual(
        sequences,
        [...new Set(sequences)].sort((a, b) => a - b),
      );
    });

    test('a write under a lease gets the lease’s sequence, and ends it', async ({
      store,
      other,
      tenant,
      grant,
      put,
    }) => {
      const lease = await grant('k1');
      await put('k2', 1);
      const outcome = await put('k1', 5, { lease, graceMs: 9_000, tags: ['t'], loadMs: 3 });
      assert.deepEqual([outcome.status, outcome.sequence, outcome.entries], ['stored', lease.sequence, 2]);
      const entry = await other.get(tenant, id('k1'));
      assert.deepEqual(
        [entry?.sequence, entry?.payload.length, entry?.graceMs, entry?.tags, entry?.loadMs],
        [lease.sequence, 5, 9_000, ['t'], 3],
      );
      assert.equal((await put('k1', 6, { lease })).status, 'void');
      assert.equal((await store.get(tenant, id('k1')))?.payload.length, 5);
      assert.equal((await other.lease(tenant, id('k1'), ask(lease.sequence))).kind, 'granted');
    });

    test('who has not seen the visible entry hears that it changed, before whether a lease is held', async (under) => {
      const { store, tenant, put, grant, age } = under;
      const first = await put('k1', 1, { ttlMs: 10_000 });
      const kinds = async (...seen: number[]) =>
        Promise.all(seen.map(async (sequence) => (await store.lease(tenant, id('k1'), ask(sequence))).kind));
      assert.deepEqual(await kinds(0, first.sequence - 1, first.sequence + 1), ['changed', 'changed', 'changed']);
      await grant('k1', { seenSequence: first.sequence });
      assert.deepEqual(await kinds(0, first.sequence), ['changed', 'held']);
      await age(tenant, 20);
      assert.deepEqual(await kinds(first.sequence, 0), ['changed', 'held']);
    });

    test('a hidden entry is seen by nobody: who read nothing is granted', async ({ store, tenant, put, grant }) => {
      const { sequence } = await put('k1', 1, { tags: ['a'] });
      await store.invalidate(tenant, [{ tag: 'a' }]);
      assert.equal((await store.lease(tenant, id('k1'), ask(sequence))).kind, 'changed');
      await grant('k1');
      await put('k2', 1);
      await store.clear(tenant);
      await grant('k2');
    });

    test('a key too long to be stored as it is, is leased like the others', async ({ store, tenant, put, grant }) => {
      const long = 'x'.repeat(300);
      const { sequence } = await put(long, 1);
      assert.equal((await store.lease(tenant, id(long), ask())).kind, 'changed');
      await store.invalidate(tenant, [{ resource: 'q', prefix: '' }, { tag: 'a' }]);
      assert.equal((await store.lease(tenant, id(long), ask())).kind, 'changed');
      const lease = await grant(long, { seenSequence: sequence });
      assert.equal((await put(long, 2, { lease })).sequence, lease.sequence);
      // Whether this prefix covers the entry a store may not be able to tell; who saw the entry is not held up by that.
      await store.invalidate(tenant, [{ resource: 'r', prefix: 'y' }]);
      await grant(long, { seenSequence: (await store.get(tenant, id(long)))?.sequence ?? 0 });
    });

    test('an entry in its grace is one that can be seen', async ({ store, tenant, put, grant, age }) => {
      const { sequence } = await put('k1', 1, { ttlMs: 10_000, graceMs: 60_000 });
      await age(tenant, 20);
      assert.equal((await store.lease(tenant, id('k1'), ask())).kind, 'changed');
      const lease = await grant('k1', { seenSequence: sequence });
      assert.equal((await put('k1', 2, { lease })).status, 'stored');
    });

    test('seizing takes the lease from whoever holds it, whatever is stored', async ({ tenant, put, grant, other }) => {
      await put('k1', 1);
      const { sequence } = await put('k1', 2);
      const held = await grant('k1', { seenSequence: sequence });
      const answer = await other.lease(tenant, id('k1'), { ...ask(), seize: true });
      assert.ok(answer.kind === 'granted' && answer.lease.sequence > held.sequence);
      assert.equal((await put('k1', 3, { lease: held })).status, 'void');
      assert.equal((await put('k1', 4, { lease: answer.lease })).status, 'stored');
    });

    test('past its time a lease is void, and the next asker is granted', async ({ store, tenant, put, grant, age }) => {
      const lease = await grant('k1', { ttlMs: 10_000 });
      // A longer one of another entry has nothing to do with it.
      await grant('k2');
      await age(tenant, 20);
      assert.equal(await store.renew(tenant, id('k1'), lease, LEASE_MS), false);
      assert.equal((await put('k1', 1, { lease })).status, 'void');
      const next = await grant('k1', { ttlMs: 10_000 });
      assert.equal((await put('k1', 2, { lease })).status, 'void');
      assert.equal((await put('k1', 3, { lease: next })).status, 'stored');
    });

    test('a renewed lease stands for the time given last', async ({ store, other, tenant, put, grant, age }) => {
      const lease = await grant('k1', { ttlMs: 10_000 });
      for (let round = 0; round < 3; round++) {
        assert.equal(await other.renew(tenant, id('k1'), lease, 30_000), true);
        await age(tenant, 20);
      }
      assert.equal((await store.lease(tenant, id('k1'), ask())).kind, 'held');
      assert.equal((await put('k1', 1, { lease })).status, 'stored');
      assert.equal(await store.renew(tenant, id('k1'), lease, 30_000), false);
    });

    test('a released lease is granted to the next asker at once', async ({ store, other, tenant, put, grant }) => {
      const lease = await grant('k1');
      await store.release(tenant, id('k1'), lease);
      assert.equal((await put('k1', 1, { lease })).status, 'void');
      assert.equal((await other.lease(tenant, id('k1'), ask())).kind, 'granted');
      await store.release(tenant, id('k1'), lease);
      assert.equal((await other.lease(tenant, id('k1'), ask())).kind, 'held');
      await store.release(tenant, id('none'), lease);
    });

    test('a token that is not the holder’s does nothing, for another entry and tenant nothing either', async (under) => {
      const { store, tenant, put, grant, limits } = under;
      const lease = await grant('k1');
      const neighbour = newTenant();
      await store.lease(tenant, id('k2'), ask());
      await store.lease(neighbour, id('k1'), ask());
      for (const token of [forged(lease.token), '', `${lease.token}0`, lease.token.slice(1)]) {
        const theft = { ...lease, token };
        await store.release(tenant, id('k1'), theft);
        assert.equal(await store.renew(tenant, id('k1'), theft, 1), false);
        assert.equal((await put('k1', 1, { lease: theft })).status, 'void');
      }
      assert.equal((await put('k2', 1, { lease })).status, 'void');
      assert.equal((await store.write(neighbour, id('k1'), body(1), limits(), lease)).status, 'void');
      assert.equal(await store.get(neighbour, id('k1')), undefined);
      assert.equal((await store.lease(tenant, id('k1'), ask())).kind, 'held');
      assert.equal((await put('k1', 1, { lease })).status, 'stored');
    });

    test('the sequence of a lease is the one granted, whatever its holder says it is', async (under) => {
      const { store, tenant, put, grant } = under;
      const lease = await grant('k1');
      const later = { ...lease, sequence: lease.sequence + 1_000 };
      await store.invalidate(tenant, [{ tag: 'a' }]);
      assert.equal((await put('k1', 1, { lease: later, tags: ['a'] })).status, 'void');
      const again = await grant('k1');
      const outcome = await put('k1', 1, { lease: { ...again, sequence: again.sequence + 1_000 } });
      assert.ok(outcome.status === 'void' || outcome.sequence === again.sequence);
    });

    test('a write that the quota refuses ends its lease as well', async ({ store, tenant, put, grant, limits }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100), policy: 'reject' });
      await put('k0', 200, { limits: quota });
      for (const [bytes, status] of [
        [100, 'full'],
        [1_000, 'too-large'],
        [8 * 1024 * 1024, 'too-large'],
      ] as const) {
        const lease = await grant('k1');
        assert.equal((await put('k1', bytes, { limits: quota, lease })).status, status);
        assert.equal(await store.renew(tenant, id('k1'), lease, 1_000), false);
      }
      await grant('k1');
    });

    test('a void write changes nothing: it neither evicts nor counts', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 3 * sizeOf(100) });
      for (const key of ['k0', 'k1', 'k2']) await put(key, 100, { limits: quota });
      const outcome = await put('k1', 300, { limits: quota, lease: { token: 'a'.repeat(32), sequence: 9 } });
      assert.deepEqual(
        [outcome.status, outcome.sequence, outcome.evictedEntries, outcome.usedBytes, outcome.entries],
        ['void', 0, 0, 3 * sizeOf(100), 3],
      );
      assert.deepEqual(await present(store, tenant, 3), [0, 1, 2]);
      assert.equal((await store.get(tenant, id('k1')))?.payload.length, 100);
    });

    test('a lease counts no bytes, survives settling, and makes room like a plain write', async (under) => {
      const { store, tenant, put, grant, limits } = under;
      const quota = limits({ quotaBytes: 2 * sizeOf(100) });
      const lease = await grant('k9');
      const { usedBytes, entries } = await settleAll(store, tenant, quota);
      assert.deepEqual([usedBytes, entries], [0, 0]);
      for (const key of ['k0', 'k1']) await put(key, 100, { limits: quota });
      assert.equal((await put('k9', 100, { limits: quota, lease })).evictedEntries, 2);
    });

    test('lru: an entry counts as used when it is written, not when its lease was granted', async (under) => {
      const { store, tenant, put, grant, limits } = under;
      const quota = limits({ quotaBytes: 3 * sizeOf(100) });
      const lease = await grant('k2');
      for (const key of ['k0', 'k1']) await put(key, 100, { limits: quota });
      await put('k2', 100, { limits: quota, lease });
      assert.equal((await put('k3', 100, { limits: quota })).evictedEntries, 2);
      assert.deepEqual(await present(store, tenant, 4), [2, 3]);
    });

    test('writes of one tick, with and without leases, each get their own answer', async (under) => {
      const { store, tenant, put, grant } = under;
      const leases = await Promise.all(Array.from({ length: 20 }, (_, n) => grant(`a${n}`)));
      await store.invalidate(tenant, [{ tag: 'a' }]);
      const outcomes = await Promise.all(
        leases.flatMap((lease, n) => [
          put(`a${n}`, n, { lease, tags: n % 2 ? ['a'] : ['b'] }),
          put(`b${n}`, n, { tags: ['a'] }),
        ]),
      );
      const expected = leases.flatMap((_, n) => [n % 2 ? 'void' : 'stored', 'stored']);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        expected,
      );
    });
  });
}
