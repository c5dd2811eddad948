import { describe, expect, it } from '@jest/globals';
import { daysToFull } from '@/data/growth';
import { leadersBy, type Measured } from '@/data/top-order';
import { changeWords, pointsWords } from '@/features/overview/differences';
import { matching } from '@/features/palette/actions';

const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');
const days = (...used: number[]) => used.map((usedBytes, day) => ({ day, usedBytes }));

describe('days to full', () => {
  it('is the room left by the usual growth of a day, which one wild day does not move', () => {
    expect(daysToFull(days(10, 20, 30, 40, 50), 100)).toBeCloseTo(5);
    expect(daysToFull(days(10, 20, 85, 40, 50, 60, 70), 120)).toBeCloseTo(5);
  });

  it('is zero once the limit is as good as reached', () => {
    expect(daysToFull(days(1, 1, 1, 1, 91), 100)).toBe(0);
  });

  it('has as many slopes above it as below where no two agree', () => {
    expect(daysToFull(days(0, 10, 30, 60, 100), 1000)).toBeCloseTo(36);
  });

  it('is said from a growth of 0.5 % of the limit a day on', () => {
    expect(daysToFull(days(100, 105, 110, 115, 120), 1000)).toBeCloseTo(176);
    expect(daysToFull(days(100, 104, 108, 112, 116), 1000)).toBeNull();
  });

  it('is not claimed for too few days, for days that disagree, and for next to no growth', () => {
    expect(daysToFull(days(10, 20, 30, 40), 100)).toBeNull();
    expect(daysToFull(days(0, 60, 5, 70, 10), 100)).toBeNull();
    expect(daysToFull(days(50, 50.1, 50.2, 50.3, 50.4), 100)).toBeNull();
    expect(daysToFull(days(50, 40, 30, 20, 10), 100)).toBeNull();
    expect(daysToFull([], 100)).toBeNull();
  });
});

describe('leaders', () => {
  const tenant = (name: string, more: Partial<Measured>) => ({
    name,
    usedBytes: 0,
    growthBytes: undefined,
    misses: 0,
    evictions: 0,
    ...more,
  });

  it('have most first; who shrank, or whose start nobody knows, grew nothing', () => {
    const tenants = [
      tenant('shrank', { usedBytes: 9, growthBytes: -5 }),
      tenant('unknown', { usedBytes: 8 }),
      tenant('little', { usedBytes: 7, growthBytes: 1 }),
      tenant('most', { usedBytes: 6, growthBytes: 3 }),
    ];
    expect(leadersBy(tenants, 'growth').map(({ name }) => name)).toEqual(['most', 'little']);
    expect(leadersBy(tenants, 'bytes').map(({ name }) => name)).toEqual(['shrank', 'unknown', 'little', 'most']);
  });

  it('are none of whom it is not known what they use', () => {
    const tenants = [tenant('unseen', { usedBytes: undefined, misses: 1 })];
    expect(leadersBy(tenants, 'bytes')).toEqual([]);
    expect(leadersBy(tenants, 'misses')).toEqual(tenants);
  });
});

describe('differences', () => {
  it('have a sign, and points for shares', () => {
    expect(plain(pointsWords(0.863, 0.851))).toBe('+1.2 points');
    expect(plain(pointsWords(0.5, 0.6))).toBe('−10.0 points');
    expect(plain(changeWords(96, 100))).toBe('−4.0 %');
    expect(plain(changeWords(1500, 100))).toBe('+1,400 %');
    expect(changeWords(100, 100.01)).toBe('no change');
  });

  it('are not made of nothing', () => {
    expect(pointsWords(0.5, undefined)).toBeUndefined();
    expect(changeWords(5, 0)).toBeUndefined();
    expect(changeWords(undefined, 5)).toBeUndefined();
  });
});

describe('palette', () => {
  const entries = [
    { label: 'Alerts', keywords: 'page' },
    { label: 'Show the last hour', keywords: 'range 1h' },
  ];

  it('finds every word typed, in any order, in labels and keywords', () => {
    expect(matching(entries, 'HOUR show')).toEqual([entries[1]]);
    expect(matching(entries, ' alert  page ')).toEqual([entries[0]]);
    expect(matching(entries, 'alerts hour')).toEqual([]);
    expect(matching(entries, ' ')).toEqual(entries);
  });
});
