import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { COUNTER_NAMES, type CounterValues } from '../../src/core/counters.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { UsagePart } from '../../src/core/usage-part.js';
import type { UsageSink } from '../../src/core/usage-sink.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { mergeParts } from '../../src/postgres/usage-merge.js';
import { foldDays } from '../../src/postgres/usage-tidy.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
/** The youngest day that is folded. */
const DATE = new Date(NOW_MS - 8 * DAY_MS).toISOString().slice(0, 10);

type Sink = Required<Pick<UsageSink, 'merge' | 'tidy' | 'reader' | 'close'>>;

let test: TestDatabase;
let near: Sink;
let far: Sink;
beforeAll(async () => {
  test = await createTestDatabase();
  const open = () => postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl }) as Sink;
  [near, far] = [open(), open()];
});
afterAll(async () => {
  await Promise.all([near.close(), far.close()]);
  await test.drop();
});

const newTenant = (): TenantId => tenantId(`t${randomBytes(6).toString('hex')}`);

const counters = (count: number): CounterValues =>
  Object.fromEntries(COUNTER_NAMES.map((name) => [name, count])) as CounterValues;

const part = (tenant: TenantId, count: number, processEpoch = 'p1'): UsagePart => ({
  tenantId: tenant,
  processEpoch,
  date: DATE,
  day: counters(count),
  resources: { prices: counters(count) },
  bucketStartMs: Date.parse(DATE),
  bucketMs: 300_000,
  bucket: counters(count),
  usedBytes: count,
  entries: 1,
  quotaBytes: 9,
  hardLimitBytes: 9,
});

const span = { fromDate: DATE, toDate: DATE };
async function requestsOf(tenant: TenantId) {
  const [day] = await near.reader.days(tenant, span);
  const [prices] = await near.reader.resources(tenant, span);
  return [day?.requests, prices?.requests];
}

async function partsOf(tenant: TenantId): Promise<number> {
  return test.database.asAdmin('system:test', (tx) => tx.counterPart.count({ where: { tenantId: tenant } }));
}

/** Resolves once a statement of another connection waits for a lock. */
async function someoneWaits(): Promise<void> {
  for (;;) {
    const [row] = await test.database.asAdmin(
      'system:test',
      (tx) => tx.$queryRaw<{ waiting: number }[]>`SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`,
    );
    if ((row?.waiting ?? 0) > 0) return;
    await delay(5);
  }
}

it('a merge that comes while its day is being folded waits, is refused, and changes nothing', async () => {
  const tenant = newTenant();
  await near.merge([part(tenant, 5)]);
  let late: Promise<unknown> = Promise.resolve();
  await test.database.asAdmin('system:test', async (tx) => {
    expect(await foldDays(tx, NOW_MS, 100)).toBe(1);
    late = near.merge([part(tenant, 6)]);
    await someoneWaits();
  });
  await expect(late).resolves.toEqual({ lateParts: 1 });
  expect(await requestsOf(tenant)).toEqual([5, 5]);
  expect(await partsOf(tenant)).toBe(0);
});

it('a day that is being merged into is left for the next call, which finds all of it', async () => {
  const tenant = newTenant();
  await near.merge([part(tenant, 5)]);
  await test.database.asAdmin('system:test', async (tx) => {
    expect(await mergeParts(tx, [part(tenant, 7), part(tenant, 1, 'p2')])).toBe(0);
    expect(await far.tidy(NOW_MS)).toEqual({ foldedDays: 0, droppedSamples: 0 });
  });
  expect(await far.tidy(NOW_MS)).toEqual({ foldedDays: 1, droppedSamples: 0 });
  expect(await requestsOf(tenant)).toEqual([8, 8]);
  expect(await partsOf(tenant)).toBe(0);
});

it('a fold whose connection is lost in the middle leaves all as it was', async () => {
  const tenant = newTenant();
  await near.merge([part(tenant, 5), part(tenant, 2, 'p2')]);
  const killed = test.database.asAdmin('system:test', async (tx) => {
    const [own] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    expect(await foldDays(tx, NOW_MS, 100)).toBe(1);
    await tx.$queryRaw`SELECT pg_terminate_backend(${own?.pid}::int)`;
  });
  await expect(killed).rejects.toThrow();
  expect(await requestsOf(tenant)).toEqual([7, 7]);
  expect(await partsOf(tenant)).toBe(2);
  expect(await near.merge([part(tenant, 6)])).toEqual({ lateParts: 0 });
  expect(await near.tidy(NOW_MS)).toMatchObject({ foldedDays: 1 });
  expect(await requestsOf(tenant)).toEqual([8, 8]);
});

it('of merges and folds of the same days at once, each day has what was taken and nothing that was refused', async () => {
  const tenants = Array.from({ length: 20 }, newTenant);
  const taken = new Map<TenantId, number>();
  let folding = true;
  const merger = async (sink: Sink, epoch: string, tenant: TenantId) => {
    let last = 0;
    for (let count = 1; folding && count < 500; count++) {
      const { lateParts } = await sink.merge([part(tenant, count, epoch)]);
      if (lateParts > 0) break;
      last = count;
    }
    taken.set(tenant, (taken.get(tenant) ?? 0) + last);
  };
  const mergers = tenants.flatMap((tenant) => [merger(near, 'p1', tenant), merger(far, 'p2', tenant)]);
  let folded = 0;
  while (folded < tenants.length) {
    // Few at a time, so that merges and folds stay mixed.
    const fold = () => test.database.asAdmin('system:test', (tx) => foldDays(tx, NOW_MS, 3));
    const counts = await Promise.all([fold(), fold()]);
    folded += counts[0] + counts[1];
  }
  folding = false;
  await Promise.all(mergers);
  for (const tenant of tenants) {
    const sum = taken.get(tenant);
    expect(await requestsOf(tenant)).toEqual([sum, sum]);
    expect(await partsOf(tenant)).toBe(0);
  }
});

it('an app role alone merges, reads its tenants and folds nothing; it hears of folded days all the same', async () => {
  const app = postgresUsage({ url: test.appUrl });
  const tenant = newTenant();
  expect(await app.merge([part(tenant, 3)])).toEqual({ lateParts: 0 });
  expect(app.tidy).toBeUndefined();
  expect(await app.reader?.days(tenant, span)).toMatchObject([{ requests: 3 }]);
  await expect(app.reader?.spans({ fromMs: 0, toMs: 1 }, { count: 1 })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  });
  await far.tidy(NOW_MS);
  expect(await app.merge([part(tenant, 4), part(newTenant(), 4)])).toEqual({ lateParts: 1 });
  expect(await requestsOf(tenant)).toEqual([3, 3]);
  await app.close();
});
