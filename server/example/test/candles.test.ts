import { describe, expect, it } from '@jest/globals';
import { INTERVALS_MS, klines } from '../src/simulator/candles.js';
import { RandomWalk } from '../src/simulator/random-walk.js';
import { type SpotSymbol, SYMBOLS } from '../src/simulator/symbols.js';

const HOUR_MS = 3_600_000;
const nowMs = Date.UTC(2026, 10, 20, 14, 32, 10);
const btc = SYMBOLS.get('BTCUSDT') as SpotSymbol;
const walk = new RandomWalk(btc, 7);

describe('candles of the simulated exchange', () => {
  it('are the same whenever they are asked for, by another process too', () => {
    const once = klines(walk, { intervalMs: HOUR_MS, limit: 100, nowMs });
    const later = klines(new RandomWalk(btc, 7), { intervalMs: HOUR_MS, limit: 105, nowMs: nowMs + 5 * HOUR_MS });
    expect(later.slice(5 - 5, 99)).toEqual(once.slice(0, 99));
  });

  it('differ by seed and by symbol', () => {
    const query = { intervalMs: HOUR_MS, limit: 2, nowMs };
    expect(klines(new RandomWalk(btc, 8), query)).not.toEqual(klines(walk, query));
    const ethereum = new RandomWalk({ ...btc, id: 'ETHUSDT' }, 7);
    expect(klines(ethereum, query)).not.toEqual(klines(walk, query));
  });

  it('follow each other without a gap: one closes where the next opens', () => {
    for (const intervalMs of INTERVALS_MS.values()) {
      const rows = klines(walk, { intervalMs, limit: 20, nowMs });
      expect(rows).toHaveLength(20);
      rows.slice(1).forEach((row, index) => {
        expect(row[0]).toBe((rows[index]?.[6] ?? 0) + 1);
        expect(row[1]).toBe(rows[index]?.[4]);
      });
    }
  });

  it('end at the present price', () => {
    const [row] = klines(walk, { intervalMs: HOUR_MS, limit: 1, nowMs });
    expect(Number(row?.[4])).toBeCloseTo(walk.priceAt(nowMs), 1);
  });

  it('count from the start where one is given, as Binance does', () => {
    const startTimeMs = nowMs - 50 * HOUR_MS;
    const rows = klines(walk, { intervalMs: HOUR_MS, limit: 10, nowMs, startTimeMs });
    expect(rows).toHaveLength(10);
    expect(rows[0]?.[0]).toBe(Math.ceil(startTimeMs / HOUR_MS) * HOUR_MS);
    const until = klines(walk, { intervalMs: HOUR_MS, limit: 10, nowMs, endTimeMs: startTimeMs });
    expect(until.at(-1)?.[0]).toBe(Math.floor(startTimeMs / HOUR_MS) * HOUR_MS);
    expect(klines(walk, { intervalMs: HOUR_MS, limit: 10, nowMs, startTimeMs: nowMs + HOUR_MS })).toEqual([]);
  });

  it('move about as much in a day as the symbol says', () => {
    const days = klines(walk, { intervalMs: 86_400_000, limit: 365, nowMs });
    const returns = days.map((row) => Math.log(Number(row[4]) / Number(row[1])));
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + value ** 2, 0) / returns.length);
    expect(deviation).toBeGreaterThan(btc.dailyVolatility * 0.4);
    expect(deviation).toBeLessThan(btc.dailyVolatility * 2.5);
  });
});
