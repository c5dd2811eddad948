import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  COUNTER_NAMES,
  type CounterValues,
  RESOURCE_COUNTER_NAMES,
  type ResourceCounterValues,
} from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsagePart } from '../core/usage-part.js';
import type { UsageReader } from '../core/usage-reader.js';
import type { UsageSink } from '../core/usage-sink.js';
import { newTenant } from './contract-desk.js';
import type { TestKit } from './test-kit.js';

type ReadableSink = UsageSink & Required<Pick<UsageSink, 'reader' | 'tidy'>>;

export interface UsageSinkUnderTest {
  /** Two processes on the same data; both may be one object. */
  readonly near: ReadableSink;
  readonly far: ReadableSink;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const BUCKET_MS = 300_000;
const MANY_TENANTS = 10_000;

/** What every usage sink that can be read must do. Its days are from 2020 on, and of the last weeks where they are tidied. */
export function usageSinkContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<UsageSinkUnderTest>,
): void {
  type Desk = UsageSinkUnderTest & { readonly tenant: TenantId; readonly reader: UsageReader };
  const test = (title: string, work: (desk: Desk) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await work({ ...under, tenant: newTenant(), reader: under.far.reader });
      } finally {
        await under.close();
      }
    });

  describe(`UsageSink: ${name}`, () => {
    test('has the same of the same parts in any order, however often they come', async ({ near, far, reader }) => {
      const parts = (tenant: TenantId) => [
        part({ tenant, date: '2020-03-01', count: 2, used: 700, resources: { prices: 1 } }),
        part({ tenant, date: '2020-03-01', count: 5, used: 300, resources: { prices: 3, orders: 2 } }),
        part({ tenant, date: '2020-03-01', count: 9, inBucket: 4, bucket: 1, used: 400, resources: { prices: 7 } }),
      ];
      const told = await Promise.all(
        [
          [0, 1, 2],
          [2, 1, 0],
          [1, 0, 1, 2, 2],
          [2, 0, 2, 1],
        ].map(async (order) => {
          const [one, all] = [newTenant(), newTenant()];
          for (const index of order) await (index % 2 ? near : far).merge([parts(one)[index] as UsagePart]);
          await near.merge(order.map((index) => parts(all)[index] as UsagePart));
          return Promise.all([one, all].map((tenant) => everything(reader, tenant, '2020-03-01', '2020-03-01')));
        }),
      );
      const [first] = told.flat();
      assert.deepEqual(first?.days, [dayOf('2020-03-01', counters(9))]);
      assert.deepEqual(
        first?.samples.map(({ requests, usedBytes }) => [requests, usedBytes]),
        [
          [5, 300],
          [4, 400],
        ],
      );
      assert.deepEqual(first?.resources, [
        { resource: 'prices', ...ofResource(7) },
        { resource: 'orders', ...ofResource(2) },
      ]);
      for (const other of told.flat()) assert.deepEqual(other, first);
    });

    test('doubles and loses nothing where several merge the same and more of it at once', async (desk) => {
      const { near, far, reader } = desk;
      const tenants = Array.from({ length: 8 }, newTenant);
      const epochs = Array.from({ length: 3 }, () => `${randomUUID()}.12`);
      const rounds = Array.from({ length: 12 }, (_, round) => {
        const parts = tenants.flatMap((tenant) =>
          epochs.map((epoch) => {
            const count = 1 + (round % 6);
            return part({ tenant, epoch, date: '2020-03-02', count, resources: { prices: count, orders: 1 } });
          }),
        );
        return (round % 2 ? near : far).merge(round % 3 ? parts : parts.reverse());
      });
      const reports = await Promise.all(rounds);
      for (const { lateParts } of reports) assert.equal(lateParts, 0);
      for (const tenant of tenants) {
        const { days, resources, samples } = await everything(reader, tenant, '2020-03-02', '2020-03-02');
        assert.deepEqual(days, [dayOf('2020-03-02', counters(18))]);
        assert.deepEqual(samples.length, 1);
        assert.deepEqual(
          resources.map(({ resource, requests }) => [resource, requests]),
          [
            ['prices', 18],
            ['orders', 3],
          ],
        );
      }
    });

    test('knows nothing of a tenant that nothing was brought of', async ({ near, reader, tenant }) => {
      assert.deepEqual(await near.merge([]), { lateParts: 0 });
      const nothing = { days: [], samples: [], resources: [] };
      assert.deepEqual(await everything(reader, tenant, '2020-01-01', '2020-12-31'), nothing);
    });

    test('reads the days of a year, both ends included, without those that had no requests', async (desk) => {
      const { near, reader, tenant } = desk;
      const dates = Array.from({ length: 366 }, (_, index) => dateAt('2024-01-01', index));
      const idle = dates[100] as string;
      const count = (date: string) => (date === idle ? 0 : 1 + dates.indexOf(date));
      await near.merge(dates.map((date) => part({ tenant, date, count: count(date) })).reverse());
      const year = await reader.days(tenant, { fromDate: '2024-01-01', toDate: '2024-12-31' });
      const expected = dates.filter((date) => date !== idle).map((date) => dayOf(date, counters(count(date))));
      assert.deepEqual(year, expected);
      const few = await reader.days(tenant, { fromDate: '2024-02-28', toDate: '2024-03-01' });
      assert.deepEqual(
        few.map(({ date }) => date),
        ['2024-02-28', '2024-02-29', '2024-03-01'],
      );
      assert.deepEqual(await reader.days(newTenant(), { fromDate: '2024-01-01', toDate: '2024-12-31' }), []);
    });

    test('sums the buckets of a step; its gauges are the last that was heard', async ({ near, reader, tenant }) => {
      const of = (epoch: string, bucket: number, count: number, used: number, writes = count) => {
        const made = part({ tenant, epoch, date: '2020-03-03', bucket, count, used });
        return { ...made, bucket: { ...made.bucket, writes } };
      };
      await near.merge([
        of('a', 0, 1, 900),
        of('b', 0, 2, 800, 90),
        of('a', 2, 3, 500),
        // Of two in the newest bucket the one that wrote more knows better, though the other still holds an old figure.
        of('a', 5, 4, 100, 40),
        of('b', 5, 5, 800, 0),
        of('a', 12, 6, 200),
      ]);
      const fromMs = Date.parse('2020-03-03');
      const figures = async (stepMs: number, from: number, to: number) =>
        (
          await reader.samples(tenant, { fromMs: fromMs + from * BUCKET_MS, toMs: fromMs + to * BUCKET_MS, stepMs })
        ).map((step) => [(step.startMs - fromMs) / BUCKET_MS, step.requests, step.usedBytes, step.quotaBytes]);
      assert.deepEqual(await figures(3 * BUCKET_MS, 0, 13), [
        [0, 6, 500, 4_000],
        [3, 9, 100, 4_000],
        [12, 6, 200, 4_000],
      ]);
      assert.deepEqual(await figures(12 * BUCKET_MS, 0, 12), [[0, 15, 100, 4_000]]);
      assert.deepEqual(
        (await figures(BUCKET_MS, 2, 12)).map(([at]) => at),
        [2, 5],
        'the start is included, the end is not',
      );
      const [whole] = await reader.samples(tenant, { fromMs, toMs: fromMs + DAY_MS, stepMs: DAY_MS });
      assert.equal(whole?.loadTimeMs, 21 * counters(1).loadTimeMs);
    });

    test('sums resources over days and processes, the most asked for first', async ({ near, reader, tenant }) => {
      const on = (date: string, epoch: string, resources: Record<string, number>) =>
        part({ tenant, date, epoch, count: 1, resources });
      await near.merge([
        on('2020-03-04', 'a', { prices: 5, '(other)': 40, orders: 1 }),
        on('2020-03-04', 'b', { prices: 6 }),
        on('2020-03-05', 'a', { prices: 7, orders: 2 }),
        on('2020-03-06', 'a', { prices: 100 }),
      ]);
      assert.deepEqual(await reader.resources(tenant, { fromDate: '2020-03-04', toDate: '2020-03-05' }), [
        { resource: '(other)', ...ofResource(40) },
        { resource: 'prices', ...ofResource(18) },
        { resource: 'orders', ...ofResource(3) },
      ]);
    });

    test('pages through ten thousand tenants of a span', async ({ near, reader }) => {
      const tenants = Array.from({ length: MANY_TENANTS }, newTenant).sort();
      const date = '2020-05-01';
      await near.merge(tenants.map((tenant, index) => part({ tenant, date, count: 1 + (index % 7), bucket: 3 })));
      // Some had requests on that day and none within the span.
      const outside = Array.from({ length: 700 }, newTenant);
      await near.merge(outside.map((tenant) => part({ tenant, date, count: 5, bucket: 9 })));
      const span = { fromMs: Date.parse(date) + 3 * BUCKET_MS, toMs: Date.parse(date) + 9 * BUCKET_MS };
      const seen: string[] = [];
      let requests = 0;
      for (let after: TenantId | undefined; ; ) {
        const page = await reader.spans(span, { after, count: 1_500 });
        seen.push(...page.map(({ tenantId }) => tenantId));
        requests += page.reduce((sum, row) => sum + row.requests, 0);
        if (page.length < 1_500) break;
        after = page.at(-1)?.tenantId;
      }
      assert.deepEqual(seen, tenants);
      assert.equal(
        requests,
        tenants.reduce((sum, _, index) => sum + 1 + (index % 7), 0),
      );
    });

    test('takes a span’s whole days from the days, and what is before and after from the samples', async (desk) => {
      const { near, reader, tenant } = desk;
      const date = (n: number) => dateAt('2020-06-01', n);
      const last = 287;
      await near.merge([
        part({ tenant, date: date(0), count: 3, bucket: last - 1 }),
        part({ tenant, date: date(0), epoch: 'b', count: 10, bucket: last }),
        // Of the day more is known than of its one bucket, as where a process had to drop some.
        part({ tenant, date: date(1), count: 100, inBucket: 20 }),
        part({ tenant, date: date(2), count: 1_000, bucket: 0 }),
        part({ tenant, date: date(2), epoch: 'b', count: 10_000, bucket: 1 }),
      ]);
      const spanOf = async (from: number, to: number) =>
        (await reader.spans({ fromMs: Date.parse(date(0)) + from, toMs: Date.parse(date(0)) + to }, { count: 5 })).find(
          ({ tenantId }) => tenantId === tenant,
        );
      const edge = last * BUCKET_MS;
      assert.deepEqual(await spanOf(edge, 2 * DAY_MS + BUCKET_MS), { tenantId: tenant, ...counters(1_110) });
      assert.equal((await spanOf(0, 3 * DAY_MS))?.requests, 11_113);
      assert.equal((await spanOf(DAY_MS, 2 * DAY_MS))?.requests, 100);
      assert.equal((await spanOf(DAY_MS, 2 * DAY_MS - 1))?.requests, 20);
      assert.equal((await spanOf(edge, edge + 1))?.requests, 10);
      assert.equal(await spanOf(edge + 1, DAY_MS), undefined);
    });

    test('tells who used most of the fleet’s days', async ({ near, reader }) => {
      const tenants = Array.from({ length: 30 }, newTenant).sort();
      const dates = ['2020-07-01', '2020-07-02'];
      await near.merge(
        tenants.flatMap((tenant, index) => dates.map((date) => part({ tenant, date, count: Math.min(index, 20) }))),
      );
      const span = { fromDate: '2020-07-01', toDate: '2020-07-02' };
      const { tenants: asked, total, top } = await reader.fleet(span, { by: 'misses', count: 3 });
      assert.equal(asked, 29);
      assert.equal(total.requests, 2 * (190 + 200));
      assert.deepEqual(
        top.map(({ tenantId, misses }) => [tenantId, misses]),
        tenants.slice(20, 23).map((tenant) => [tenant, 2 * counters(20).misses]),
      );
      const all = await reader.fleet(span, { by: 'requests', count: 100 });
      assert.equal(all.top.length, 29);
      const never = { fromDate: '2019-01-01', toDate: '2019-01-02' };
      assert.deepEqual(await reader.fleet(never, { by: 'requests', count: 3 }), {
        tenants: 0,
        total: counters(0),
        top: [],
      });
    });

    test('sums the steps of all tenants; steps of a day are of the days', async ({ near, far, reader }) => {
      const [one, two, three] = [newTenant(), newTenant(), newTenant()];
      const of = (tenant: TenantId, bucket: number, count: number, epoch = 'a') =>
        part({ tenant, epoch, date: '2020-08-01', bucket, count });
      await near.merge([of(one, 0, 1), of(one, 0, 2, 'b'), of(two, 2, 3), of(three, 3, 4), of(one, 287, 5, 'c')]);
      await far.merge([of(one, 0, 2, 'b'), of(two, 2, 3)]);
      // Of the day more is known than of its one bucket.
      await near.merge([part({ tenant: two, date: '2020-08-02', count: 60, inBucket: 7 })]);
      const fromMs = Date.parse('2020-08-01');
      const steps = async (stepMs: number, fromOffset = 0, toOffset = DAY_MS) => {
        const found = await reader.fleetSamples({ fromMs: fromMs + fromOffset, toMs: fromMs + toOffset, stepMs });
        return found.map(({ startMs, ...values }) => {
          assert.deepEqual(values, counters(values.requests));
          return [(startMs - fromMs) / BUCKET_MS, values.requests];
        });
      };
      const fine = [
        [0, 3],
        [2, 3],
        [3, 4],
        [287, 5],
      ];
      assert.deepEqual(await steps(BUCKET_MS), fine);
      assert.deepEqual(await steps(3 * BUCKET_MS), [
        [0, 6],
        [3, 4],
        [285, 5],
      ]);
      // The start is included, the end is not.
      assert.deepEqual(await steps(BUCKET_MS, 2 * BUCKET_MS, 3 * BUCKET_MS), [fine[1]]);
      assert.deepEqual(await steps(BUCKET_MS, 3 * BUCKET_MS + 1, 287 * BUCKET_MS), []);
      assert.deepEqual(await steps(BUCKET_MS, DAY_MS, 2 * DAY_MS), [[288, 7]]);
      const days = [
        [0, 15],
        [288, 60],
      ];
      assert.deepEqual(await steps(DAY_MS), days.slice(0, 1));
      assert.deepEqual(await steps(DAY_MS, 1, DAY_MS + 1), days);
      assert.deepEqual(await steps(DAY_MS, DAY_MS, 3 * DAY_MS), days.slice(1));
    });

    test('sums the resources of all tenants, of which it names the most asked for', async ({ near, reader }) => {
      const [one, two] = [newTenant(), newTenant()];
      const of = (tenant: TenantId, date: string, resources: Record<string, number>) =>
        part({ tenant, date, count: 1, resources });
      await near.merge([
        of(one, '2020-08-11', { prices: 5, orders: 2, '(other)': 90 }),
        of(two, '2020-08-12', { prices: 3 }),
        of(two, '2020-08-13', { prices: 100 }),
      ]);
      const span = { fromDate: '2020-08-11', toDate: '2020-08-12' };
      assert.deepEqual(await reader.fleetResources(span), [
        { resource: '(other)', ...ofResource(90) },
        { resource: 'prices', ...ofResource(8) },
        { resource: 'orders', ...ofResource(2) },
      ]);
      const tenants = Array.from({ length: 35 }, newTenant);
      const many = (tenant: TenantId, index: number) => {
        const names = Array.from({ length: 30 }, (_, n) => [`r${index * 30 + n}`, 2 + index * 30 + n]);
        return of(tenant, '2020-08-14', { ...Object.fromEntries(names), '(other)': 1 });
      };
      await near.merge(tenants.map(many));
      const found = await reader.fleetResources({ fromDate: '2020-08-14', toDate: '2020-08-14' });
      assert.equal(found.length, 1_001);
      const others = found.find(({ resource }) => resource === '(other)');
      // The fifty that were asked for least, and what was told of others before.
      const least = Array.from({ length: 50 }, (_, n) => 2 + n).reduce((sum, count) => sum + count, 0);
      assert.equal(others?.requests, ofResource(1).requests * (least + 35));
      const named = found.filter(({ resource }) => resource !== '(other)').map(({ resource }) => resource);
      assert.deepEqual([named[0], named.at(-1)], ['r1049', 'r50']);
    });

    test('folds the parts of days that ended a week ago: their sums stay, later parts are refused', async (desk) => {
      const { near, far, reader, tenant } = desk;
      const nowMs = Date.now();
      const [folded, kept] = [8, 7].map((days) => dateAt(new Date(nowMs).toISOString(), -days)) as [string, string];
      await tidyAll(near, nowMs);
      const on = (date: string, epoch: string, count: number, resources = {}) =>
        part({ tenant, date, epoch, count, resources });
      const before = [
        on(folded, 'a', 5, { prices: 5, orders: 1 }),
        on(folded, 'b', 7, { prices: 6 }),
        on(kept, 'a', 2),
      ];
      await near.merge(before);
      const was = await everything(reader, tenant, folded, kept);
      assert.deepEqual(await far.tidy(nowMs), { foldedDays: 1, droppedSamples: 0 });
      assert.deepEqual(await everything(reader, tenant, folded, kept), was);
      const late = [on(folded, 'a', 6, { prices: 9 }), on(folded, 'c', 50, { orders: 9 }), on(kept, 'a', 3)];
      assert.deepEqual(await near.merge([...before, ...late]), { lateParts: 4 });
      const is = await everything(reader, tenant, folded, kept);
      assert.deepEqual(is.days, [dayOf(folded, counters(12)), dayOf(kept, counters(3))]);
      assert.deepEqual(is.resources, was.resources);
      assert.deepEqual(is.samples[0], was.samples[0]);
      assert.deepEqual(await near.tidy(nowMs), { foldedDays: 0, droppedSamples: 0 });
    });

    test('folds nothing early by a clock that is ahead', async ({ near, tenant }) => {
      const nowMs = Date.now();
      await tidyAll(near, nowMs);
      const date = new Date(nowMs).toISOString().slice(0, 10);
      await near.merge([part({ tenant, date, count: 1 })]);
      assert.deepEqual(await near.tidy(nowMs + 400 * DAY_MS), { foldedDays: 0, droppedSamples: 0 });
      assert.deepEqual(await near.merge([part({ tenant, date, count: 2 })]), { lateParts: 0 });
    });

    test('drops samples after 90 days, and no day', async ({ near, reader, tenant }) => {
      const nowMs = Date.now();
      await tidyAll(near, nowMs);
      const [gone, kept] = [92, 89].map((days) => dateAt(new Date(nowMs).toISOString(), -days)) as [string, string];
      await near.merge([gone, kept].map((date) => part({ tenant, date, count: 4 })));
      assert.deepEqual(await near.tidy(nowMs), { foldedDays: 2, droppedSamples: 1 });
      const is = await everything(reader, tenant, gone, kept);
      assert.deepEqual(
        is.samples.map(({ startMs }) => startMs),
        [Date.parse(kept)],
      );
      assert.deepEqual(is.days, [dayOf(gone, counters(4)), dayOf(kept, counters(4))]);
    });
  });
}

/** Each counter another figure, so that a column that is mistaken for another shows. */
function counters(count: number): CounterValues {
  return Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, count * (index + 1)])) as CounterValues;
}

function ofResource(count: number): ResourceCounterValues {
  return Object.fromEntries(
    RESOURCE_COUNTER_NAMES.map((name, index) => [name, count * (index + 1)]),
  ) as ResourceCounterValues;
}

/** A part after `count` units of work on its day, of which its bucket saw `inBucket`. */
function part(given: {
  tenant: TenantId;
  date: string;
  count: number;
  inBucket?: number;
  bucket?: number;
  epoch?: string;
  used?: number;
  resources?: Record<string, number>;
}): UsagePart {
  const { tenant, date, count, inBucket = count, bucket = 0, epoch = 'a', used = 1_000, resources = {} } = given;
  return {
    tenantId: tenant,
    processEpoch: epoch,
    date,
    day: counters(count),
    resources: Object.fromEntries(Object.entries(resources).map(([name, asked]) => [name, ofResource(asked)])),
    bucketStartMs: Date.parse(date) + bucket * BUCKET_MS,
    bucketMs: BUCKET_MS,
    bucket: counters(inBucket),
    usedBytes: used,
    entries: 3,
    quotaBytes: 4_000,
    hardLimitBytes: 5_000,
  };
}

function dayOf(date: string, values: CounterValues) {
  return {
    date,
    ...values,
    hitRate: (values.l1Hits + values.l2Hits) / values.requests,
    meanResponseTimeMs: values.responseTimeMs / values.requests,
  };
}

async function everything(reader: UsageReader, tenant: TenantId, fromDate: string, toDate: string) {
  const span = { fromMs: Date.parse(fromDate), toMs: Date.parse(toDate) + DAY_MS, stepMs: BUCKET_MS };
  return {
    days: await reader.days(tenant, { fromDate, toDate }),
    samples: await reader.samples(tenant, span),
    resources: await reader.resources(tenant, { fromDate, toDate }),
  };
}

/** What other tests left is done with first: a call does a bounded part of it. */
async function tidyAll(sink: ReadableSink, nowMs: number): Promise<void> {
  for (;;) {
    const { foldedDays, droppedSamples } = await sink.tidy(nowMs);
    if (foldedDays + droppedSamples === 0) return;
  }
}

function dateAt(date: string, days: number): string {
  return new Date(Date.parse(date.slice(0, 10)) + days * DAY_MS).toISOString().slice(0, 10);
}
