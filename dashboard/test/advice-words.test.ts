import { expect, test } from '@jest/globals';
import type { Advice, AdviceItem, QuotaOutlook } from '@/data/advice-schema';
import { type AdviceThing, thingsHeading, thingsOf, verdictOf } from '@/features/advice/advice-words';
import { curveView, enoughBytes, hitRateAt } from '@/features/advice/curve';

const MIB = 1_048_576;
const BASIS = {
  from: '2026-11-20T00:00:00.000Z',
  to: '2026-11-22T00:00:00.000Z',
  samples: 5_000,
  of: 'sampled requests',
};

function outlook(part: Partial<QuotaOutlook> = {}): QuotaOutlook {
  return {
    presentBytes: 8 * MIB,
    measuredHitRate: 0.7,
    presentHitRate: 0.7,
    bestHitRate: 0.9,
    coldShare: 0.05,
    expiredShare: 0.03,
    invalidatedShare: 0.02,
    goals: [],
    points: [
      { bytes: 4 * MIB, hitRate: 0.4 },
      { bytes: 8 * MIB, hitRate: 0.7 },
      { bytes: 11.5 * MIB, hitRate: 0.896 },
      { bytes: 16 * MIB, hitRate: 0.9 },
    ],
    basis: BASIS,
    ...part,
  };
}

function advice(quota: QuotaOutlook): Advice {
  const item = { kind: 'quota', severity: 'notice', message: '', figures: {}, basis: BASIS } as const;
  return { tenantId: 't', asOf: BASIS.to, quota, growth: null, effectiveness: null, items: [item], silences: [] };
}

test('between two points the curve is a line, beyond the last it is flat', () => {
  expect(hitRateAt(outlook(), 2 * MIB)).toBeCloseTo(0.2);
  expect(hitRateAt(outlook(), 6 * MIB)).toBeCloseTo(0.55);
  expect(hitRateAt(outlook(), 100 * MIB)).toBeCloseTo(0.9);
});

test('enough is the smallest whole MiB within half a point of the best', () => {
  expect(enoughBytes(outlook())).toBe(12 * MIB);
  expect(enoughBytes(outlook({ points: [], bestHitRate: 0.9 }))).toBeUndefined();
});

test('more room is advised with what it costs and brings, to staff and to the tenant', () => {
  const [staff] = thingsOf(advice(outlook()), 'operator');
  const [tenant] = thingsOf(advice(outlook()), 'tenant');
  expect(staff?.what.replaceAll('\u00a0', ' ')).toBe('+19.6 points would need 4 MiB more');
  expect(tenant?.what.replaceAll('\u00a0', ' ')).toBe('Ask for 4 MiB more room');
  expect(staff?.limitBytes).toBe(12 * MIB);
});

test('a gain of less than a point is no reason for more, and half a limit that does as well is said', () => {
  const nearly = outlook({ presentHitRate: 0.891 });
  expect(verdictOf(nearly)?.kind).toBe('right');
  expect(verdictOf(outlook({ presentBytes: 32 * MIB, presentHitRate: 0.9 }))?.kind).toBe('less');
  expect(verdictOf(outlook({ presentBytes: null }))?.kind).toBe('unlimited');
});

test('half a limit that does as well is told by its size and by what it spares', () => {
  const ample = outlook({ presentBytes: 32 * MIB, presentHitRate: 0.9 });
  const [staff] = thingsOf(advice(ample), 'operator');
  expect(staff?.what.replaceAll('\u00a0', ' ')).toBe('12 MiB would do, 20 MiB less than now');
  expect(staff?.limitBytes).toBe(12 * MIB);
});

test.each([
  ['hit-rate', { resource: 'news' }, 'news is seldom answered from cache'],
  ['ttl', { resource: 'news', proposedTtlMs: 5_400_000 }, 'Keep news for 1.5 hours'],
  ['ttl', { resource: 'news', proposedTtlMs: null }, 'Keep the time to live of news'],
  ['anomaly', { measure: 'requests' }, 'Unusual for this hour: requests'],
  ['unheard-of', { resource: 'news', measure: 'requests' }, 'Worth a look'],
  ['hit-rate', {}, 'Worth a look'],
])('advice of kind %s about %j is titled %s', (kind, figures: AdviceItem['figures'], title) => {
  const item = { kind, severity: 'notice', message: 'why', figures, basis: BASIS } as const;
  expect(thingsOf({ ...advice(outlook()), items: [item] }, 'operator')).toMatchObject([{ what: title, why: 'why' }]);
});

test.each([
  [[], 'Nothing needs to be changed', 'You need not do anything'],
  [['info', 'info'], 'Nothing needs to be changed, but could be', 'You need not do anything'],
  [['notice', 'info'], 'One thing would help', 'One thing would help'],
  [['warning', 'notice', 'info'], 'Two things would help', 'Two things would help'],
] as const)('the heading counts what would help among %j, not what is only said', (severities, staff, tenant) => {
  const things = severities.map((severity, index): AdviceThing => ({ key: `${index}`, severity, what: '', why: '' }));
  expect(thingsHeading(things, 'operator')).toBe(staff);
  expect(thingsHeading(things, 'tenant')).toBe(tenant);
});

test('the table ends with the axis, which has no empty step behind the part worth seeing', () => {
  for (const presentBytes of [1 * MIB, 4 * MIB, 64 * MIB, 300 * MIB]) {
    const { maxMib, rows } = curveView(outlook({ presentBytes }));
    expect(rows.at(-1)?.mib).toBeCloseTo(maxMib);
  }
  expect(curveView(outlook({ presentBytes: 4 * MIB })).maxMib).toBeCloseTo(10);
});

test('the axis holds the present limit, and the table has it as a row', () => {
  for (const presentBytes of [1 * MIB, 6.3 * MIB, 64 * MIB, 300 * MIB]) {
    const { maxMib, rows, tickMib, minRate, line } = curveView(outlook({ presentBytes }));
    expect(maxMib).toBeGreaterThan(presentBytes / MIB);
    expect(rows.map(({ mib }) => mib)).toContain(presentBytes / MIB);
    expect(tickMib.at(-1)).toBeCloseTo(maxMib);
    expect(line.at(-1)?.mib).toBe(maxMib);
    expect(minRate).toBeGreaterThanOrEqual(0);
    expect(minRate).toBeLessThan(1);
  }
});
