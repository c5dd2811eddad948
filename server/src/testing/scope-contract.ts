import assert from 'node:assert/strict';
import { entryId } from '../core/resource.js';
import { body, id, newTenant, type SharedStoreUnderTest, settleAll, sizeOf, theme, visible } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

export function scopeContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  theme(kit, 'scopes', open, (test) => {
    test('a tag hides its entries at once, in every process, and no others', async ({ store, other, tenant, put }) => {
      await put('k1', 1, { tags: ['a', 'b'] });
      await put('k2', 1, { tags: ['b'] });
      await put('k3', 1, { tags: ['ab', 'A', 'a '] });
      await put('k4', 1);
      await store.invalidate(tenant, [{ tag: 'a' }]);
      for (const each of [store, other]) {
        assert.deepEqual(await visible(each, tenant, ['k1', 'k2', 'k3', 'k4']), ['k2', 'k3', 'k4']);
        assert.equal(await each.get(tenant, id('k1')), undefined);
      }
      await other.invalidate(tenant, [{ tag: 'b' }, { tag: 'none' }]);
      assert.deepEqual(await visible(store, tenant, ['k1', 'k2', 'k3', 'k4']), ['k3', 'k4']);
    });

    test('a prefix hides the keys that begin so, character by character; the empty one the whole resource', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      const keys = ['a', 'a:1', 'a:2', 'ab', 'b', '*', 'a*', '[a]', 'a\\', 'ä', 'äb', '%', 'r:a', '\n'];
      const elsewhere = ['rr', 'r2', 'R', 'q'].map((resource) => entryId(resource, 'a:1'));
      for (const each of elsewhere) await store.write(tenant, each, body(1), limits());
      for (const [prefix, covered] of [
        ['a:', ['a:1', 'a:2']],
        ['*', ['*']],
        ['[a', ['[a]']],
        ['a\\', ['a\\']],
        ['ä', ['ä', 'äb']],
        ['r:', ['r:a']],
        ['A', []],
        ['a', ['a', 'a:1', 'a:2', 'ab', 'a*', 'a\\']],
        ['', keys],
      ] as const) {
        for (const key of keys) await put(key, 1);
        await store.invalidate(tenant, [{ resource: 'r', prefix }]);
        const left = keys.filter((key) => !(covered as readonly string[]).includes(key));
        assert.deepEqual(await visible(store, tenant, keys), left, `prefix ${prefix}`);
      }
      assert.equal((await store.getMany(tenant, elsewhere)).filter(Boolean).length, elsewhere.length);
      const { entries } = await settleAll(store, tenant, limits());
      assert.equal(entries, elsewhere.length);
    });

    test('what is written after an invalidation is visible, however often its scope was invalidated', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      for (let round = 0; round < 3; round++) {
        await put('k1', round, { tags: ['a'] });
        assert.equal((await store.get(tenant, id('k1')))?.payload.length, round);
        await store.invalidate(tenant, [{ tag: 'a' }, { resource: 'r', prefix: 'k' }]);
        assert.equal(await store.get(tenant, id('k1')), undefined);
      }
      await put('k1', 9, { tags: ['a'] });
      const { usedBytes } = await settleAll(store, tenant, limits());
      assert.equal(usedBytes, sizeOf(9 + 3));
      assert.ok(await store.get(tenant, id('k1')));
    });

    test('the tags of the last write count, not those that it replaced', async ({ store, tenant, put, limits }) => {
      await put('k1', 1, { tags: ['old'] });
      await put('k1', 1, { tags: ['new'] });
      await put('k2', 1, { tags: ['old'] });
      await put('k2', 1);
      await put('k3', 1);
      await put('k3', 1, { tags: ['new'] });
      await store.invalidate(tenant, [{ tag: 'old' }]);
      assert.deepEqual(await visible(store, tenant, ['k1', 'k2', 'k3']), ['k1', 'k2', 'k3']);
      await store.invalidate(tenant, [{ tag: 'new' }]);
      assert.deepEqual(await visible(store, tenant, ['k1', 'k2', 'k3']), ['k2']);
      const { usedBytes, entries } = await settleAll(store, tenant, limits());
      assert.deepEqual([usedBytes, entries], [sizeOf(1), 1]);
      assert.deepEqual(await visible(store, tenant, ['k2']), ['k2']);
    });

    test('an entry that was deleted, evicted or expired leaves no tags to the next of its name', async (under) => {
      const { store, tenant, put, limits, age } = under;
      await put('k1', 1, { tags: ['t'] });
      await store.delete(tenant, id('k1'));
      await put('k2', 1, { tags: ['t'], ttlMs: 10_000 });
      await age(tenant, 20);
      const tight = limits({ quotaBytes: sizeOf(100) });
      await put('k3', 90, { tags: ['t'], limits: tight });
      assert.equal((await put('k4', 90, { limits: tight })).evictedEntries, 1);
      for (const key of ['k1', 'k2', 'k3']) await put(key, 1);
      await store.invalidate(tenant, [{ tag: 't' }]);
      await settleAll(store, tenant, limits());
      assert.deepEqual(await visible(store, tenant, ['k1', 'k2', 'k3', 'k4']), ['k1', 'k2', 'k3', 'k4']);
    });

    test('a delete of a hidden entry is not called a delete, and gives its bytes back', async (under) => {
      const { store, tenant, put, limits } = under;
      await put('k1', 1, { tags: ['a'] });
      await put('k2', 1);
      await store.invalidate(tenant, [{ tag: 'a' }, { resource: 'r', prefix: 'k2' }]);
      assert.deepEqual([await store.delete(tenant, id('k1')), await store.delete(tenant, id('k2'))], [false, false]);
      assert.deepEqual((await settleAll(store, tenant, limits())).usedBytes, 0);
    });

    for (const [kind, scope] of [
      ['a tag', { tag: 'a' }],
      ['a resource', { resource: 'r', prefix: '' }],
      ['a prefix', { resource: 'r', prefix: 'a' }],
    ] as const) {
      test(`the bytes that ${kind} hid come back in rounds, exactly`, async ({ store, tenant, put, limits }) => {
        await Promise.all(Array.from({ length: 700 }, (_, n) => put(`a${n}`, n, { tags: ['b', 'a'] })));
        const kept = entryId('q', 'a1');
        const { sizeBytes } = await store.write(tenant, kept, { ...body(5), tags: ['b'] }, limits());
        await store.invalidate(tenant, [scope]);
        await put('a0', 10, { tags: ['a'] });
        const first = await store.settle(tenant, limits());
        assert.equal(first.more, true);
        assert.ok(first.entries > 2, 'one round is bounded');
        // What is invalidated while a pass is under way is found as well.
        await put('a1', 10, { tags: ['a'] });
        await store.invalidate(tenant, [{ resource: 'r', prefix: 'a1' }]);
        const { usedBytes, entries } = await settleAll(store, tenant, limits());
        assert.deepEqual([usedBytes, entries], [sizeOf(10 + 2 + 1) + sizeBytes, 2]);
        assert.deepEqual(await visible(store, tenant, ['a0', 'a1']), ['a0']);
        assert.ok(await store.get(tenant, kept));
      });
    }

    test('where room is needed what is hidden goes before anything alive', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 10 * sizeOf(98) });
      // Alive ones are the least recently used.
      for (let n = 0; n < 10; n++) await put(`k${n}`, n < 5 ? 98 : 95, { limits: quota, tags: n < 5 ? [] : ['a'] });
      await store.invalidate(tenant, [{ tag: 'a' }]);
      for (const key of ['l0', 'l1', 'l2', 'l3', 'l4']) {
        const outcome = await put(key, 98, { limits: quota });
        assert.deepEqual([outcome.status, outcome.evictedEntries], ['stored', 0]);
      }
      const all = [0, 1, 2, 3, 4].flatMap((n) => [`k${n}`, `l${n}`]);
      assert.deepEqual(await visible(store, tenant, all), all);
    });

    test('under reject hidden entries are no reason to refuse', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100), policy: 'reject' });
      await put('k0', 97, { limits: quota, tags: ['a'] });
      await put('k1', 100, { limits: quota });
      await store.invalidate(tenant, [{ tag: 'a' }]);
      assert.equal((await put('k2', 100, { limits: quota })).status, 'stored');
    });

    test('a key too long to be stored as it is, is hidden by each prefix it has and by none of another resource', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      const long = `a:${'x'.repeat(300)}`;
      for (const prefix of ['', 'a', `a:${'x'.repeat(290)}`, long]) {
        await put(long, 1);
        await store.invalidate(tenant, [
          { resource: 'q', prefix: '' },
          { resource: 'q', prefix: 'a' },
        ]);
        await settleAll(store, tenant, limits());
        assert.ok(await store.get(tenant, id(long)));
        await store.invalidate(tenant, [{ resource: 'r', prefix }]);
        assert.equal(await store.get(tenant, id(long)), undefined, `prefix of ${prefix.length}`);
        assert.equal((await settleAll(store, tenant, limits())).usedBytes, 0);
      }
      await put(long, 1, { tags: ['t'] });
      await store.invalidate(tenant, [{ tag: 't' }]);
      assert.equal((await settleAll(store, tenant, limits())).usedBytes, 0);
    });

    test('any number of scopes hides, be it at the price of hiding more', async ({ store, tenant, put, limits }) => {
      await put('k1', 1, { tags: ['first'] });
      await put('k2', 1);
      await store.invalidate(tenant, [{ tag: 'first' }, { resource: 'r', prefix: 'k2' }]);
      for (let n = 0; n < 5_000; n += 250) {
        const scopes = Array.from({ length: 250 }, (_, m) =>
          m % 2 ? { tag: `t${n + m}` } : { resource: 'p', prefix: `${n + m}` },
        );
        await store.invalidate(tenant, scopes);
        assert.deepEqual(await visible(store, tenant, ['k1', 'k2']), []);
      }
      await put('k3', 1, { tags: ['first', 't1'] });
      const { usedBytes, entries } = await settleAll(store, tenant, limits());
      assert.deepEqual([usedBytes, entries], [sizeOf(1 + 2 + 8), 1]);
      await store.invalidate(tenant, [{ tag: 't2' }]);
      assert.ok(await store.get(tenant, id('k3')));
    });

    test('no scopes, scopes of an empty tenant and scopes after a clear do no harm', async (under) => {
      const { store, tenant, put, limits } = under;
      await store.invalidate(tenant, [{ tag: 'a' }]);
      await put('k1', 1, { tags: ['a'] });
      await store.invalidate(tenant, []);
      assert.ok(await store.get(tenant, id('k1')));
      await store.clear(tenant);
      await store.invalidate(tenant, [{ tag: 'a' }]);
      await put('k2', 1, { tags: ['a'] });
      assert.deepEqual(await visible(store, tenant, ['k1', 'k2']), ['k2']);
      assert.equal((await settleAll(store, tenant, limits())).entries, 1);
    });

    test('a touch does not bring a hidden entry back', async ({ store, tenant, put, limits, touched }) => {
      await put('k1', 1, { tags: ['a'] });
      await store.invalidate(tenant, [{ tag: 'a' }]);
      store.touch(tenant, id('k1'));
      await touched();
      assert.equal(await store.get(tenant, id('k1')), undefined);
      assert.equal((await settleAll(store, tenant, limits())).usedBytes, 0);
    });

    test('one tenant’s scopes mean nothing to another', async ({ store, tenant, put, limits }) => {
      const neighbour = newTenant();
      await put('k1', 1, { tags: ['a'] });
      await store.write(neighbour, id('k1'), { ...body(1), tags: ['a'] }, limits());
      await store.invalidate(tenant, [{ tag: 'a' }, { resource: 'r', prefix: '' }]);
      await settleAll(store, neighbour, limits());
      assert.ok(await store.get(neighbour, id('k1')));
      assert.equal(await store.get(tenant, id('k1')), undefined);
    });

    test('long after an invalidation the entries from before are gone and those from after are there', async (under) => {
      const { store, other, tenant, put, limits, age } = under;
      await put('k1', 1, { tags: ['a'] });
      await store.invalidate(tenant, [{ tag: 'a' }]);
      await put('k2', 1, { tags: ['a'] });
      for (let minute = 0; minute < 3; minute++) {
        await age(tenant, 61);
        await settleAll(store, tenant, limits());
      }
      for (const each of [store, other]) assert.deepEqual(await visible(each, tenant, ['k1', 'k2']), ['k2']);
      await other.invalidate(tenant, [{ tag: 'a' }]);
      assert.deepEqual(await visible(store, tenant, ['k1', 'k2']), []);
    });
  });
}
