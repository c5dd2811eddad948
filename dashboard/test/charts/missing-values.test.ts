import { describe, expect, it } from '@jest/globals';
import { gaps, lonely } from '@/charts/gaps';
import { limitLabels, nearest, peakUnderLabel, plotBox, timeToX } from '@/charts/geometry';
import { sparkPath } from '@/charts/spark-path';
import { above, ratio, stack, sum, total } from '@/charts/stack';

const times = [10, 20, 30, 40, 50, 60];

describe('what is missing stays missing', () => {
  it('a stack has no column where one of its series has no value: never zero', () => {
    expect(
      stack([
        [1, null, 3],
        [1, 1, 1],
      ]),
    ).toEqual([
      [[0, 1], null, [0, 3]],
      [[1, 2], null, [3, 4]],
    ]);
  });

  it('a ratio over nothing does not exist', () => {
    expect(ratio([0, 1, null, 2], [0, 4, 4, null])).toEqual([null, 0.25, null, null]);
  });

  it('a sum with an unknown part is unknown', () => {
    expect(sum([1, 2], [1, null])).toEqual([2, null]);
  });

  it('a total is that of what is known', () => {
    expect(total([1, null, 2])).toBe(3);
    expect(total([null])).toBe(0);
  });

  it('only what is above a limit is above it', () => {
    expect(above([5, 11, null, 12], [10, 10, 10, null])).toEqual([null, [10, 11], null, null]);
  });

  it('a gap runs from the last known point to the next, and a lead-in is none', () => {
    const covered = [false, true, true, false, false, true];
    expect(gaps(times, covered, 60, 10)).toEqual([{ fromMs: 30, toMs: 60 }]);
  });

  it('silence at the end is a gap once it is longer than two steps', () => {
    expect(gaps(times, [true, true, true, true, false, false], 60, 10)).toEqual([]);
    expect(gaps(times, [true, true, true, false, false, false], 60, 10)).toEqual([{ fromMs: 30, toMs: 60 }]);
  });

  it('a point without neighbours is found, because a line would hide it', () => {
    expect(lonely([null, 1, null, 2, 3, null])).toEqual([false, true, false, false, false, false]);
  });

  it('a sparkline breaks where a value is missing', () => {
    expect(sparkPath([0.5, null, 0.6, 0.7]).match(/M/g)).toHaveLength(2);
    expect(sparkPath([null, null])).toBe('');
  });

  it('a sparkline of one point is a dot where lines end, and of more is a line', () => {
    expect(sparkPath([0.5])).toBe('M81.0,11.0h0.01');
    expect(sparkPath([0.5, 0.6])).toMatch(/^M[^ML]+L[^ML]+$/);
    expect(sparkPath([0.5, 0.6, 0.7])).toMatch(/^M[^M]+L[^M]+L[^M]+$/);
  });
});

describe('geometry', () => {
  const grid = { fromMs: 0, toMs: 100, stepMs: 10, times, covered: times.map(() => true) };

  it('puts the ends of the range on the edges of the plot', () => {
    const box = plotBox(400, 200, ['100 %'], false);
    expect(timeToX(box, grid, 0)).toBe(box.left);
    expect(timeToX(box, grid, 100)).toBe(box.right);
  });

  it('finds the nearest point, none in an empty grid', () => {
    expect(nearest(times, 34)).toBe(2);
    expect(nearest(times, 999)).toBe(5);
    expect(nearest([], 1)).toBeUndefined();
  });

  it('a label stays clear of the line beneath it where the limit was lowered', () => {
    const box = plotBox(400, 200, ['100'], false);
    const grid = { fromMs: 0, toMs: 100, stepMs: 10, times: [80, 90, 100], covered: [true, true, true] };
    const values = [100, 100, 40];
    const peak = peakUnderLabel(box, grid, 'Sold 40 MiB', values);
    expect(peak).toBe(100);
    const [lowered] = limitLabels(box, 120, [{ key: 'sold', label: 'Sold 40 MiB', last: 40, peak }]);
    const [steady] = limitLabels(box, 120, [{ key: 'sold', label: 'Sold 100 MiB', last: 100 }]);
    expect(lowered?.y).toBe(steady?.y);
  });

  it('labels of limits never touch and stay in the plot', () => {
    const box = plotBox(400, 200, ['100'], false);
    const limits = [
      { key: 'hard', label: 'Hard limit', last: 101 },
      { key: 'quota', label: 'Quota', last: 100 },
      { key: 'none', label: 'None', last: null },
    ];
    const labels = limitLabels(box, 110, limits);
    const [first, second] = labels;
    expect(labels.length).toBeLessThanOrEqual(2);
    if (first && second) expect(Math.abs(first.y - second.y)).toBeGreaterThanOrEqual(13);
    for (const { y } of labels) expect(y).toBeLessThanOrEqual(box.bottom);
  });
});
