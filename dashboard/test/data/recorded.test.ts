import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@tenantcache/database';
import { activityOf, recordedMsOf } from '@/data/activity-from-postgres';
import { resolveRange } from '@/data/range';
import { createTestDatabase, type TestDatabase } from './test-database';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const nowMs = Date.parse('2026-11-20T14:32:10Z');
const month = resolveRange({ range: '30d', from: null, to: null }, nowMs);
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  ({ database } = test);
  await database.asAdmin('tester', async (tx) => {
    await tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } });
    await tx.tenant.create({ data: { tenantId: 'a', name: 'a', plan: 'Plan' } });
    const sampled = ['2026-11-19T21:00:00Z', '2026-11-19T21:05:00Z', '2026-11-19T21:15:00Z', '2026-11-20T14:25:00Z'];
    await tx.sample.createMany({
      data: sampled.map((start) => ({
        tenantId: 'a',
        processEpoch: 'p1',
        bucketStart: new Date(start),
        bucketMs: 5 * MINUTE_MS,
        requests: 30,
        usedBytes: 1,
        entries: 1,
        quotaBytes: 1000,
        hardLimitBytes: 1000,
      })),
    });
    for (const [date, requests] of [
      ['2026-11-10', 1440],
      ['2026-11-19', 90],
      ['2026-11-20', 30],
    ] as const)
      await tx.tenantMetrics.create({ data: { tenantId: 'a', date: new Date(date), requests } });
  });
}, 300_000);

afterAll(() => test.drop());

describe('how much of a range was recorded', () => {
  it('counts a day as long as its samples reach, and in full where they are gone', async () => {
    const recordedMs = await database.asAdmin('tester', (tx) => recordedMsOf(tx, month));
    expect(recordedMs).toBe(DAY_MS + 20 * MINUTE_MS + 5 * MINUTE_MS);
  });

  it('sums whole days and the samples of the day under way', async () => {
    const [row] = await database.asAdmin('tester', (tx) => activityOf(tx, month, ['a']));
    expect(row?.requests).toBe(1440 + 90 + 30);
  });
});
