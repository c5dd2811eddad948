import { expect, it } from '@jest/globals';
import { shownSteps } from '@/charts/chart-csv';

const MINUTE = 60_000;
const grid = {
  fromMs: 0,
  toMs: 4 * MINUTE,
  stepMs: MINUTE,
  times: [1, 2, 3, 4].map((minute) => minute * MINUTE),
  covered: [false, false, true, true],
};
const change = (at: number) => ({ at, label: 'Quota 1 to 2 MiB', short: '2 MiB' });

it('a change before the first recorded point stands at that point, and two that read alike are two', () => {
  const steps = shownSteps(grid, [change(10_000), change(20_000), change(4 * MINUTE)]);
  expect(steps.map(({ at, changes }) => [at, changes.length])).toEqual([
    [4 * MINUTE, 1],
    [3 * MINUTE, 2],
  ]);
  const keys = steps.flatMap(({ changes }) => changes.map(({ key }) => key));
  expect(new Set(keys).size).toBe(3);
});
