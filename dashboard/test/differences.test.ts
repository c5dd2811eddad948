import { describe, expect, it } from '@jest/globals';
import { changeWords, perStep, pointsWords, shareOf } from '@/features/overview/differences';

const HOUR_MS = 3_600_000;

describe('the mean of steps', () => {
  it('counts the step under way as far as it has come, so that even traffic is no change', () => {
    const now = perStep([240, 240, 10], { stepMs: 24 * HOUR_MS, lastStepMs: HOUR_MS });
    expect(now).toBeCloseTo(240);
    expect(changeWords(now, perStep([240, 240, 240]))).toBe('no change');
  });

  it('leaves out what was not recorded', () => {
    expect(perStep([null, 10, null, 20])).toBe(15);
    expect(perStep([10, 20, null], { stepMs: HOUR_MS, lastStepMs: 60_000 })).toBe(15);
    expect(perStep([null, null])).toBeUndefined();
  });
});

describe('the share of whole periods', () => {
  it('does not exist over nothing, recorded or not', () => {
    expect(shareOf([3], [1])).toBe(0.75);
    expect(shareOf([0], [4])).toBe(0);
    expect(shareOf([0, 0], [0, 0])).toBeUndefined();
    expect(shareOf([null], [])).toBeUndefined();
  });
});

it.each([0, 0.0004, -0.0004])('no sign is put before a difference of %d, which rounds to none', (difference) => {
  expect(pointsWords(0.5 + difference, 0.5)).toBe('no change');
  expect(changeWords(100 + difference, 100)).toBe('no change');
});
