import { describe, expect, it } from '@jest/globals';
import { gridTimes, narrowed, PRESET_MS, PRESETS, resolveRange, stepFor } from '@/data/range';

const nowMs = Date.parse('2026-11-20T14:32:10Z');
const resolve = (from: number | null, to: number | null) => resolveRange({ range: '24h', from, to }, nowMs);
const HOUR = 3_600_000;

describe('time range', () => {
  it.each(PRESETS)('%s ends now and has at most 121 points on its grid', (range) => {
    const resolved = resolveRange({ range, from: null, to: null }, nowMs);
    expect(resolved.toMs - resolved.fromMs).toBe(PRESET_MS[range]);
    const times = gridTimes(resolved);
    expect(times.length).toBeLessThanOrEqual(121);
    expect(times.length).toBeGreaterThan(60);
    expect(times.every((at) => at % resolved.stepMs === 0 && at >= resolved.fromMs && at <= resolved.toMs)).toBe(true);
  });

  it('takes a custom range and cuts it at now', () => {
    expect(resolve(nowMs - 2 * HOUR, nowMs + HOUR)).toMatchObject({
      fromMs: nowMs - 2 * HOUR,
      toMs: nowMs,
      preset: undefined,
    });
  });

  it('falls back to the preset for half a range, one that ends before it begins, and one in the future', () => {
    for (const [from, to] of [
      [nowMs, null],
      [nowMs - HOUR, nowMs - 2 * HOUR],
      [nowMs + HOUR, nowMs + 2 * HOUR],
      [Number.NaN, nowMs],
    ] as const) {
      expect(resolve(from, to).preset).toBe('24h');
    }
  });

  it('never asks for more points than a chart can show, however long the range', () => {
    const range = resolve(0, nowMs);
    expect(range.toMs - range.fromMs).toBe(400 * 24 * HOUR);
    expect(gridTimes(range).length).toBeLessThanOrEqual(121);
  });

  it('has the ends of its steps: no step that ended when it began, and that which ends with it', () => {
    const range = { fromMs: 60_000, toMs: 240_000, stepMs: 60_000, preset: undefined };
    expect(gridTimes(range)).toEqual([120_000, 180_000, 240_000]);
    expect(gridTimes({ ...range, fromMs: 60_001, toMs: 239_999 })).toEqual([120_000, 180_000]);
  });

  it('is not finer than its source', () => {
    expect(stepFor(HOUR, 0)).toBe(30_000);
    expect(stepFor(HOUR, 300_000)).toBe(300_000);
  });

  it('narrows to twice what is recorded, to ten minutes at least, and leaves a full range alone', () => {
    const hour = resolveRange({ range: '1h', from: null, to: null }, nowMs);
    expect(nowMs - narrowed(hour, nowMs - 60_000, 10_000).fromMs).toBe(600_000);
    expect(nowMs - narrowed(hour, nowMs - 20 * 60_000, 10_000).fromMs).toBe(40 * 60_000);
    expect(narrowed(hour, nowMs - 31 * 60_000, 10_000)).toBe(hour);
    expect(narrowed(hour, undefined, 10_000)).toBe(hour);
  });
});
