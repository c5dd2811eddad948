import { describe, expect, it } from '@jest/globals';
import { anomalyFinding } from '../../../src/advice/anomalies.js';
import { effectivenessFinding } from '../../../src/advice/effectiveness.js';
import { growthFinding } from '../../../src/advice/growth.js';
import { hitRateFinding } from '../../../src/advice/hit-rate-advice.js';
import { sampledCauses } from '../../../src/advice/sampled-causes.js';
import { ttlFinding } from '../../../src/advice/ttl-advice.js';
import type { SampledResource } from '../../../src/core/advice.js';
import { limitsOf } from '../../../src/core/quota.js';
import type { UsageSample } from '../../../src/core/usage-reader.js';
import { curveSample, DAY_MS, HOUR_MS, MIB, NOW_MS, resourceUsage, usageSample } from './usage-figures.js';

const SPAN = { fromMs: NOW_MS - 7 * DAY_MS, toMs: NOW_MS };
const LIMITS = limitsOf({ quotaBytes: 100 * MIB });
const today = Math.floor(NOW_MS / DAY_MS) * DAY_MS;

const days = (used: readonly number[]) =>
  used.map((mib, at) => usageSample(today - (used.length - 1 - at) * DAY_MS, { usedBytes: mib * MIB }));

describe('growth', () => {
  it('is the median slope, which one wild day does not move', () => {
    const { known, items } = growthFinding(days([10, 12, 14, 90, 18, 20, 22]), LIMITS);
    expect(known?.bytesPerDay).toBeCloseTo(2 * MIB, -3);
    expect(known?.daysToFull).toBeCloseTo(39, 0);
    expect(items).toMatchObject([{ kind: 'growth', severity: 'info' }]);
  });

  it.each([
    [[10, 20, 30, 40, 50], 'warning'],
    [[40, 42, 44, 46, 48, 50], 'notice'],
  ] as const)('tells %j in time', (used, severity) => {
    expect(growthFinding(days(used), LIMITS).items).toMatchObject([{ severity }]);
  });

  it.each([
    ['days do not agree', [30, 50, 28, 52, 31, 49, 30]],
    ['it shrinks', [50, 45, 40, 35, 30]],
    ['it is full and evicts', [92, 93, 95, 97, 99]],
    ['it hardly grows', [50, 50.1, 50.2, 50.3, 50.4]],
  ])('is nobody’s business where %s', (_, used) => {
    expect(growthFinding(days(used), LIMITS).items).toEqual([]);
  });

  it('knows a full cache, and says nothing with fewer than five days', () => {
    expect(growthFinding(days([92, 93, 95, 97, 99]), LIMITS).known?.daysToFull).toBe(0);
    for (const used of [[], [10], [10, 20, 30, 40]]) {
      expect(growthFinding(days(used), LIMITS)).toMatchObject({
        known: null,
        items: [],
        silences: [{ kind: 'growth' }],
      });
    }
  });
});

describe('anomalies', () => {
  const lastMs = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS - HOUR_MS;
  /** The same hour of `count` days, and the last hour. */
  const hours = (count: number, usual: (day: number) => Partial<UsageSample>, last?: Partial<UsageSample>) => [
    ...Array.from({ length: count }, (_, at) => usageSample(lastMs - (count - at) * DAY_MS, usual(at))),
    ...(last ? [usageSample(lastMs, last)] : []),
  ];
  const wave = (day: number) => ({ requests: 1_000 + 40 * (day % 3), l1Hits: 500, l2Hits: 300 + 10 * (day % 2) });
  const told = (list: UsageSample[]) => anomalyFinding(list, NOW_MS).items.map(({ figures }) => figures.measure);

  it('compares the last whole hour with the same hour of past days', () => {
    expect(told(hours(7, wave, { requests: 1_050, l1Hits: 500, l2Hits: 330 }))).toEqual([]);
    expect(told(hours(7, wave, { requests: 5_000, l1Hits: 2_500, l2Hits: 1_500 }))).toEqual(['requests']);
    expect(told(hours(7, wave, { requests: 1_050, l1Hits: 300, l2Hits: 100 }))).toEqual(['hit rate']);
    expect(told(hours(7, wave, { ...wave(0), rejections: 40, loadErrors: 30, evictions: 1_000 }))).toEqual([
      'evictions',
      'refused writes',
      'failed loads',
    ]);
  });

  it('takes an hour without a sample for one without requests', () => {
    expect(told(hours(7, wave))).toEqual(['requests']);
    const weekdays = hours(14, wave).filter((_, at) => at % 7 < 5);
    expect(told([...weekdays, usageSample(lastMs, wave(0))])).toEqual([]);
  });

  it('says with the figures what is usual', () => {
    const [item] = anomalyFinding(hours(7, wave, { requests: 5_000 }), NOW_MS).items;
    expect(item?.message).toBe(
      'In the hour from 2026-11-20T09:00Z: requests 5,000, where 1,040 is usual at this hour.',
    );
    expect(item?.basis).toMatchObject({ samples: 7, of: 'days' });
  });

  it('does not take small numbers, or rates of few requests, for signs', () => {
    const small = (day: number) => ({ requests: 20 + (day % 2), l1Hits: 20 });
    expect(told(hours(7, small, { requests: 60, l1Hits: 0, rejections: 2 }))).toEqual([]);
  });

  it('is silent with fewer than five days', () => {
    for (const count of [0, 1, 4]) {
      expect(anomalyFinding(hours(count, wave, { requests: 9_999 }), NOW_MS)).toMatchObject({
        items: [],
        silences: [{ kind: 'anomaly' }],
      });
    }
  });
});

const cause = (figures: Partial<SampledResource>): SampledResource => ({
  ...{ requests: 0, cold: 0, expired: 0, invalidated: 0, reloads: 0, unchanged: 0, ttlMs: 0, stores: 0 },
  ...figures,
});
const causes = (resources: Record<string, Partial<SampledResource>>, rate = 1) =>
  sampledCauses(
    [
      curveSample({
        rate,
        resources: Object.fromEntries(Object.entries(resources).map(([name, own]) => [name, cause(own)])),
      }),
    ],
    NOW_MS,
  );

describe('resources with a poor hit rate', () => {
  const poor = resourceUsage('quote', { requests: 10_000, l2Hits: 2_000, loads: 8_000, loadTimeMs: 400_000 });

  it('are named with their cause, where there is one', () => {
    const find = (own: Partial<SampledResource>) =>
      hitRateFinding([poor], causes({ quote: { requests: 10_000, ...own } }), SPAN).items[0]?.message ?? '';
    expect(find({})).toBe('20.0 % of 10,000 requests for quote were hits; 8,000 loads took 6.67 min in all.');
    expect(find({ cold: 7_000 })).toContain('70.0 % asked for an entry for the first time');
    expect(find({ expired: 5_000 })).toContain('look at its TTL');
    expect(find({ invalidated: 5_000 })).toContain('after an invalidation');
  });

  it('are not those with few requests, or with enough hits', () => {
    const busy = resourceUsage('price', { requests: 1_000_000, l1Hits: 900_000 });
    const rare = resourceUsage('rare', { requests: 9_999, l1Hits: 0 });
    expect(hitRateFinding([busy, rare], new Map(), SPAN).items).toEqual([]);
    expect(hitRateFinding([resourceUsage('x', { requests: 999 })], new Map(), SPAN).silences).toHaveLength(1);
    expect(hitRateFinding([], new Map(), SPAN).silences).toHaveLength(1);
  });
});

describe('times to live', () => {
  const quote = { requests: 10_000, expired: 3_000, reloads: 3_000, stores: 4_000, ttlMs: 4_000 * 60_000 };

  it('are too short where the values are as before: longer by what the changes allow', () => {
    const { items } = ttlFinding(causes({ quote: { ...quote, unchanged: 2_850 } }), SPAN);
    // 0.95 ** 4.35 = 0.8
    expect(items[0]?.message).toBe(
      'Expired entries are 30.0 % of the requests for quote (TTL 60 s on average), and 95.0 % of the values loaded ' +
        'then were as before. With 4.35 min at most 20.0 % of the values would change before they expire.',
    );
    expect(items[0]?.figures).toMatchObject({ expiredShare: 0.3, unchangedShare: 0.95 });
    const never = ttlFinding(causes({ quote: { ...quote, unchanged: 3_000 } }), SPAN).items[0];
    expect(never?.figures.proposedTtlMs).toBe(600_000);
  });

  it('are right where values change, and nothing is said in between', () => {
    const changing = ttlFinding(causes({ quote: { ...quote, unchanged: 300 } }), SPAN).items;
    expect(changing).toMatchObject([{ severity: 'info' }]);
    expect(changing[0]?.message).toContain('invalidate when the source changes');
    expect(ttlFinding(causes({ quote: { ...quote, unchanged: 1_500 } }), SPAN).items).toEqual([]);
  });

  it('are left alone where few requests come after an expiry, or little is known', () => {
    const rare = ttlFinding(causes({ quote: { ...quote, expired: 400, reloads: 400, unchanged: 400 } }), SPAN);
    expect(rare).toMatchObject({ items: [], silences: [] });
    expect(ttlFinding(causes({ quote }, 0.01), SPAN).silences).toHaveLength(1);
    expect(ttlFinding(causes({ quote: { ...quote, reloads: 50, unchanged: 50 } }), SPAN).silences).toHaveLength(1);
    expect(ttlFinding(new Map(), SPAN).silences).toHaveLength(1);
  });
});

describe('effectiveness', () => {
  const hours = (mib: number) =>
    Array.from({ length: 24 }, (_, at) => usageSample(NOW_MS - (24 - at) * HOUR_MS, { usedBytes: mib * MIB }));
  const usage = resourceUsage('quote', {
    requests: 100_000,
    l1Hits: 60_000,
    l2Hits: 30_000,
    loads: 10_000,
    loadTimeMs: 400_000,
  });

  it('is the example of the documentation', () => {
    const { known, items } = effectivenessFinding([usage], hours(50), SPAN);
    expect(known).toMatchObject({
      originCallsSaved: 90_000,
      originTimeSavedMs: 3_600_000,
      savedShare: 0.9,
      mibHours: 1_200,
    });
    // 0.9 x 3 s / (3 s + 1 s)
    expect(known?.score).toBeCloseTo(67.5);
    expect(items[0]?.message).toBe(
      'The cache saved 90,000 origin calls and 60 min of origin time (90.0 % of it) for 1,200 MiB-hours: score 68 of 100.',
    );
  });

  it('falls with what it costs and with hits on what was cheap to load', () => {
    const score = (mib: number, resources = [usage]) =>
      effectivenessFinding(resources, hours(mib), SPAN).known?.score ?? -1;
    expect(score(500)).toBeLessThan(score(50));
    expect(score(0)).toBeCloseTo(90);
    const slow = resourceUsage('report', { requests: 10_000, loads: 10_000, loadTimeMs: 10_000_000 });
    expect(score(50, [usage, slow])).toBeLessThan(score(50) / 2);
    expect(effectivenessFinding([{ ...usage, l1Hits: 0, l2Hits: 0 }], hours(50), SPAN).items).toMatchObject([
      { severity: 'notice', figures: { score: 0 } },
    ]);
  });

  it('is silent with few requests or loads', () => {
    expect(effectivenessFinding([], [], SPAN).silences).toHaveLength(1);
    expect(effectivenessFinding([{ ...usage, loads: 9 }], [], SPAN).silences).toHaveLength(1);
    expect(effectivenessFinding([{ ...usage, loadTimeMs: 0 }], [], SPAN).known?.score).toBe(0);
  });
});
