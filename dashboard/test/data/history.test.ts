import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@tenantcache/database';
import { resolveRange } from '@/data/range';
import { fleetFrame, LIMITS } from '@/data/series/fleet-history';
import { historyExtent, historyFrame } from '@/data/series/history-frame';
import { COUNTERS, GAUGES } from '@/data/series/names';
import { createTestDatabase, type TestDatabase } from './test-database';

const nowMs = Date.parse('2026-11-20T14:32:10Z');
const hour = resolveRange({ range: '1h', from: null, to: null }, nowMs);
const bucketStart = (minutesAgo: number) => new Date(Math.floor(nowMs / 300_000) * 300_000 - minutesAgo * 60_000);
let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  ({ database } = test);
  await database.asAdmin('tester', async (tx) => {
    await tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } });
    for (const tenantId of ['a', 'b']) await tx.tenant.create({ data: { tenantId, name: tenantId, plan: 'Plan' } });
    const sample = (tenantId: string, processEpoch: string, minutesAgo: number, requests: number, used: number) => ({
      tenantId,
      processEpoch,
      bucketStart: bucketStart(minutesAgo),
      bucketMs: 300_000,
      requests,
      responseTimeMs: requests * 2,
      usedBytes: used,
      entries: 1,
      quotaBytes: 1000,
      hardLimitBytes: 1200,
    });
    await tx.sample.createMany({
      data: [
        sample('a', 'p1', 50, 10, 400),
        sample('a', 'p2', 50, 5, 450),
        sample('a', 'p1', 45, 20, 500),
        sample('a', 'p2', 0, 7, 700),
        sample('b', 'p1', 45, 100, 9),
      ],
    });
  });
}, 300_000);

afterAll(() => test.drop());

const names = ['requests', 'responseTimeMs', 'usedBytes'] as const;
const at = <T>(times: readonly number[], values: readonly T[], minutesAgo: number) =>
  values[times.indexOf(bucketStart(minutesAgo).getTime() + 300_000)];

describe('history from the samples', () => {
  it('sums processes, takes the greatest gauge, and leaves a gap where nothing was recorded', async () => {
    const frame = await database.withTenant('a', (tx) => historyFrame(tx, { tenantId: 'a' }, names, hour));
    if (!frame) throw new Error('no history');
    expect(frame.stepMs).toBe(300_000);
    expect(at(frame.times, frame.values.requests, 50)).toBe(15);
    expect(at(frame.times, frame.values.responseTimeMs, 50)).toBe(30);
    expect(at(frame.times, frame.values.usedBytes, 50)).toBe(450);
    expect(at(frame.times, frame.values.usedBytes, 45)).toBe(500);
    expect(at(frame.times, frame.values.requests, 30)).toBeNull();
    expect(at(frame.times, frame.covered, 30)).toBe(false);
  });

  it('shows the bucket under way, and how much of it has passed', async () => {
    const frame = await database.withTenant('a', (tx) => historyFrame(tx, { tenantId: 'a' }, names, hour));
    expect(frame?.values.requests.at(-1)).toBe(7);
    expect(frame?.lastStepMs).toBe(130_000);
  });

  it('sums tenants for staff', async () => {
    const frame = await database.asAdmin('tester', (tx) => historyFrame(tx, {}, names, hour));
    if (!frame) throw new Error('no history');
    expect(at(frame.times, frame.values.requests, 45)).toBe(120);
    expect(at(frame.times, frame.values.usedBytes, 45)).toBe(509);
  });

  it('sums a large fleet as it sums a small one, in coarser steps', async () => {
    const limits = { ...LIMITS, exact: 1, gauges: 8 };
    const [exact, summed] = await database.asAdmin('tester', async (tx) => {
      const extent = await historyExtent(tx, {}, hour);
      if (!extent) throw new Error('no samples');
      return [await historyFrame(tx, {}, names, hour), await fleetFrame(tx, names, hour, extent, limits)];
    });
    if (!exact || !summed) throw new Error('no history');
    expect(summed.stepMs).toBeGreaterThan(exact.stepMs);
    const total = (values: readonly (number | null)[]) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(total(summed.values.requests)).toBe(total(exact.values.requests));
    expect(total(summed.values.responseTimeMs)).toBe(total(exact.values.responseTimeMs));
  });

  it('takes a long range of a large fleet from its days', async () => {
    const asked = resolveRange({ range: '7d', from: null, to: null }, nowMs);
    const summed = await database.asAdmin('tester', async (tx) => {
      for (const [tenantId, requests] of [
        ['a', 40],
        ['b', 2],
      ] as const)
        await tx.tenantMetrics.create({ data: { tenantId, date: new Date('2026-11-18'), requests } });
      const extent = await historyExtent(tx, {}, asked);
      return extent && fleetFrame(tx, names, asked, extent, { ...LIMITS, exact: 1, summedOfLong: 1 });
    });
    if (!summed) throw new Error('no history');
    const day = summed.times.indexOf(Date.parse('2026-11-19T00:00:00Z'));
    expect(summed.values.requests[day]).toBe(42);
    expect(summed.values.requests[day + 1]).toBeNull();
  });

  it('shows a tenant nothing of another, whatever it asks for', async () => {
    expect(await database.withTenant('a', (tx) => historyFrame(tx, { tenantId: 'b' }, names, hour))).toBeUndefined();
    const own = await database.withTenant('a', (tx) => historyFrame(tx, {}, names, hour));
    if (!own) throw new Error('no history');
    expect(at(own.times, own.values.requests, 45)).toBe(20);
  });

  it('has a column for every name', async () => {
    const all = [...COUNTERS, ...GAUGES];
    const frame = await database.withTenant('a', (tx) => historyFrame(tx, { tenantId: 'a' }, all, hour));
    for (const name of all) expect(frame?.values[name].some((value) => value !== null)).toBe(true);
  });

  it('is undefined for a range without samples', async () => {
    const before = resolveRange({ range: '1h', from: nowMs - 9e8, to: nowMs - 8e8 }, nowMs);
    expect(await database.withTenant('a', (tx) => historyFrame(tx, { tenantId: 'a' }, names, before))).toBeUndefined();
  });
});
