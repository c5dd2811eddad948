import { describe, expect, it } from '@jest/globals';
import type { Candle } from '../../../src/market-data/market-data.js';
import { candleCloseMs, TIMEFRAMES, type Timeframe } from '../../../src/market-data/timeframes.js';
import { TtlTable } from '../../../src/market-data/ttl-table.js';

const MINUTE_MS = 60_000;
const candlesAt = (openMs: number): Candle[] => [[openMs, '1', '1', '1', '1', '1']];

describe('how long candles are fresh', () => {
  const table = new TtlTable('test');

  it.each(TIMEFRAMES)('never past the close of the one under way: %s', (timeframe) => {
    for (let round = 0; round < 500; round++) {
      const nowMs = Math.floor(Math.random() * 2 ** 41);
      const closeMs = candleCloseMs(timeframe, nowMs);
      const ttlMs = table.candlesTtlMs(timeframe, candlesAt(nowMs), nowMs);
      expect(ttlMs).toBeGreaterThan(0);
      expect(nowMs + ttlMs).toBeLessThanOrEqual(closeMs);
      expect(ttlMs).toBeLessThanOrEqual(60 * MINUTE_MS);
    }
  });

  it('a minute candle until it closes, a day candle for about an hour', () => {
    const nowMs = Date.UTC(2026, 10, 20, 14, 32, 20);
    expect(table.candlesTtlMs('1m', candlesAt(nowMs - 20_000), nowMs)).toBe(40_000);
    const dayMs = table.candlesTtlMs('1d', candlesAt(Date.UTC(2026, 10, 20)), nowMs);
    expect(dayMs).toBeGreaterThanOrEqual(54 * MINUTE_MS);
    expect(dayMs).toBeLessThanOrEqual(60 * MINUTE_MS);
  });

  it('shortly where the newest has closed and the next is not there yet', () => {
    const nowMs = Date.UTC(2026, 10, 20, 14, 33);
    expect(table.candlesTtlMs('1m', candlesAt(nowMs - MINUTE_MS), nowMs)).toBe(10_000);
  });

  it('weeks close on Mondays, by UTC', () => {
    const closeMs = candleCloseMs('1w', Date.UTC(2026, 10, 20, 14));
    expect(new Date(closeMs).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  });

  it('as the options say', () => {
    const own = new TtlTable('test', { price: '5s', ohlcv: { '1d': '10m' } }, { price: '1m' });
    expect(own.of('price')).toEqual({ ttlMs: 5_000, graceMs: MINUTE_MS });
    expect(own.candlesTtlMs('1d', candlesAt(0), 1)).toBeLessThanOrEqual(10 * MINUTE_MS);
    const bad = { ohlcv: { '7m': '1s' } as unknown as Partial<Record<Timeframe, '1s'>> };
    expect(() => new TtlTable('test', bad)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
