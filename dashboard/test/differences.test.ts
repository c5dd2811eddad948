import { describe, expect, it } from '@jest/globals';
import { changeWords, perStep } from '@/features/overview/differences';

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
