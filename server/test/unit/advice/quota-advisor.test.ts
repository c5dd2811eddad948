import { describe, expect, it } from '@jest/globals';
import { quotaFinding } from '../../../src/advice/quota-advisor.js';
import { bucketOf } from '../../../src/advice/reuse-buckets.js';
import type { CurveSample } from '../../../src/core/advice.js';
import { limitsOf, type TenantSettings } from '../../../src/core/quota.js';
import { curveSample, MIB, NOW_MS } from './usage-figures.js';

/** 10,000 requests: 4,000 hits within 1 MiB, 3,000 within 8, 1,000 within 40; 1,200 cold, 500 expired, 300 invalidated. */
const SAMPLE = curveSample({
  requests: 10_000,
  hits: 7_000,
  sampled: 10_000,
  distances: [
    [bucketOf(0.95 * MIB), 4_000],
    [bucketOf(7.9 * MIB), 3_000],
    [bucketOf(39 * MIB), 1_000],
  ],
  cold: 1_200,
  expired: 500,
  invalidated: 300,
});
const find = (sample: CurveSample | CurveSample[], settings: Partial<TenantSettings> = {}, goals?: number[]) =>
  quotaFinding([sample].flat(), limitsOf({ quotaBytes: 10 * MIB, ...settings }), NOW_MS, goals);

describe('quota advice', () => {
  it('says what half and double the quota would do, and which quota reaches a goal', () => {
    const { known, items, silences } = find(SAMPLE, {}, [0.5, 0.75, 0.9]);
    expect(silences).toEqual([]);
    expect(known).toMatchObject({ presentBytes: 10 * MIB, measuredHitRate: 0.7 });
    expect(known?.presentHitRate).toBeCloseTo(0.7);
    expect(known?.halfHitRate).toBeCloseTo(0.4);
    expect(known?.doubleHitRate).toBeCloseTo(0.7);
    expect(known?.bestHitRate).toBeCloseTo(0.8);
    const [half, more, most] = known?.goals ?? [];
    expect(half?.bytes).toBeGreaterThan(7 * MIB);
    expect(half?.bytes).toBeLessThan(8 * MIB);
    expect(more?.bytes).toBeGreaterThan(36 * MIB);
    expect(most).toEqual({ hitRate: 0.9, bytes: null });
    expect(items[0]?.message).toContain(
      'No quota reaches 90 %: 80.0 % is the most, for of all requests 12.0 % are the first for their entry, ' +
        '5.0 % come after it expired and 3.0 % after it was invalidated.',
    );
    expect(items[0]?.basis).toMatchObject({ samples: 10_000, of: 'sampled requests' });
  });

  it('names a larger quota that is worth it, and a smaller one that would do', () => {
    const larger = find(SAMPLE, { quotaBytes: 2 * MIB });
    expect(larger.silences).toHaveLength(1);
    const measured = { ...SAMPLE, hits: 4_000 };
    const gain = find(measured, { quotaBytes: 5 * MIB });
    expect(gain.items[0]).toMatchObject({ severity: 'notice' });
    expect(gain.items[0]?.message).toContain('A larger quota is worth it.');
    const spare = find({ ...SAMPLE, hits: 8_000 }, { quotaBytes: 400 * MIB });
    expect(spare.items[0]).toMatchObject({ severity: 'notice' });
    expect(spare.items[0]?.message).toContain('Half the quota would do.');
  });

  it('counts overage, which is where the store evicts', () => {
    const found = find(SAMPLE, { quotaBytes: 5 * MIB, overageAllowed: true, overageLimitBytes: 5 * MIB });
    expect(found.known?.presentBytes).toBe(10 * MIB);
  });

  it.each([
    [0.731, 1],
    [0.669, 1],
    [0.729, 0],
    [0.671, 0],
  ])('is silent where the curve is more than 3 points off what was measured: %d', (hitRate, silences) => {
    const found = find({ ...SAMPLE, hits: hitRate * 10_000 });
    expect(found.silences).toHaveLength(silences);
    expect(found.known === null).toBe(silences === 1);
    if (silences === 1) expect(found.silences[0]?.reason).toContain('70.0 % of requests would be hits');
  });

  it('is silent with too few requests in the sample', () => {
    const found = find({ ...SAMPLE, sampled: 999 });
    expect(found).toMatchObject({ known: null, items: [] });
    expect(found.silences[0]?.reason).toContain('999');
    expect(find([]).silences).toHaveLength(1);
  });

  it('says that the curve is for LRU where the policy is another', () => {
    expect(find(SAMPLE, { policy: 'lfu' }).items[0]?.message).toContain("the tenant's policy is lfu");
    expect(find({ ...SAMPLE, hits: 7_900 }, { policy: 'hybrid' }).silences[0]?.reason).toContain('hybrid');
  });

  it('compares with a cache without limit where nothing is enforced', () => {
    const found = find({ ...SAMPLE, hits: 8_000 }, { enforcement: 'observe' });
    expect(found.known).toMatchObject({ presentBytes: null, halfHitRate: null, doubleHitRate: null });
    expect(found.known?.presentHitRate).toBeCloseTo(0.8);
  });

  it('is finite and within 0 and 1 for any numbers', () => {
    const huge = find({
      ...SAMPLE,
      requests: 1e15,
      hits: 7e14,
      cold: 1e14,
      distances: [
        [3, 1e14],
        [241, 2e14],
      ],
    });
    expect(JSON.stringify(huge)).not.toMatch(/NaN|Infinity/);
  });
});
