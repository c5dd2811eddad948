import { describe, expect, it } from '@jest/globals';
import { requestFinding } from '@/charts/findings/requests';
import { perSecondOf, settled } from '@/features/tenant/series';

const HOUR = 3_600_000;

describe('the step under way', () => {
  const values = Array.from({ length: 12 }, () => 21_600).concat(3_600);
  const times = values.map((_, index) => index * 6 * HOUR);
  const finding = (lastStepMs: number) => {
    const frame = { stepMs: 6 * HOUR, lastStepMs };
    const rates = settled(perSecondOf(values, frame), frame);
    return requestFinding({ times, rates, nowMs: times.at(-1) ?? 0, span: 'the last 30 days' });
  };

  it('is no peak of a range of hours for what came in its first minutes', () => {
    expect(finding(600_000)).toBe('1.0 request a second');
  });

  it('is one where half of it has passed', () => {
    values.splice(-1, 1, 43_200);
    expect(finding(3 * HOUR)).toMatch(/^1\.\d requests a second, 4\.0 at /);
  });

  it('is left as it is where it is whole, and where nothing is known', () => {
    expect(settled([1, 2], { stepMs: HOUR })).toEqual([1, 2]);
    expect(settled([], { stepMs: HOUR, lastStepMs: 1 })).toEqual([null]);
  });
});
