import { describe, expect, it } from '@jest/globals';
import { BarPart, barWidth } from '@/charts/marks';

interface Drawn {
  readonly x: number;
  readonly width: number;
}

/** As it is drawn at its end `x`, where the drawing gives each bar the same width around it. */
function drawn(endPx: number, stepPx: number, givenPx: number): Drawn {
  const part = BarPart({ x: endPx - givenPx / 2, y: 0, width: givenPx, height: 10, inner: false, stepPx });
  if (part === null) throw new Error('Nothing was drawn.');
  return part.props as Drawn;
}

describe('the bar of a step', () => {
  const STEP_PX = 18;
  const GIVEN_PX = barWidth(STEP_PX);

  it('stands in the middle of its step, which ends where its time is', () => {
    const { x, width } = drawn(100, STEP_PX, GIVEN_PX);
    expect(x + width / 2).toBeCloseTo(100 - STEP_PX / 2);
    expect(width).toBeLessThan(STEP_PX);
  });

  it.each([9, 4, 1.6])('is within a step under way of %d px, and not over the one before', (stepPx) => {
    const { x, width } = drawn(100, stepPx, GIVEN_PX);
    expect(x).toBeGreaterThanOrEqual(100 - stepPx);
    expect(x + width).toBeLessThanOrEqual(100);
  });

  it('can be seen however short its step is', () => {
    expect(drawn(100, 0.1, GIVEN_PX).width).toBeGreaterThanOrEqual(1);
  });
});
