import { describe, expect, it } from '@jest/globals';
import type { Candle } from 'tenantcache/market-data';
import { ANALYSIS_CANDLES, analyse, MAX_WINDOWS, subjectOf } from '../src/market/analysis.js';
import {
  exponentialMovingAverage,
  relativeStrength,
  simpleMovingAverage,
  volatility,
} from '../src/market/indicators.js';

describe('indicators', () => {
  it('average the last window of closes', () => {
    expect(simpleMovingAverage([1, 2, 3, 4, 5], 3)).toEqual([2, 3, 4]);
    expect(simpleMovingAverage([1, 2], 3)).toEqual([]);
  });

  it('weigh the newest close most in the exponential average', () => {
    expect(exponentialMovingAverage([1, 1, 1, 5], 3)).toEqual([1, 3]);
  });

  it('measure no volatility in steady growth and some in a zigzag', () => {
    expect(volatility([1, 2, 4, 8, 16], 3).every((value) => value < 1e-7)).toBe(true);
    expect(volatility([1, 2, 1, 2, 1], 3).every((value) => value > 0.6)).toBe(true);
  });

  it('put strength at 100 where all closes rise, 0 where all fall, 50 where none moves', () => {
    expect(relativeStrength([1, 2, 3, 4], 3)).toEqual([100, 100]);
    expect(relativeStrength([4, 3, 2, 1], 3)).toEqual([0, 0]);
    expect(relativeStrength([2, 2, 2, 2], 3)).toEqual([50, 50]);
  });
});

describe('analysis', () => {
  const candles = Array.from({ length: ANALYSIS_CANDLES }, (_, index): Candle => {
    const close = (94_000 + 800 * Math.sin(index / 7) + index).toFixed(2);
    return [index * 3_600_000, close, close, close, close, '1'];
  });
  const bytes = (windows: number) => Buffer.byteLength(JSON.stringify(analyse('BTCUSDT', candles, windows)));

  it('weighs about a kilobyte a window, from 1 to 60', () => {
    expect(bytes(1)).toBeGreaterThan(800);
    expect(bytes(1)).toBeLessThan(1_500);
    expect(bytes(MAX_WINDOWS)).toBeGreaterThan(48_000);
    expect(bytes(MAX_WINDOWS)).toBeLessThan(66_000);
  });

  it('fills every series of the widest window', () => {
    const widest = analyse('BTCUSDT', candles, MAX_WINDOWS).windows.at(-1);
    for (const series of [widest?.simple, widest?.exponential, widest?.volatility, widest?.strength]) {
      expect(series).toHaveLength(24);
      expect(series?.every(Number.isFinite)).toBe(true);
    }
  });

  it('is about what its name chooses, and about as much as asked', () => {
    const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
    expect(subjectOf('weekly', symbols)).toEqual(subjectOf('weekly', symbols));
    expect(subjectOf('weekly', symbols, 7).windows).toBe(7);
    const subjects = Array.from({ length: 300 }, (_, index) => subjectOf(String(index), symbols));
    expect(new Set(subjects.map(({ symbol }) => symbol)).size).toBe(3);
    expect(Math.min(...subjects.map(({ windows }) => windows))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...subjects.map(({ windows }) => windows))).toBeLessThanOrEqual(MAX_WINDOWS);
  });
});
