import { describe, expect, it } from '@jest/globals';
import { TenantAdvisor } from '../../../src/advice/tenant-advisor.js';
import { ADVICE_KINDS } from '../../../src/core/advice.js';
import { fail } from '../../../src/core/errors.js';
import { limitsOf } from '../../../src/core/quota.js';
import { MemoryCurveStore } from '../../../src/testing/memory-curve-store.js';
import {
  curveSample,
  DAY_MS,
  FixedUsage,
  HOUR_MS,
  MIB,
  NOW_MS,
  resourceUsage,
  TENANT,
  usageSample,
} from './usage-figures.js';

const LIMITS = limitsOf({ quotaBytes: 100 * MIB });
const today = Math.floor(NOW_MS / DAY_MS) * DAY_MS;

function advisor(usage?: FixedUsage, curves = new MemoryCurveStore()) {
  return new TenantAdvisor({ curves, usage, now: () => NOW_MS });
}

describe('TenantAdvisor', () => {
  it('knows nothing of an empty tenant, and says why of each kind of advice', async () => {
    const report = await advisor(new FixedUsage()).advise(TENANT, LIMITS);
    expect(report).toMatchObject({ tenantId: TENANT, quota: null, growth: null, effectiveness: null, items: [] });
    expect(report.silences.map(({ kind }) => kind).sort()).toEqual([...ADVICE_KINDS].sort());
  });

  it('knows as little where nothing is kept', async () => {
    const report = await new TenantAdvisor({ curves: undefined, usage: undefined }).advise(TENANT, LIMITS);
    expect([report.items, report.silences.length]).toEqual([[], ADVICE_KINDS.length]);
  });

  it('gives of one day what one day is enough for', async () => {
    const hours = Array.from({ length: 10 }, (_, at) =>
      usageSample(today + at * HOUR_MS, { requests: 1_000, l1Hits: 900, usedBytes: 10 * MIB }),
    );
    const resources = [resourceUsage('quote', { requests: 10_000, l1Hits: 9_000, loads: 1_000, loadTimeMs: 50_000 })];
    const days = [usageSample(today, { usedBytes: 10 * MIB })];
    const report = await advisor(new FixedUsage({ days, hours, resources })).advise(TENANT, LIMITS);
    expect(report.effectiveness?.score).toBeGreaterThan(50);
    expect(report.items.map(({ kind }) => kind)).toEqual(['effectiveness']);
    expect(report.silences.map(({ kind }) => kind)).toEqual(['quota', 'growth', 'anomaly', 'ttl']);
  });

  it('puts the most severe first, and has finite figures of a huge tenant', async () => {
    const curves = new MemoryCurveStore();
    const requests = 5e12;
    await curves.save([
      curveSample({
        ...{ requests, hits: requests * 0.7, sampled: 1e8, rate: 1e-5, cold: requests * 0.3 },
        distances: [[80, requests * 0.7]],
      }),
    ]);
    const days = Array.from({ length: 30 }, (_, at) =>
      usageSample(today - (29 - at) * DAY_MS, { usedBytes: (at + 60) * MIB }),
    );
    const hours = Array.from({ length: 14 * 24 }, (_, at) =>
      usageSample(today + 10 * HOUR_MS - (14 * 24 - at) * HOUR_MS, { requests: 3e9, l1Hits: 2e9, usedBytes: 1e15 }),
    );
    const resources = Array.from({ length: 33 }, (_, at) =>
      resourceUsage(`r${at}`, { requests, l1Hits: requests / 4, loads: requests / 2, loadTimeMs: 1e15 }),
    );
    const report = await advisor(new FixedUsage({ days, hours, resources }), curves).advise(
      TENANT,
      limitsOf({ quotaBytes: 2 ** 41 }),
    );
    const order = report.items.map(({ severity }) => ['warning', 'notice', 'info'].indexOf(severity));
    expect(order).toEqual([...order].sort());
    expect(report.items.length).toBeGreaterThan(30);
    expect(report.quota?.presentHitRate).toBeCloseTo(0.7);
    expect(
      JSON.stringify(report, (_, value) => (Number.isFinite(value) || typeof value !== 'number' ? value : 'odd')),
    ).not.toContain('odd');
    for (const { message } of report.items) expect(message).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('counts what is held from when the tenant came, also while nobody asks for it', async () => {
    const hours = [usageSample(NOW_MS - 2.5 * HOUR_MS, { usedBytes: 4 * MIB })];
    const fine = [usageSample(NOW_MS - 2 * HOUR_MS, { usedBytes: 4 * MIB })];
    const resources = [resourceUsage('r', { requests: 2_000, l1Hits: 1_000, loads: 1_000, loadTimeMs: 1_000 })];
    const { effectiveness } = await advisor(new FixedUsage({ hours, fine, resources })).advise(TENANT, LIMITS);
    expect(effectiveness?.mibHours).toBeCloseTo(8);
  });

  it('asks for its tenant alone', async () => {
    const usage = new FixedUsage();
    await advisor(usage).advise(TENANT, LIMITS);
    expect(new Set(usage.asked)).toEqual(new Set([TENANT]));
  });

  it('rejects where what is kept cannot be read', async () => {
    const curves = new MemoryCurveStore();
    curves.read = async () => {
      throw fail('DIRECTORY_UNAVAILABLE');
    };
    await expect(advisor(new FixedUsage(), curves).advise(TENANT, LIMITS)).rejects.toMatchObject({
      code: 'DIRECTORY_UNAVAILABLE',
    });
  });
});
