import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COUNTER_NAMES, type CounterValues } from '../../src/core/counters.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { UsagePart } from '../../src/core/usage-part.js';
import type { UsageSink } from '../../src/core/usage-sink.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { createPlannedDatabase, type PlannedDatabase } from './planned-database.js';

const DATE = '2026-11-20';
const BUCKET_MS = 15_000;
const START_MS = Date.parse(`${DATE}T10:00:00Z`);
let test: PlannedDatabase;

beforeAll(async () => {
  test = await createPlannedDatabase();
});
afterAll(() => test.drop());

const counters = (value: number): CounterValues =>
  Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, value * (index + 1)])) as CounterValues;

/** A part after `count` units of work, of which the bucket saw `inBucket`. */
const part = (tenant: TenantId, processEpoch: string, count: number, bucket = 0, inBucket = count): UsagePart => ({
  tenantId: tenant,
  processEpoch,
  date: DATE,
  day: counters(count),
  resources: count === 0 ? {} : { prices: counters(count) },
  bucketStartMs: START_MS + bucket * BUCKET_MS,
  bucketMs: BUCKET_MS,
  bucket: counters(inBucket),
  usedBytes: count * 1_000,
  entries: count,
  quotaBytes: 4 * 1_048_576,
  hardLimitBytes: 5 * 1_048_576,
});

const day = (tenant: TenantId) =>
  test.database.withTenant(tenant, (tx) =>
    tx.tenantMetrics.findUnique({ where: { tenantId_date: { tenantId: tenant, date: new Date(DATE) } } }),
  );
const samples = (tenant: TenantId) =>
  test.database.withTenant(tenant, (tx) =>
    tx.sample.findMany({ orderBy: [{ bucketStart: 'asc' }, { processEpoch: 'asc' }] }),
  );

async function newTenant(): Promise<TenantId> {
  const tenant = await test.newTenant();
  await test.database.asAdmin('system:test', (tx) => tx.tenantQuota.create({ data: { tenantId: tenant, quotaMb: 4 } }));
  return tenant;
}

describe.each(['admin', 'app'] as const)('postgresUsage by the %s role', (role) => {
  let sink: UsageSink;
  beforeAll(() => {
    sink = postgresUsage(role === 'admin' ? { url: test.appUrl, adminUrl: test.adminUrl } : { url: test.appUrl });
  });
  afterAll(() => sink.close());

  it('writes the day, the sample and the use of each tenant', async () => {
    const [a, b] = [await newTenant(), await newTenant()];
    await sink.merge([part(a, 'p1', 10), part(b, 'p1', 3)]);
    expect(await day(a)).toMatchObject({
      requests: 10n,
      l1Hits: 20n,
      l2Hits: 30n,
      misses: 40n,
      evictedBytes: 90n,
      totalBytesServed: 130n,
      totalBytesWritten: 140n,
      responseTimeMs: 150,
      staleServed: 160n,
      warnings: 170n,
      loadTimeMs: 180,
      hitRate: 5,
      avgResponseTimeMs: 15,
    });
    expect(await day(b)).toMatchObject({ requests: 3n });
    expect(await samples(a)).toMatchObject([
      { bucketStart: new Date(START_MS), bucketMs: BUCKET_MS, requests: 10n, usedBytes: 10_000n, entries: 10n },
    ]);
    const quota = await test.database.withTenant(a, (tx) =>
      tx.tenantQuota.findUniqueOrThrow({ where: { tenantId: a } }),
    );
    expect(Number(quota.currentUsageMb)).toBeCloseTo(10_000 / 1_048_576, 5);
    expect(quota).toMatchObject({ usageAt: new Date(START_MS), version: 1 });
  });

  it('doubles nothing where parts come twice, in one call or in two, or out of order', async () => {
    const tenant = await newTenant();
    const [early, late] = [part(tenant, 'p1', 5, 0), part(tenant, 'p1', 9, 1, 4)];
    await sink.merge([early, late, early]);
    await sink.merge([late]);
    await sink.merge([early]);
    expect(await day(tenant)).toMatchObject({ requests: 9n, responseTimeMs: 135 });
    expect((await samples(tenant)).map(({ requests }) => requests)).toEqual([5n, 4n]);
    const quota = await test.database.withTenant(tenant, (tx) => tx.tenantQuota.findFirstOrThrow());
    expect(quota.usageAt).toEqual(new Date(START_MS + BUCKET_MS));
    expect(Number(quota.currentUsageMb)).toBeCloseTo(9_000 / 1_048_576, 5);
  });

  it('sums processes, and a restart of one', async () => {
    const tenant = await newTenant();
    await sink.merge([part(tenant, 'p1', 5), part(tenant, 'p2', 7)]);
    await sink.merge([part(tenant, 'p1-restarted', 1)]);
    expect(await day(tenant)).toMatchObject({ requests: 13n });
    expect(await samples(tenant)).toHaveLength(3);
  });

  it('loses nothing where many flushers merge the same tenants at once, in any order', async () => {
    const tenants = await Promise.all(Array.from({ length: 5 }, newTenant));
    const flushes = Array.from({ length: 10 }, (_, process) => {
      const parts = tenants.map((tenant) => part(tenant, `p${process}`, process + 1));
      return sink.merge(process % 2 ? parts : parts.reverse());
    });
    await Promise.all(flushes);
    for (const tenant of tenants) expect(await day(tenant)).toMatchObject({ requests: 55n });
  });

  it('counts a tenant that the directory does not know, and rounds what columns cannot hold', async () => {
    const tenant = tenantId(`unknown-${role}`);
    await sink.merge([{ ...part(tenant, 'p1', 1.4), usedBytes: Number.NaN, entries: -1 }]);
    expect(await day(tenant)).toMatchObject({ requests: 1n, responseTimeMs: 1.4 * 15 });
    expect(await samples(tenant)).toMatchObject([{ usedBytes: 0n, entries: 0n }]);
  });

  it('takes a figure or a name that a column would refuse for another, and loses nothing beside it', async () => {
    const [odd, sound] = [await newTenant(), await newTenant()];
    const of = part(odd, 'p1', 2);
    const figures = { ...of.day, requests: 1e300, responseTimeMs: Number.NaN, loadTimeMs: -1 };
    const resources = { prices: counters(1), 'no name': counters(2), [`r${'x'.repeat(64)}`]: counters(3) };
    const report = await sink.merge([{ ...of, day: figures, resources }, part(sound, `${randomUUID()}.123456789`, 4)]);
    expect(report).toEqual({ lateParts: 0 });
    expect(await day(odd)).toMatchObject({ responseTimeMs: 0, loadTimeMs: 0, misses: 8n });
    expect(await day(sound)).toMatchObject({ requests: 4n });
    const span = { fromDate: DATE, toDate: DATE };
    expect(await sink.reader?.resources(odd, span)).toMatchObject([
      { resource: '(other)', requests: 5 },
      { resource: 'prices', requests: 1 },
    ]);
  });

  it('has no hit rate where there were no requests', async () => {
    const tenant = await newTenant();
    await sink.merge([part(tenant, 'p1', 0)]);
    expect(await day(tenant)).toMatchObject({ requests: 0n, hitRate: null, avgResponseTimeMs: null });
  });

  it('merges nothing at all without parts', async () => {
    await expect(sink.merge([])).resolves.toEqual({ lateParts: 0 });
  });
});

describe('postgresUsage', () => {
  it('merges more parts than one transaction takes', async () => {
    const sink = postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl });
    const tenants = Array.from({ length: 1_100 }, (_, index) => tenantId(`many-${index}`));
    await sink.merge(tenants.map((tenant) => part(tenant, 'p1', 2)));
    const total = await test.database.asAdmin('system:test', (tx) =>
      tx.tenantMetrics.aggregate({ _sum: { requests: true }, where: { tenantId: { startsWith: 'many-' } } }),
    );
    expect(total._sum.requests).toBe(2_200n);
    await sink.close();
  });

  it('rejects with DIRECTORY_UNAVAILABLE where Postgres does not listen', async () => {
    const sink = postgresUsage({ url: 'postgresql://role:word@127.0.0.1:9/none', timeout: '1s' });
    await expect(sink.merge([part(tenantId('t'), 'p', 1)])).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await sink.close();
  });
});
