import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantId } from '../../src/core/tenant-id.js';
import type { CrossingRow, UsageSink } from '../../src/core/usage-sink.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { MemoryUsageSink } from '../../src/testing/memory-usage-sink.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const crossing = (tenant: string, atMs: number, change: Partial<CrossingRow> = {}): CrossingRow => ({
  tenantId: tenantId(tenant),
  from: 'ok',
  to: 'warning',
  usedBytes: 8_000_000_000_000,
  quotaBytes: 10_000_000_000_000,
  hardLimitBytes: 12_000_000_000_000,
  atMs,
  ...change,
});

type CrossingSink = Required<Pick<UsageSink, 'crossed' | 'crossings' | 'close'>>;

const SINKS: [string, () => CrossingSink][] = [
  ['memory', () => new MemoryUsageSink()],
  ['postgres, app role', () => postgresUsage({ url: test.appUrl }) as CrossingSink],
  ['postgres, admin role', () => postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl }) as CrossingSink],
];

describe.each(SINKS)('crossings kept by %s', (name, open) => {
  const prefix = name.replace(/\W/g, '-');
  const [a, b] = [`${prefix}-a`, `${prefix}-b`];
  const nowMs = 1_795_000_000_123;

  it('are listed newest first as they were given, each tenant’s its own', async () => {
    const sink = open();
    const rows = [
      crossing(a, nowMs),
      crossing(b, nowMs),
      crossing(a, nowMs + 2, { from: 'warning', to: 'critical' }),
      crossing(a, nowMs + 1, { from: 'critical', to: 'ok', usedBytes: 0 }),
    ];
    await sink.crossed(rows);
    const listed = await sink.crossings(tenantId(a), { page: 1, pageSize: 2 });
    expect(listed).toEqual({ items: [rows[2], rows[3]], total: 3, page: 1, pageSize: 2 });
    expect((await sink.crossings(tenantId(a), { page: 2, pageSize: 2 })).items).toEqual([rows[0]]);
    expect(await sink.crossings(tenantId(b), { page: 1, pageSize: 10 })).toMatchObject({ items: [rows[1]], total: 1 });
    await sink.close();
  });

  it('are kept once, however often and by however many they are sent', async () => {
    const [near, far] = [open(), name === 'memory' ? undefined : open()];
    const tenant = `${prefix}-twice`;
    const rows = Array.from({ length: 600 }, (_, index) => crossing(tenant, nowMs + index));
    await Promise.all([near.crossed(rows), (far ?? near).crossed([...rows].reverse()), near.crossed(rows)]);
    expect((await near.crossings(tenantId(tenant), { page: 1, pageSize: 1 })).total).toBe(600);
    await Promise.all([near.close(), far?.close()]);
  });
});
