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
    for (const greatest of [1, 2, 3, 4]) expect(countAxis(greatest).ticks.every(Number.isInteger)).toBe(true);
  });
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

  it('are no more than asked for, from a minute to a year', () => {
    for (const span of [60_000, 600_000, 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000]) {
      expect(timeTicks(at('00:00:00'), at('00:00:00') + span, 7).length).toBeLessThanOrEqual(8);
    }
  });
});
