import assert from 'node:assert/strict';
import { type Desk, id, present, type SharedStoreUnderTest, settleAll, sizeOf, theme } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

const KEPT = 9;
/** The tenth entry of this size makes room for itself: two go. */
const QUOTA_BYTES = KEPT * sizeOf(100);

/** Policies that count how often entries are used. */
export function policyContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  theme(kit, 'eviction by use', open, (test) => {
    test('lfu: evicts the least often used, of those the least recently', async (desk) => {
      const limits = desk.limits({ quotaBytes: QUOTA_BYTES, policy: 'lfu' });
      await fill(desk, limits);
      await use(desk, 5, 'k0', 'k1');
      await use(desk, 1, 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8');
      assert.equal((await desk.put('k9', 100, { limits })).evictedEntries, 2);
      assert.deepEqual(await present(desk.store, desk.tenant, 10), [0, 1, 4, 5, 6, 7, 8, 9]);
    });

    test('lfu: use that lies long back no longer counts', async (desk) => {
      const limits = desk.limits({ quotaBytes: QUOTA_BYTES, policy: 'lfu' });
      await fill(desk, limits);
      await use(desk, 100, 'k0');
      for (let round = 0; round < 2; round++) await use(desk, 250, 'k1', 'k2', 'k3', 'k4');
      await use(desk, 1, 'k5', 'k6', 'k7', 'k8');
      await desk.put('k9', 100, { limits });
      assert.deepEqual(await present(desk.store, desk.tenant, 10), [1, 2, 3, 4, 6, 7, 8, 9]);
    });

    test('lfu: an overwritten entry keeps its use, a deleted one does not', async (desk) => {
      const limits = desk.limits({ quotaBytes: QUOTA_BYTES, policy: 'lfu' });
      await fill(desk, limits);
      await use(desk, 9, 'k0', 'k1');
      await desk.put('k0', 100, { limits });
      await desk.store.delete(desk.tenant, id('k1'));
      await desk.put('k1', 100, { limits });
      await use(desk, 2, 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8');
      await desk.put('k9', 100, { limits });
      assert.deepEqual(await present(desk.store, desk.tenant, 10), [0, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('hybrid: forgets use sooner than lfu', async (desk) => {
      const limits = desk.limits({ quotaBytes: QUOTA_BYTES, policy: 'hybrid' });
      await fill(desk, limits);
      await use(desk, 9, 'k0', 'k1');
      await use(desk, 50, 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8');
      await desk.put('k9', 100, { limits });
      assert.deepEqual(await present(desk.store, desk.tenant, 10), [2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('hybrid: a step of priority weighs as much as twice the use, also after a touch', async (desk) => {
      const limits = desk.limits({ quotaBytes: QUOTA_BYTES, policy: 'hybrid' });
      await desk.put('k0', 100, { limits, priority: 1 });
      await desk.put('k1', 100, { limits, priority: 3 });
      for (let n = 2; n < KEPT; n++) await desk.put(`k${n}`, 100, { limits });
      await use(desk, 1, 'k1');
      await use(desk, 3, 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8');
      await desk.put('k9', 100, { limits });
      assert.deepEqual(await present(desk.store, desk.tenant, 9), [1, 3, 4, 5, 6, 7, 8]);
      assert.equal((await desk.store.get(desk.tenant, id('k1')))?.priority, 3);
    });

    test('lfu: pays no heed to priority', async (desk) => {
      const limits = desk.limits({ quotaBytes: QUOTA_BYTES, policy: 'lfu' });
      for (let n = 0; n < KEPT; n++) await desk.put(`k${n}`, 100, { limits, priority: n < 2 ? 3 : 0 });
      await desk.put('k9', 100, { limits });
      assert.deepEqual(await present(desk.store, desk.tenant, 10), [2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('a policy that begins to count takes the order of use over, and hands it back', async (desk) => {
      const { store, tenant, put, limits } = desk;
      const lru = limits({ quotaBytes: QUOTA_BYTES });
      const lfu = limits({ quotaBytes: QUOTA_BYTES, policy: 'lfu' });
      await fill(desk, lru);
      await use(desk, 1, 'k0');
      await settleAll(store, tenant, lfu);
      await use(desk, 3, 'k1');
      assert.equal((await put('k9', 100, { limits: lfu })).evictedEntries, 2);
      assert.deepEqual(await present(store, tenant, 10), [0, 1, 4, 5, 6, 7, 8, 9]);
      await settleAll(store, tenant, lru);
      await use(desk, 1, 'k4');
      await put('k2', 100, { limits: lru });
      await put('k3', 100, { limits: lru });
      assert.deepEqual(await present(store, tenant, 10), [0, 1, 2, 3, 4, 7, 8, 9]);
    });

    test('the preview says what settling will evict', async (desk) => {
      const { store, tenant, limits } = desk;
      const wide = limits({ quotaBytes: QUOTA_BYTES, policy: 'hybrid' });
      await fill(desk, wide);
      await use(desk, 4, 'k0', 'k1');
      const narrow = limits({ quotaBytes: 3 * sizeOf(100), policy: 'hybrid' });
      const preview = await store.preview(tenant, narrow);
      const settled = await settleAll(store, tenant, narrow);
      assert.deepEqual([preview.evictEntries, preview.evictBytes], [settled.evictedEntries, settled.evictedBytes]);
      assert.deepEqual(await present(store, tenant, KEPT), [0, 1, 8]);
    });
  });
}

async function fill({ put }: Desk, limits: ReturnType<Desk['limits']>): Promise<void> {
  for (let n = 0; n < KEPT; n++) await put(`k${n}`, 100, { limits });
}

/** Each of the keys so often, one after the other. */
async function use({ store, tenant, touched }: Desk, times: number, ...keys: string[]): Promise<void> {
  for (const key of keys) for (let n = 0; n < times; n++) store.touch(tenant, id(key));
  await touched();
}
