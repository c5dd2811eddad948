import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  COUNTER_NAMES,
  type CounterValues,
  OTHER_RESOURCE,
  RESOURCE_COUNTER_NAMES,
  type ResourceCounterValues,
} from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { JournalledPart, UsageJournal } from '../core/usage-journal.js';
import type { UsagePart } from '../core/usage-part.js';
import { newTenant } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

export interface UsageJournalUnderTest {
  /** Two processes on the same data. */
  readonly near: UsageJournal;
  readonly far: UsageJournal;
  /** Lets time pass: for both processes, and for what is remembered of these tenants. */
  readonly pass: (ms: number, tenants: readonly TenantId[]) => Promise<void>;
  /** Puts something beside the tenant's parts that no version ever wrote. Omitted: nothing can. */
  readonly damage?: (tenant: TenantId) => Promise<void>;
  readonly close: () => Promise<void>;
}

const BUCKET_MS = 300_000;
const DAY_START_MS = Date.UTC(2026, 3, 1);
const HOUR_MS = 3_600_000;
const MANY_TENANTS = 5_000;

/** Every counter has its own value, so that no two can be mistaken for each other. */
export function usagePart(tenantId: TenantId, processEpoch: string, bucket: number, requests: number): UsagePart {
  const counters = <V>(names: readonly string[], base: number) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        name === 'requests' ? requests : base + index + (name.endsWith('TimeMs') ? 0.25 : 0),
      ]),
    ) as V;
  return {
    tenantId,
    processEpoch,
    date: '2026-04-01',
    day: counters<CounterValues>(COUNTER_NAMES, 1_000),
    resources: {
      constructor: counters<ResourceCounterValues>(RESOURCE_COUNTER_NAMES, 50),
      [OTHER_RESOURCE]: counters<ResourceCounterValues>(RESOURCE_COUNTER_NAMES, 70),
    },
    bucketStartMs: DAY_START_MS + bucket * BUCKET_MS,
    bucketMs: BUCKET_MS,
    bucket: counters<CounterValues>(COUNTER_NAMES, 10),
    usedBytes: 7,
    entries: 3,
    quotaBytes: 9_007_199_254_740_991,
    hardLimitBytes: 8,
  };
}

/** What every journal of usage must do. */
export function usageJournalContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<UsageJournalUnderTest>,
): void {
  const test = (title: string, work: (under: UsageJournalUnderTest & { tenant: TenantId }) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await work({ ...under, tenant: newTenant() });
      } finally {
        await under.close();
      }
    });

  describe(`UsageJournal: ${name}`, () => {
    test('reads back what another process put, as it was', async ({ near, far, tenant }) => {
      const others = [newTenant(), newTenant()];
      const parts = [tenant, ...others].flatMap((each) => [
        usagePart(each, newEpoch(), 0, 5),
        usagePart(each, newEpoch(), 1, 6),
      ]);
      await near.put(parts);
      await near.put([]);
      assert.deepEqual(
        sorted(await far.read([tenant, ...others, newTenant()])),
        sorted(parts.map((part) => ({ part }))),
      );
      assert.deepEqual(await far.read([]), []);
    });

    test('keeps the last part of each tenant, epoch and bucket', async ({ near, far, tenant }) => {
      const [one, two] = [newEpoch(), newEpoch()];
      await near.put([usagePart(tenant, one, 0, 1), usagePart(tenant, one, 1, 1), usagePart(tenant, two, 0, 1)]);
      await far.put([usagePart(tenant, two, 0, 3)]);
      await near.put([usagePart(tenant, one, 0, 2), usagePart(tenant, one, 0, 9)]);
      assert.deepEqual(requests(await far.read([tenant])), [1, 3, 9]);
    });

    test('forgets what is still as it was read, and leaves what was put since', async ({ near, far, tenant }) => {
      const [one, two] = [newEpoch(), newEpoch()];
      await near.put([usagePart(tenant, one, 0, 1), usagePart(tenant, two, 0, 1)]);
      const read = await far.read([tenant]);
      await near.put([usagePart(tenant, two, 0, 2)]);
      await far.forget(read);
      assert.deepEqual(requests(await far.read([tenant])), [2]);
      await far.forget(read);
      assert.deepEqual(requests(await far.read([tenant])), [2]);
      await far.forget(await near.read([tenant]));
      assert.deepEqual(await near.read([tenant]), []);
      await far.forget(read);
    });

    test(`pages over ${MANY_TENANTS.toLocaleString('en')} tenants, each once, also while others put`, async (under) => {
      const { near, far } = under;
      const tenants = Array.from({ length: MANY_TENANTS }, newTenant);
      await near.put(tenants.map((tenant) => usagePart(tenant, newEpoch(), 0, 1)));
      const epoch = newEpoch();
      const seen = await everyTenant(far, 200, async () => {
        const added = Array.from({ length: 20 }, newTenant);
        await near.put(added.map((tenant) => usagePart(tenant, epoch, 0, 1)));
      });
      const times = new Map<TenantId, number>();
      for (const tenant of seen) times.set(tenant, (times.get(tenant) ?? 0) + 1);
      assert.deepEqual(new Set(tenants.map((tenant) => times.get(tenant))), new Set([1]));
      await far.forget(await far.read(tenants));
    });

    test('loses nothing between two that put and two that collect', async ({ near, far }) => {
      const tenants = Array.from({ length: 40 }, newTenant);
      const merged = new Map<string, number>();
      const collect = async (journal: UsageJournal) => {
        const read = await journal.read(tenants);
        for (const { part } of read) {
          const key = `${part.tenantId} ${part.processEpoch} ${part.bucketStartMs}`;
          merged.set(key, Math.max(merged.get(key) ?? 0, part.day.requests));
        }
        await journal.forget(read);
      };
      let writing = true;
      const truth = new Map<string, number>();
      const write = async (journal: UsageJournal) => {
        const epoch = newEpoch();
        for (let round = 1; round <= 30; round++) {
          const parts = tenants.map((tenant) => usagePart(tenant, epoch, round % 3, round));
          await journal.put(parts);
          for (const part of parts) truth.set(`${part.tenantId} ${epoch} ${part.bucketStartMs}`, round);
        }
      };
      const collectors = [near, far].map(async (journal) => {
        while (writing) await collect(journal);
      });
      await Promise.all([write(near), write(far)]);
      writing = false;
      await Promise.all(collectors);
      await collect(far);
      assert.deepEqual(new Map([...merged].sort()), new Map([...truth].sort()));
      assert.deepEqual(await near.read(tenants), []);
    });

    test('a tenant is found again however long after its last part it comes back', async ({
      near,
      far,
      pass,
      tenant,
    }) => {
      for (const pauseMs of [0, 299_000, 301_000, HOUR_MS]) {
        await near.put([usagePart(tenant, newEpoch(), 0, 1)]);
        assert.ok((await everyTenant(far)).includes(tenant), `after ${pauseMs} ms`);
        await far.forget(await far.read([tenant]));
        await pass(pauseMs, [tenant]);
        // A pass over it in the meantime may take it out of the list.
        assert.deepEqual(await far.read([tenant]), []);
      }
      await pass(HOUR_MS, [tenant]);
      await far.read([tenant]);
      assert.equal((await everyTenant(far)).includes(tenant), false);
      await near.put([usagePart(tenant, newEpoch(), 0, 1)]);
      assert.ok((await everyTenant(near)).includes(tenant));
    });

    test('leaves out what it cannot read, and leaves it where it is', async ({ near, far, damage, tenant }) => {
      const healthy = newTenant();
      await near.put([usagePart(tenant, newEpoch(), 0, 4), usagePart(healthy, newEpoch(), 0, 4)]);
      await damage?.(tenant);
      const read = await far.read([tenant, healthy]);
      assert.deepEqual(requests(read), [4, 4]);
      await far.forget(read);
      assert.deepEqual(await far.read([tenant, healthy]), []);
      await near.put([usagePart(tenant, newEpoch(), 0, 5)]);
      assert.deepEqual(requests(await far.read([tenant])), [5]);
    });

    test('tells no other incarnation while the server stays', async ({ near, far, tenant }) => {
      const before = [near.incarnation(), far.incarnation()];
      const epoch = newEpoch();
      for (let bucket = 0; bucket < 3; bucket++) {
        await near.put([usagePart(tenant, epoch, bucket, 1)]);
        await near.put([usagePart(tenant, epoch, bucket, 2)]);
        await far.read([tenant]);
      }
      assert.deepEqual([near.incarnation(), far.incarnation()], before);
    });
  });
}

function newEpoch(): string {
  return `${randomUUID()}.0`;
}

function requests(read: readonly JournalledPart[]): number[] {
  return read.map(({ part }) => part.day.requests).sort((a, b) => a - b);
}

function sorted(read: readonly Pick<JournalledPart, 'part'>[]): UsagePart[] {
  return read.map(({ part }) => part).sort((a, b) => (a.processEpoch < b.processEpoch ? -1 : 1));
}

async function everyTenant(journal: UsageJournal, count = 500, between = async () => {}): Promise<TenantId[]> {
  const seen: TenantId[] = [];
  let after: string | undefined;
  do {
    const page = await journal.tenants(after, count);
    seen.push(...page.tenants);
    after = page.next;
    await between();
  } while (after !== undefined);
  return seen;
}
