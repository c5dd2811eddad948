import assert from 'node:assert/strict';
import type { SharedStore } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import { type Desk, id, type SharedStoreUnderTest, settleAll, sizeOf, theme } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

const ONE = sizeOf(100);

/** Levels and their crossings, and what is metered of a tenant's use. */
export function crossingContract(kit: TestKit, open: () => Promise<SharedStoreUnderTest>): void {
  theme(kit, 'crossings and meters', open, (test) => {
    test('a level rises at its threshold and is left at 95 % of it', async (desk) => {
      const limits = desk.limits({ quotaBytes: 100 * ONE, overageAllowed: true, overageLimitBytes: 20 * ONE });
      const told = follow(desk, limits);
      await told.fillTo(79);
      assert.deepEqual(told.levels, []);
      await told.fillTo(80);
      assert.deepEqual(told.levels, ['ok>warning']);
      await told.fillTo(100);
      assert.deepEqual(told.levels, ['ok>warning'], 'the whole quota is not above it');
      await told.fillTo(101);
      for (const entries of [96, 101, 97, 104, 96]) await told.fillTo(entries);
      assert.deepEqual(told.levels.splice(0), ['ok>warning', 'warning>exceeded'], 'a use that wavers is told once');
      await told.fillTo(95);
      assert.deepEqual(told.levels.splice(0), ['exceeded>warning']);
      for (const entries of [79, 77, 81]) await told.fillTo(entries);
      assert.deepEqual(told.levels, [], 'the warning holds down to 76 %');
      await told.fillTo(76);
      assert.deepEqual(told.levels.splice(0), ['warning>ok']);
      const { meters } = await desk.store.settle(desk.tenant, limits);
      assert.deepEqual([meters.timesExceeded, meters.peakBytes], [1, 104 * ONE]);
    });

    test('a lowered quota is critical until it has converged, a raised one takes it back', async (desk) => {
      const { store, tenant, limits } = desk;
      const told = follow(desk, limits({ quotaBytes: 1_000 * ONE }));
      await told.fillTo(90);
      const first = await store.settle(tenant, limits({ quotaBytes: 50 * ONE, policy: 'reject' }));
      assert.deepEqual([first.crossing?.from, first.crossing?.to], ['ok', 'critical']);
      assert.equal(first.crossing?.usedBytes, 90 * ONE);
      const again = await store.settle(tenant, limits({ quotaBytes: 50 * ONE, policy: 'reject' }));
      assert.equal(again.crossing, undefined);
      const raised = await store.settle(tenant, limits({ quotaBytes: 1_000 * ONE }));
      assert.deepEqual([raised.crossing?.from, raised.crossing?.to], ['critical', 'ok']);
      assert.equal(raised.meters.timesExceeded, 1);
    });

    test('of two processes one hears of a crossing', async (desk) => {
      const { store, other, tenant } = desk;
      const limits = desk.limits({ quotaBytes: 100 * ONE, overageAllowed: true, overageLimitBytes: 20 * ONE });
      const write = (by: SharedStore, n: number) => by.write(tenant, id(`${n}`), body(), limits);
      const outcomes: WriteOutcome[] = await Promise.all(
        Array.from({ length: 110 }, (_, n) => write(n % 2 ? store : other, n)),
      );
      const settled = await Promise.all([store.settle(tenant, limits), other.settle(tenant, limits)]);
      const told = [...outcomes, ...settled].flatMap(({ crossing }) => (crossing ? [crossing] : []));
      // A call of many writes may pass both thresholds at once.
      const levels = told.map(({ to }) => to).sort();
      assert.deepEqual(levels, told.length === 1 ? ['exceeded'] : ['exceeded', 'warning']);
    });

    test('off: the level is ok; settling the dead under it leaves level and quota as they are', async (desk) => {
      const { store, tenant, limits } = desk;
      const quota = { quotaBytes: 10 * ONE, overageAllowed: true, overageLimitBytes: 90 * ONE };
      const told = follow(desk, limits(quota));
      await told.fillTo(20);
      assert.deepEqual(told.levels.splice(0).at(-1)?.split('>')[1], 'exceeded');
      const reader = await settleAll(store, tenant, limits({ quotaBytes: 1, enforcement: 'off' }));
      assert.deepEqual([reader.crossing, reader.entries], [undefined, 20]);
      assert.equal((await store.settle(tenant, limits(quota))).crossing, undefined);
      const off = limits({ ...quota, enforcement: 'off' });
      const { crossing } = await store.write(tenant, id('0'), body(), off);
      assert.deepEqual([crossing?.from, crossing?.to], ['exceeded', 'ok']);
    });

    test('observe: crossings are told as under hard', async (desk) => {
      const told = follow(desk, desk.limits({ quotaBytes: 10 * ONE, enforcement: 'observe' }));
      await told.fillTo(12);
      assert.deepEqual(told.levels, ['ok>warning', 'warning>critical']);
    });

    test('meters the bytes at every change, and apart what is above the quota', async (desk) => {
      const { store, tenant, limits } = desk;
      const quota = limits({ quotaBytes: 10 * ONE, overageAllowed: true, overageLimitBytes: 90 * ONE });
      const told = follow(desk, quota);
      await told.fillTo(1);
      const began = await store.settle(tenant, quota);
      await told.fillTo(30);
      const from = Date.now();
      const full = await store.settle(tenant, quota);
      await new Promise((resolve) => setTimeout(resolve, 60));
      await store.delete(tenant, id('29'));
      const low = await store.settle(tenant, quota);
      const longest = Date.now() - from;
      assert.equal(low.meters.sinceMs, began.meters.sinceMs);
      const used = low.meters.byteMs - full.meters.byteMs;
      // Bounded by the clocks around it: 29 or 30 entries for at least 59 ms and at most the time that this took.
      assert.ok(used >= 30 * ONE * 59 && used <= 30 * ONE * (longest + 2), `${used / ONE} entries x ms`);
      const over = low.meters.overageByteMs - full.meters.overageByteMs;
      assert.ok(Math.abs(over / used - 20 / 30) < 0.02, `${over / used} of it above the quota`);
      assert.equal(low.meters.peakBytes, 30 * ONE);
    });
  });
}

function body() {
  return { payload: Buffer.alloc(100), ttlMs: 3_600_000, graceMs: 0 };
}

/** Writes and deletes one entry after the other, and keeps the crossings that it was told of. */
function follow({ store, tenant }: Desk, limits: Limits) {
  const levels: string[] = [];
  let entries = 0;
  return {
    levels,
    async fillTo(goal: number): Promise<void> {
      for (; entries < goal; entries++) {
        const { crossing } = await store.write(tenant, id(`${entries}`), body(), limits);
        if (crossing) levels.push(`${crossing.from}>${crossing.to}`);
      }
      for (; entries > goal; entries--) await store.delete(tenant, id(`${entries - 1}`));
      const { crossing } = await store.settle(tenant, limits);
      if (crossing) levels.push(`${crossing.from}>${crossing.to}`);
    },
  };
}
