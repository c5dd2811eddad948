import { describe, expect, it } from '@jest/globals';
import { gridTimes, resolveRange } from '@/data/range';
import { type Frame, FrameBuilder, type Value } from '@/data/series/frame';
import { aligned, previousRange } from '@/data/series/previous';
import { prometheusGrid } from '@/data/series/prometheus-grid';

const MINUTE = 60_000;
const nowMs = Date.parse('2026-11-20T14:32:10Z');

function frame(endMs: number, stepMs: number, requests: readonly Value[], usedBytes: readonly Value[]) {
  const times = requests.map((_, index) => endMs - (requests.length - 1 - index) * stepMs);
  const covered = requests.map((value) => value !== null);
  const fromMs = (times[0] ?? 0) - stepMs;
  return { fromMs, toMs: endMs, stepMs, times, covered, values: { requests, usedBytes } } satisfies Frame<
    'requests' | 'usedBytes'
  >;
}
const NAMES = ['requests', 'usedBytes'] as const;

describe('the period before', () => {
  it('has the length of the one asked for and lies whole steps earlier, so that the points of both coincide', () => {
    const asked = resolveRange({ range: '24h', from: null, to: null }, nowMs);
    const times = gridTimes(asked);
    const { range, shiftMs } = previousRange(asked, { ...asked, times });
    expect(shiftMs).toBe(24 * 60 * MINUTE);
    expect(gridTimes(range)).toEqual(times.map((at) => at - shiftMs));
    expect(range.toMs).toBe((times[0] ?? 0) - asked.stepMs);
  });

  it('lies before the whole range asked for, also where a young installation shows only the end of it', () => {
    const asked = { fromMs: nowMs - 60 * MINUTE, toMs: nowMs };
    const shown = { fromMs: nowMs - 10 * MINUTE, toMs: nowMs, stepMs: MINUTE };
    const { range } = previousRange(asked, { ...shown, times: gridTimes({ ...shown, preset: undefined }) });
    expect(range.toMs).toBeLessThanOrEqual(asked.fromMs + MINUTE);
    expect(range.toMs).toBeGreaterThan(asked.fromMs - MINUTE);
  });

  it('ends before the one asked for begins, also where that is no whole number of steps long', () => {
    const asked = { fromMs: nowMs - 61.5 * MINUTE, toMs: nowMs };
    const shown = { ...asked, stepMs: MINUTE, preset: undefined };
    const times = gridTimes(shown);
    const { range } = previousRange(asked, { ...shown, times });
    expect(gridTimes(range).at(-1)).toBe((times[0] ?? 0) - MINUTE);
  });

  it.each(['1h', '6h', '24h', '7d', '30d'] as const)(
    'shares no step with the one shown, whose last is under way: %s',
    async (range) => {
      const asked = { ...resolveRange({ range, from: null, to: null }, nowMs), whole: true };
      const grid = prometheusGrid(undefined as never, asked, 10_000);
      const { range: before, shiftMs } = previousRange(asked, new FrameBuilder(grid.range, []).build(grid.lastStepMs));
      const shownFromMs = (gridTimes(grid.range)[0] ?? 0) - asked.stepMs;
      expect(shownFromMs).toBeGreaterThanOrEqual(asked.fromMs);
      expect(gridTimes(before).at(-1)).toBe(shownFromMs);
      expect(gridTimes(before)).toHaveLength(gridTimes(grid.range).length);
      expect(shiftMs % asked.stepMs).toBe(0);
    },
  );

  it('takes each value from the step that lies the shift earlier', () => {
    const end = 100 * MINUTE;
    const shown = frame(end, MINUTE, [1, 2, 3], [1, 2, 3]);
    const before = frame(end - 10 * MINUTE, MINUTE, [70, null, 90], [7, null, 9]);
    const previous = aligned(shown, before, NAMES, 10 * MINUTE);
    expect(previous).toEqual({ recorded: 2 / 3, values: { requests: [70, null, 90], usedBytes: [7, null, 9] } });
  });

  it('spreads the counts of a coarser source over the finer steps, and keeps its levels', () => {
    const end = 100 * MINUTE;
    const shown = frame(end, MINUTE, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]);
    const before = frame(end - 20 * MINUTE, 5 * MINUTE, [50], [7]);
    const { values } = aligned(shown, before, NAMES, 20 * MINUTE);
    expect(values.requests).toEqual([10, 10, 10, 10, 10]);
    expect(values.usedBytes).toEqual([7, 7, 7, 7, 7]);
  });

  it('is not known where nothing was recorded, and never zero', () => {
    const shown = frame(100 * MINUTE, MINUTE, [1, 2], [1, 2]);
    const empty = frame(90 * MINUTE, MINUTE, [null, null], [null, null]);
    expect(aligned(shown, empty, NAMES, 10 * MINUTE)).toEqual({
      recorded: 0,
      values: { requests: [null, null], usedBytes: [null, null] },
    });
  });
});
