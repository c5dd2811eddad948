import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type CurveSample, type CurveStore, MAX_SAMPLE_AGE_MS } from '../core/advice.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface CurveStoreUnderTest {
  readonly store: CurveStore;
  /** Whether it may drop what is old. */
  readonly tidies: boolean;
  readonly close: () => Promise<void>;
}

const NOW_MS = Date.parse('2026-11-20T10:00:00Z');

/** What every store of samples must do. */
export function curveStoreContract({ describe, it }: TestKit, name: string, open: () => Promise<CurveStoreUnderTest>) {
  const test = (title: string, body: (under: CurveStoreUnderTest, tenant: TenantId) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, tenantId(randomUUID()));
      } finally {
        await under.close();
      }
    });
  const read = async ({ store }: CurveStoreUnderTest, tenant: TenantId) =>
    [...(await store.read(tenant, NOW_MS))].sort((a, b) => (a.processEpoch < b.processEpoch ? -1 : 1));

  describe(`CurveStore contract: ${name}`, () => {
    test('gives back what was saved, of all processes and of no other tenant', async (under, tenant) => {
      const other = tenantId(randomUUID());
      const saved = [sample(tenant, 'p1', 5), sample(tenant, 'p2', 7)];
      await under.store.save([...saved, sample(other, 'p1', 9)]);
      assert.deepEqual(await read(under, tenant), saved);
      assert.deepEqual(await under.store.read(tenantId(randomUUID()), NOW_MS), []);
    });

    test('keeps the save that is the last by its time, however often and in which order they come', async (under, tenant) => {
      const [early, late] = [sample(tenant, 'p1', 5, NOW_MS - 2_000), sample(tenant, 'p1', 3, NOW_MS - 1_000)];
      await under.store.save([early, late, early]);
      await under.store.save([late]);
      await under.store.save([early]);
      assert.deepEqual(await read(under, tenant), [late]);
    });

    test('loses nothing where many processes save at once', async (under, tenant) => {
      const others = Array.from({ length: 5 }, () => tenantId(randomUUID()));
      const saves = Array.from({ length: 10 }, (_, process) => {
        const samples = [tenant, ...others].map((each) => sample(each, `p${process}`, process));
        return under.store.save(process % 2 ? samples : samples.reverse());
      });
      await Promise.all(saves);
      const sum = (await read(under, tenant)).reduce((total, { requests }) => total + requests, 0);
      assert.equal(sum, 45);
    });

    test('forgets what is older than a week', async (under, tenant) => {
      const old = sample(tenant, 'old', 1, NOW_MS - MAX_SAMPLE_AGE_MS - 1_000);
      const recent = sample(tenant, 'recent', 1, NOW_MS - MAX_SAMPLE_AGE_MS + 60_000);
      await under.store.save([old, recent]);
      assert.deepEqual(await read(under, tenant), [recent]);
      const dropped = await under.store.tidy(NOW_MS);
      assert.ok(under.tidies ? dropped >= 1 : dropped === 0, `${dropped} dropped`);
      assert.deepEqual(await read(under, tenant), [recent]);
    });

    test('saves nothing at all without samples', ({ store }) => store.save([]));
  });
}

function sample(tenant: TenantId, processEpoch: string, requests: number, savedAtMs = NOW_MS): CurveSample {
  return {
    tenantId: tenant,
    processEpoch,
    savedAtMs,
    decayedAtMs: savedAtMs - 100,
    sinceMs: savedAtMs - 10_000,
    requests,
    hits: requests / 2,
    sampled: requests,
    rate: 0.5,
    distances: [
      [3, 1.5],
      [200, requests],
    ],
    cold: 0.1,
    expired: 0,
    invalidated: 0,
    unplaced: 0,
    resources: {
      quote: { requests, cold: 0, expired: 1, invalidated: 0, reloads: 0, unchanged: 0, ttlMs: 6e4, stores: 1 },
    },
  };
}
