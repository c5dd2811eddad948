import assert from 'node:assert/strict';
import { limitsOf } from '../core/quota.js';
import { entryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { body, id, newTenant, type SharedStoreUnderTest, settleAll, sizeOf, theme } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

const HOUR_MS = 3_600_000;

export function entryContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  theme(kit, 'entries', open, (test) => {
    test('hands back what was written, with its times and a growing sequence', async ({ store, tenant, put }) => {
      const before = Date.now();
      const first = await put('k1', 100);
      const entry = await store.get(tenant, id('k1'));
      assert.equal(entry?.payload.length, 100);
      assert.equal(entry.ttlMs, HOUR_MS);
      assert.equal(entry.sequence, first.sequence);
      assert.ok(Math.abs(entry.createdAtMs - before) < 60_000);
      assert.ok((await put('k1', 100)).sequence > first.sequence);
    });

    test('counts key, value and bookkeeping, rounded up to 16 bytes', async ({ store, tenant, put, limits }) => {
      for (const payload of [0, 1, 14, 15, 16, 1_000]) {
        const outcome = await put('k1', payload);
        assert.equal(outcome.sizeBytes, sizeOf(payload));
        assert.equal(outcome.usedBytes, outcome.sizeBytes);
      }
      const { usedBytes, entries } = await store.settle(tenant, limits());
      assert.deepEqual({ usedBytes, entries }, { usedBytes: sizeOf(1_000), entries: 1 });
    });

    test('reads many in the order asked for', async ({ store, tenant, put }) => {
      await put('k1', 1);
      await put('k3', 3);
      const found = await store.getMany(tenant, [id('k3'), id('k2'), id('k1')]);
      assert.deepEqual(
        found.map((entry) => entry?.payload.length),
        [3, undefined, 1],
      );
      assert.deepEqual(await store.getMany(tenant, []), []);
    });

    test('deletes what is there, once', async ({ store, tenant, put, limits }) => {
      await put('k1', 1);
      assert.deepEqual([await store.delete(tenant, id('k1')), await store.delete(tenant, id('k1'))], [true, false]);
      assert.equal(await store.get(tenant, id('k1')), undefined);
      assert.equal((await store.settle(tenant, limits())).usedBytes, 0);
    });

    test('gives the bytes of an expired entry back', async ({ store, tenant, put, limits, age }) => {
      await put('k1', 100, { ttlMs: 10_000, graceMs: 20_000 });
      await age(tenant, 20);
      assert.ok(await store.get(tenant, id('k1')), 'in grace an entry is still there');
      await age(tenant, 20);
      assert.equal(await store.get(tenant, id('k1')), undefined);
      assert.equal(await store.delete(tenant, id('zz')), false);
      const settled = await store.settle(tenant, limits());
      assert.deepEqual([settled.usedBytes, settled.entries, settled.expiredEntries], [0, 0, 1]);
    });

    test('tells of each entry that expired once, whoever gives its bytes back', async (under) => {
      const { store, other, tenant, put, limits, age } = under;
      const COUNT = 200;
      for (let n = 0; n < COUNT; n++) await put(`k${n}`, 10, { ttlMs: 10_000 });
      await age(tenant, 20);
      const told = (found: readonly { expiredEntries: number }[]) =>
        found.reduce((sum, { expiredEntries }) => sum + expiredEntries, 0);
      const written = told(await Promise.all(['a', 'b', 'c'].map((key) => put(key, 10))));
      assert.ok(written > 0, 'none was found by the writes');
      const settled = told([await other.settle(tenant, limits()), await store.settle(tenant, limits())]);
      const previewed = told([await store.preview(tenant, limits()), await other.preview(tenant, limits())]);
      assert.deepEqual([written + settled + previewed, (await store.settle(tenant, limits())).entries], [COUNT, 3]);
    });

    test('tells of what had expired also beside a write that is refused', async ({ tenant, put, limits, age }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100) });
      for (const status of ['too-large', 'full'] as const) {
        await put('k0', 100, { limits: quota, ttlMs: 10_000 });
        await age(tenant, 20);
        const refused =
          status === 'too-large'
            ? await put('k1', 8 * 1024 * 1024, { limits: quota })
            : await put('k1', 100, { limits: { ...quota, ceilingBytes: 1 } });
        assert.deepEqual([refused.status, refused.expiredEntries, refused.entries], [status, 1, 0]);
      }
    });

    test('does not call a delete of an expired entry a delete', async ({ store, tenant, put, age }) => {
      await put('k1', 1, { ttlMs: 10_000 });
      await age(tenant, 20);
      assert.equal(await store.delete(tenant, id('k1')), false);
    });

    test('clears a tenant at once, gives its bytes back in rounds, and takes new entries', async (under) => {
      const { store, other, tenant, put, limits } = under;
      for (let n = 0; n < 70; n++) await put(`a${n}`, 10);
      assert.ok(await other.get(tenant, id('a1')));
      await store.clear(tenant);
      await put('k1', 10);
      assert.equal(await store.get(tenant, id('a1')), undefined);
      assert.deepEqual(await store.getMany(tenant, [id('a1'), id('a2')]), [undefined, undefined]);
      assert.equal(await store.delete(tenant, id('a3')), false);
      assert.ok(await store.get(tenant, id('k1')));
      const first = await store.settle(tenant, limits());
      assert.equal(first.more, true);
      const { usedBytes, entries } = await settleAll(store, tenant, limits());
      assert.deepEqual({ usedBytes, entries }, { usedBytes: sizeOf(10), entries: 1 });
    });

    test('a touch does not bring a cleared entry back', async ({ store, tenant, put, limits, touched }) => {
      await put('k1', 1);
      await store.clear(tenant);
      store.touch(tenant, id('k1'));
      await touched();
      assert.equal((await settleAll(store, tenant, limits())).usedBytes, 0);
    });

    test('one tenant neither sees nor evicts another', async ({ store, tenant, put, limits }) => {
      const neighbour = newTenant();
      const quota = limits({ quotaBytes: 2 * sizeOf(100) });
      await store.write(neighbour, id('k0'), body(100), quota);
      for (let n = 0; n < 8; n++) await put(`k${n}`, 100, { limits: quota });
      assert.equal((await store.get(neighbour, id('k0')))?.payload.length, 100);
      assert.equal(await store.get(neighbour, id('k7')), undefined);
      await store.clear(tenant);
      assert.ok(await store.get(neighbour, id('k0')));
    });

    test('keeps keys apart that only a careless grammar would mix up', async ({ store, tenant }) => {
      const long = 'x'.repeat(250);
      const keys = [
        'a:b',
        'a',
        ':',
        '~sha256:',
        `~${long}`,
        long,
        `${long}y`,
        '}',
        '{',
        '*',
        '\r\n',
        'ä'.repeat(120),
        '\u0000',
        '😀',
      ];
      for (const [n, key] of keys.entries())
        await store.write(tenant, entryId('r', key), body(n), limitsOf({ quotaBytes: 1e6 }));
      const found = await store.getMany(
        tenant,
        keys.map((key) => entryId('r', key)),
      );
      assert.deepEqual(
        found.map((entry) => entry?.payload.length),
        [...keys.keys()],
      );
    });

    test('writes of one tick each get their own answer', async ({ store, limits }) => {
      const tenants = Array.from({ length: 9 }, newTenant);
      const writes = Array.from({ length: 90 }, (_, n) => ({
        tenant: tenants[n % 9] as TenantId,
        key: `k${n % 10}`,
        bytes: n,
      }));
      const outcomes = await Promise.all(
        writes.map(({ tenant, key, bytes }) => store.write(tenant, id(key), body(bytes * 16), limits())),
      );
      for (const [n, outcome] of outcomes.entries())
        assert.equal(outcome.sizeBytes, sizeOf((writes[n]?.bytes ?? 0) * 16));
      for (const { tenant, key, bytes } of writes) {
        assert.equal((await store.get(tenant, id(key)))?.payload.length, bytes * 16);
      }
    });

    test('is ready and up', async ({ store }) => {
      await store.ready();
      assert.equal(store.state(), 'up');
    });

    test('hands back all that the envelope holds, and nothing that it does not', async ({ store, tenant, put }) => {
      const tags = ['user:42', 'ä', 'a b', '*'];
      await put('k1', 3, { graceMs: 60_000, tags, loadMs: 1_234, sealed: true });
      await put('k2', 3);
      const [full, plain] = await store.getMany(tenant, [id('k1'), id('k2')]);
      assert.deepEqual([full?.graceMs, full?.tags, full?.loadMs, full?.sealed], [60_000, tags, 1_234, true]);
      assert.equal(full?.payload.length, 3);
      assert.deepEqual([plain?.graceMs, plain?.tags ?? [], plain?.loadMs], [0, [], undefined]);
      assert.ok(!plain?.sealed);
    });

    test('counts what the envelope holds: grace 6 bytes, load time 4, tags 2 and their bytes, sealing none', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      const many = Array.from({ length: 32 }, (_, n) => `${n}`.padStart(128, 't'));
      for (const [options, bytes] of [
        [{ graceMs: 1 }, 6],
        [{ loadMs: 0 }, 4],
        [{ tags: ['ä', 'bc'] }, 2 + 2 + 1 + 2],
        [{ tags: [] }, 0],
        [{ sealed: true }, 0],
        [{ tags: many }, 2 + 32 * 128 + 31],
        [{ graceMs: 5_000, loadMs: 9, tags: ['x'], sealed: true }, 6 + 4 + 2 + 1],
      ] as const) {
        // Over a whole step of 16 bytes, so that one byte more would show.
        for (let payload = 0; payload < 16; payload++) {
          const outcome = await put('k1', payload, options);
          assert.deepEqual([outcome.sizeBytes, outcome.usedBytes], [sizeOf(payload + bytes), sizeOf(payload + bytes)]);
        }
      }
      const { usedBytes, entries } = await settleAll(store, tenant, limits());
      assert.deepEqual({ usedBytes, entries }, { usedBytes: sizeOf(15 + 13), entries: 1 });
    });
  });
}
