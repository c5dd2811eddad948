import { describe, expect, it } from '@jest/globals';
import { countAxis, timeTicks, valueAxis } from '@/charts/ticks';

describe('value axis', () => {
  it.each([0.003, 0.7, 1, 7.9, 13, 99, 511, 38_000, 2.4e9])(
    'starts at zero and ends above %p, in three to six ticks',
    (greatest) => {
      const { ticks, max, decimals } = valueAxis(greatest);
      expect(ticks[0]).toBe(0);
      expect(max).toBeGreaterThan(greatest);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(Math.max(...ticks)).toBeLessThanOrEqual(max * 1.0001);
      expect(new Set(ticks.map((tick) => tick.toFixed(decimals))).size).toBe(ticks.length);
    },
  );

  it.each([0, -1, Number.NaN, Number.NEGATIVE_INFINITY])('has an axis even for %p', (greatest) => {
    expect(valueAxis(greatest).max).toBe(1);
  });

  it('never halves a whole thing', () => {
    for (const greatest of [1, 2, 3, 4, 5, 7.4, 8, 9, 10, 25, 99]) {
      const { ticks } = countAxis(greatest);
      expect(ticks.every(Number.isInteger)).toBe(true);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });
});

describe('count axis', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [2.5, [0, 1, 2, 3]],
    [4, [0, 1, 2, 3, 4]],
  ])('reaches above %d in steps of one', (greatest, ticks) => {
    const axis = countAxis(greatest);
    expect(axis.ticks).toEqual(ticks);
    expect(axis.max).toBeGreaterThan(greatest);
  });
});

it.each([
  [38_000, 0],
  [100, 0],
  [7, 0],
  [1.8, 1],
  [0.9, 2],
])('the ticks up to %d have %i decimals, no more than tell them apart', (greatest, decimals) => {
  expect(valueAxis(greatest).decimals).toBe(decimals);
});

describe('time ticks', () => {
  const at = (text: string) => Date.parse(`2026-11-20T${text}Z`);

  it('stand on full units of UTC and never outside the range', () => {
    const ticks = timeTicks(at('13:07:20'), at('14:07:20'), 8);
    expect(ticks.map(({ label }) => label)).toEqual(['13:10', '13:20', '13:30', '13:40', '13:50', '14:00']);
  });

  it('show the date at midnight, stronger among hours', () => {
    const ticks = timeTicks(at('20:00:00'), at('20:00:00') + 8 * 3_600_000, 8);
    expect(ticks.find(({ strong }) => strong)?.label).toBe('21 Nov');
  });

  it('stand half a minute apart where ten seconds would be too close', () => {
    const ticks = timeTicks(at('13:07:05'), at('13:09:05'), 6);
    expect(ticks.map(({ label }) => label)).toEqual(['13:07:30', '13:08', '13:08:30', '13:09']);
  });

  it('stand on midnights whole tens of days apart in a range of months', () => {
    const ticks = timeTicks(at('13:07:20'), at('13:07:20') + 400 * 86_400_000, 7).map((tick) => tick.at / 86_400_000);
    expect(ticks.map((day, index) => day - (ticks[index - 1] ?? day - 60))).toEqual(ticks.map(() => 60));
    expect(ticks.every(Number.isInteger)).toBe(true);
  });

  it.each([1 / 1440, 1 / 144, 1 / 24, 1, 7, 30, 71, 90, 365, 400])(
    'of %d days are no more than asked for and more than one',
    (days) => {
      for (const most of [4, 7]) {
        const { length } = timeTicks(at('00:00:00'), at('00:00:00') + days * 86_400_000, most);
        expect(length).toBeGreaterThan(1);
        expect(length).toBeLessThanOrEqual(most + 1);
      }
    },
  );
});
