import assert from 'node:assert/strict';
import { id, present, type SharedStoreUnderTest, settleAll, sizeOf, theme } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

export function quotaContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  theme(kit, 'quotas', open, (test) => {
    test('lru: evicts the least recently used down to 90 %, never the entry written', async (under) => {
      const { store, tenant, put, limits, touched } = under;
      const quota = limits({ quotaBytes: 10 * sizeOf(100) });
      for (let n = 0; n < 10; n++) await put(`k${n}`, 100, { limits: quota });
      store.touch(tenant, id('k0'));
      await touched();
      const outcome = await put('k9', 100 + 16, { limits: quota });
      assert.deepEqual([outcome.status, outcome.evictedEntries], ['stored', 2]);
      assert.equal(outcome.evictedBytes, 2 * sizeOf(100));
      assert.ok(outcome.usedBytes <= 0.9 * quota.hardLimitBytes);
      assert.deepEqual(await present(store, tenant, 10), [0, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('ttl: evicts the soonest to expire', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 4 * sizeOf(100), policy: 'ttl' });
      for (const n of [2, 0, 3, 1]) await put(`k${n}`, 100, { limits: quota, ttlMs: (n + 1) * 60_000 });
      const outcome = await put('k4', 100, { limits: quota });
      assert.equal(outcome.evictedEntries, 2);
      assert.deepEqual(await present(store, tenant, 5), [2, 3, 4]);
    });

    test('reject: refuses, evicts nothing, and takes again once there is room', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100), policy: 'reject' });
      await put('k0', 100, { limits: quota });
      await put('k1', 100, { limits: quota });
      const refused = await put('k2', 100, { limits: quota });
      assert.deepEqual([refused.status, refused.sequence, refused.usedBytes], ['full', 0, 2 * sizeOf(100)]);
      assert.equal((await put('k1', 50, { limits: quota })).status, 'stored');
      await store.delete(tenant, id('k0'));
      assert.equal((await put('k2', 100, { limits: quota })).status, 'stored');
    });

    test('a ceiling refuses what would pass it under every enforcement, and evicts nothing', async (under) => {
      const { store, tenant, put, limits } = under;
      for (const enforcement of ['hard', 'soft', 'observe', 'off'] as const) {
        const quota = limits({ quotaBytes: 10 * sizeOf(100), enforcement });
        const held = { ...quota, ceilingBytes: 4 * sizeOf(100) };
        await store.clear(tenant);
        await settleAll(store, tenant, quota);
        for (let n = 0; n < 4; n++) assert.equal((await put(`k${n}`, 100, { limits: held })).status, 'stored');
        const refused = await put('k4', 16, { limits: held });
        const { status, evictedEntries, usedBytes, entries, crossing } = refused;
        assert.deepEqual([status, evictedEntries, usedBytes, entries], ['full', 0, 4 * sizeOf(100), 4]);
        assert.equal(crossing, undefined);
        assert.equal((await put('k0', 1_000_000, { limits: held })).status, 'full');
        assert.deepEqual(await present(store, tenant, 5), [0, 1, 2, 3]);
        assert.equal((await put('k4', 100, { limits: quota })).status, 'stored');
      }
    });

    test('a ceiling lets what is no larger take the place of what is there', async ({ put, limits }) => {
      const quota = limits({ quotaBytes: 10 * sizeOf(100) });
      for (let n = 0; n < 6; n++) await put(`k${n}`, 100, { limits: quota });
      const held = { ...quota, ceilingBytes: 2 * sizeOf(100) };
      assert.equal((await put('k0', 100, { limits: held })).status, 'stored');
      assert.equal((await put('k0', 50, { limits: held })).status, 'stored');
      assert.equal((await put('k0', 100, { limits: held })).status, 'full');
    });

    test('a ceiling holds for its own writes alone, whatever comes with them', async ({
      store,
      tenant,
      put,
      limits,
    }) => {
      const quota = limits({ quotaBytes: 100 * sizeOf(100) });
      const held = { ...quota, ceilingBytes: 24 * sizeOf(100) };
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, n) => put(`k${n}`, 100, { limits: n % 2 ? held : quota })),
      );
      const statuses = (odd: number) => outcomes.filter((_, n) => n % 2 === odd).map(({ status }) => status);
      assert.deepEqual(new Set(statuses(0)), new Set(['stored']));
      const stored = statuses(1).filter((status) => status === 'stored').length;
      assert.ok(stored < 24 && statuses(1).filter((status) => status === 'full').length === 30 - stored);
      assert.equal((await present(store, tenant, 60)).length, 30 + stored);
      assert.equal((await store.settle(tenant, quota)).usedBytes, (30 + stored) * sizeOf(100));
    });

    test('refuses what can never fit and evicts nothing for it', async ({ store, tenant, put, limits }) => {
      const quota = limits({ quotaBytes: 2 * sizeOf(100) });
      await put('k0', 100, { limits: quota });
      const refused = await put('k1', 1_000, { limits: quota });
      assert.deepEqual([refused.status, refused.evictedEntries, refused.entries], ['too-large', 0, 1]);
      assert.ok(await store.get(tenant, id('k0')));
    });

    test('refuses an entry above the largest allowed under every enforcement', async ({ put, limits }) => {
      const refused = await put('k1', 8 * 1024 * 1024, { limits: limits({ enforcement: 'off' }) });
      assert.equal(refused.status, 'too-large');
      assert.equal(refused.entries, 0);
    });

    test('overage: the limit in force is quota + overage', async ({ put, limits }) => {
      const settings = { quotaBytes: sizeOf(100), overageAllowed: true, overageLimitBytes: sizeOf(100) };
      await put('k0', 100, { limits: limits(settings) });
      assert.equal((await put('k1', 100, { limits: limits(settings) })).evictedEntries, 0);
      assert.equal((await put('k2', 100, { limits: limits(settings) })).evictedEntries, 2);
    });

    test('observe: stores all and reports what hard would have done', async ({ put, limits }) => {
      const quota = { quotaBytes: 2 * sizeOf(100), enforcement: 'observe' as const };
      const lru = limits(quota);
      await put('k0', 100, { limits: lru });
      await put('k1', 100, { limits: lru });
      const crossing = await put('k2', 100, { limits: lru });
      const goal = Math.floor(0.9 * lru.hardLimitBytes);
      assert.deepEqual([crossing.status, crossing.evictedEntries], ['stored', 0]);
      assert.equal(crossing.wouldEvictBytes, 3 * sizeOf(100) - goal);
      assert.equal((await put('k3', 100, { limits: lru })).wouldEvictBytes, sizeOf(100));
      assert.equal((await put('k3', 100, { limits: lru })).wouldEvictBytes, 0);
      assert.equal((await put('k4', 1_000, { limits: lru })).wouldReject, true);
      assert.equal((await put('k5', 1, { limits: limits({ ...quota, policy: 'reject' }) })).wouldReject, true);
    });

    test('off: stores all; soft: answers as hard does', async ({ put, limits }) => {
      const quotaBytes = 2 * sizeOf(100);
      const off = limits({ quotaBytes, enforcement: 'off' });
      for (let n = 0; n < 4; n++) assert.equal((await put(`k${n}`, 100, { limits: off })).status, 'stored');
      const soft = await put('k5', 100, { limits: limits({ quotaBytes, enforcement: 'soft' }) });
      assert.deepEqual([soft.status, soft.evictedEntries], ['stored', 4]);
    });

    test('a lowered limit converges by settling, as the preview said', async ({ store, tenant, put, limits }) => {
      for (let n = 0; n < 100; n++) await put(`a${n}`, 100);
      const lowered = limits({ quotaBytes: 10 * sizeOf(100) });
      const preview = await store.preview(tenant, lowered);
      const settled = await settleAll(store, tenant, lowered);
      assert.ok(settled.usedBytes <= lowered.hardLimitBytes);
      assert.deepEqual([preview.evictEntries, preview.evictBytes], [settled.evictedEntries, settled.evictedBytes]);
      assert.equal(preview.exact, true);
      const rejecting = await store.preview(tenant, limits({ quotaBytes: 1, policy: 'reject' }));
      assert.equal(rejecting.evictEntries, 0);
    });

    test('makes room by far more than 64 evictions in one write', async ({ put, limits }) => {
      const quota = limits({ quotaBytes: 300 * sizeOf(0) });
      for (let n = 0; n < 300; n++) await put(`${100 + n}`.slice(-2) + (n % 3), 0, { limits: quota });
      const outcome = await put('zz', 250 * sizeOf(0), { limits: quota });
      assert.equal(outcome.status, 'stored');
      assert.ok(outcome.evictedEntries > 128, `${outcome.evictedEntries} evicted`);
      assert.ok(outcome.usedBytes <= quota.hardLimitBytes);
    });
  });
}
