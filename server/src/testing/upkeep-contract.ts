import assert from 'node:assert/strict';
import type { SharedStore } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import { body, id, newTenant, present } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

export interface UpkeepUnderTest {
  readonly store: SharedStore;
  /** Two processes on the same data. */
  readonly near: StoreUpkeep;
  readonly far: StoreUpkeep;
  /** Lets an hour pass for the tenant's place on the roll. */
  readonly ageEnrolment: (tenant: TenantId) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LIMITS = { quotaBytes: 1e9, hardLimitBytes: 1e9, policy: 'lru', enforcement: 'hard' } as const;

/** What the upkeep of every store must do. */
export function upkeepContract({ describe, it }: TestKit, name: string, open: () => Promise<UpkeepUnderTest>): void {
  const test = (title: string, work: (under: UpkeepUnderTest & { tenant: TenantId }) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await work({ ...under, tenant: newTenant() });
      } finally {
        await under.close();
      }
    });
  const put = ({ store }: UpkeepUnderTest, tenant: TenantId, key: string) =>
    store.write(tenant, id(key), body(100), LIMITS);

  describe(`StoreUpkeep: ${name}`, () => {
    test('keeps on the roll whoever was enrolled, once, however often', async ({ near, far }) => {
      const tenants = Array.from({ length: 700 }, newTenant);
      await Promise.all([near.enrol(tenants), far.enrol(tenants)]);
      await near.enrol([]);
      const seen = await wholeRoll(far);
      assert.deepEqual(
        tenants.filter((tenant) => !seen.includes(tenant)),
        [],
      );
    });

    test('strikes only who has nothing and was not enrolled for an hour', async (under) => {
      const { near, far, store, tenant, ageEnrolment } = under;
      assert.equal(await near.strike(tenant), false);
      await near.enrol([tenant]);
      assert.equal(await far.strike(tenant), false);
      await put(under, tenant, 'k0');
      await ageEnrolment(tenant);
      assert.equal(await far.strike(tenant), false);
      await store.delete(tenant, id('k0'));
      assert.equal(await far.strike(tenant), true);
      assert.equal((await wholeRoll(near)).includes(tenant), false);
      await near.enrol([tenant]);
      assert.equal((await wholeRoll(far)).includes(tenant), true);
    });

    test('a reconcile of what is sound changes nothing', async (under) => {
      const { near, store, tenant } = under;
      for (let n = 0; n < 10; n++) await put(under, tenant, `k${n}`);
      const before = await store.settle(tenant, LIMITS);
      let cursor: string | undefined;
      let compared = false;
      do {
        const step = await near.reconcile(tenant, { cursor, fence: 3, orphans: true });
        assert.deepEqual([step.ghosts, step.orphans, step.repaired, step.driftBytes], [0, 0, 0, 0]);
        ({ cursor } = step);
        compared ||= step.compared;
      } while (cursor !== undefined);
      assert.ok(compared);
      assert.equal((await store.settle(tenant, LIMITS)).usedBytes, before.usedBytes);
      assert.equal((await present(store, tenant, 10)).length, 10);
    });

    test('refuses a fence below the greatest seen; what is asked on demand has none', async (under) => {
      const { near, far, tenant } = under;
      await put(under, tenant, 'k0');
      await near.reconcile(tenant, { fence: 8, orphans: false });
      await assert.rejects(far.reconcile(tenant, { fence: 7, orphans: false }), { code: 'UPKEEP_FENCED' });
      await far.reconcile(tenant, { orphans: false });
      await far.reconcile(tenant, { fence: 8, orphans: false });
      await far.reconcile(tenant, { fence: 9, orphans: false });
      await assert.rejects(near.reconcile(tenant, { fence: 8, orphans: false }), { code: 'UPKEEP_FENCED' });
    });

    test('tells where a tenant is, and what its nodes have evicted', async (under) => {
      const { near, tenant } = under;
      const { usedBytes } = await put(under, tenant, 'k0');
      const placed = await near.placement(tenant);
      assert.deepEqual([placed.usedBytes, placed.entries, placed.node], [usedBytes, 1, near.nodeOf(tenant)]);
      assert.equal(typeof (await near.serverEvictions()).get(placed.node), 'number');
    });
  });
}

async function wholeRoll(upkeep: StoreUpkeep): Promise<TenantId[]> {
  const seen: TenantId[] = [];
  let after: string | undefined;
  do {
    const page = await upkeep.roll(after, 100);
    seen.push(...page.tenants);
    after = page.next;
  } while (after !== undefined);
  return seen;
}
