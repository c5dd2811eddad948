import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HourlyDemand } from '../../../src/core/shared.js';
import { type ExpectedDemand, forecastDemand } from '../../../src/warming/demand-forecast.js';

const HOUR_MS = 3_600_000;
const WEEK_H = 168;
const NOW_H = 10 * WEEK_H;
const NOW_MS = NOW_H * HOUR_MS;

const row = (group: string, hour: number, reads: number): HourlyDemand => {
  return { group, kind: 'price', hourMs: hour * HOUR_MS, reads };
};
const of = (expected: readonly ExpectedDemand[], group: string) =>
  expected.find((one) => one.group === group)?.expectedReads ?? 0;

const rows = fc.uniqueArray(
  fc.record({
    group: fc.constantFrom('a', 'b', 'c', 'd'),
    kind: fc.constantFrom('price', 'ohlcv'),
    hourMs: fc.integer({ min: 0, max: NOW_H }).map((hour) => hour * HOUR_MS),
    reads: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  { selector: ({ group, kind, hourMs }) => `${group} ${kind} ${hourMs}`, maxLength: 60 },
);
const options = fc.record({
  nowMs: fc.integer({ min: 0, max: HOUR_MS - 1 }).map((ms) => NOW_MS + ms),
  horizonMs: fc.integer({ min: 1, max: WEEK_H * HOUR_MS }),
  sinceMs: fc.constantFrom(0, NOW_MS - 3 * WEEK_H * HOUR_MS),
});

describe('the forecast of demand', () => {
  it('is never negative, finite, and lists what was read once each, the most expected first', () => {
    fc.assert(
      fc.property(rows, options, (history, asked) => {
        const expected = forecastDemand(history, asked);
        const read = new Set(history.filter(({ reads }) => reads > 0).map(({ group, kind }) => `${group} ${kind}`));
        expect(new Set(expected.map(({ group, kind }) => `${group} ${kind}`))).toEqual(read);
        expect(expected.length).toBe(read.size);
        for (const [index, { expectedReads }] of expected.entries()) {
          expect(expectedReads).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(expectedReads)).toBe(true);
          expect(expectedReads).toBeLessThanOrEqual(expected[index - 1]?.expectedReads ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  it('is the same in whatever order the history comes', () => {
    const shuffled = rows.chain((history) =>
      fc.tuple(
        fc.constant(history),
        fc.shuffledSubarray(history, { minLength: history.length, maxLength: history.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, options, ([history, other], asked) => {
        expect(forecastDemand(other, asked)).toEqual(forecastDemand(history, asked));
      }),
    );
  });

  it('never falls where more was read, and says nothing else of the others', () => {
    fc.assert(
      fc.property(rows, options, fc.nat(), fc.integer({ min: 1, max: 1_000 }), (history, asked, at, more) => {
        const changed = history[at % Math.max(1, history.length)];
        if (changed === undefined) return;
        // From one read on: a row of none tells nothing but when counting began.
        const before = history.map((one) => ({ ...one, reads: one.reads + 1 }));
        const after = before.map((one, index) =>
          index === history.indexOf(changed) ? { ...one, reads: one.reads + more } : one,
        );
        const [less, now] = [before, after].map((given) => forecastDemand(given, asked)) as [
          readonly ExpectedDemand[],
          readonly ExpectedDemand[],
        ];
        for (const { group, kind, expectedReads } of less) {
          const other = now.find((one) => one.group === group && one.kind === kind)?.expectedReads ?? Number.NaN;
          if (group === changed.group && kind === changed.kind) expect(other).toBeGreaterThanOrEqual(expectedReads);
          else expect(other).toBe(expectedReads);
        }
      }),
    );
  });

  it('expects what is read at the same rate in every hour at that rate', () => {
    const history = Array.from({ length: 5 * WEEK_H }, (_, ago) => row('a', NOW_H - 1 - ago, 7));
    for (const [horizonMs, reads] of [
      [HOUR_MS, 7],
      [HOUR_MS / 4, 7 / 4],
      [24 * HOUR_MS, 7 * 24],
    ] as const) {
      expect(of(forecastDemand(history, { nowMs: NOW_MS, horizonMs }), 'a')).toBeCloseTo(reads, 6);
    }
  });

  it('tells what is read at this hour of every week from what is read as often at another', () => {
    const weeks = [1, 2, 3, 4, 5, 6];
    const history = [
      ...weeks.map((week) => row('now', NOW_H - week * WEEK_H, 100)),
      ...weeks.map((week) => row('later', NOW_H - week * WEEK_H + 12, 100)),
    ];
    const soon = forecastDemand(history, { nowMs: NOW_MS });
    expect(soon[0]?.group).toBe('now');
    expect(of(soon, 'now')).toBeGreaterThan(5 * of(soon, 'later'));
    expect(forecastDemand(history, { nowMs: NOW_MS + 12 * HOUR_MS })[0]?.group).toBe('later');
  });

  it('believes a younger week more than an older one', () => {
    const history = [row('younger', NOW_H - WEEK_H, 100), row('older', NOW_H - 5 * WEEK_H, 100)];
    expect(forecastDemand(history, { nowMs: NOW_MS }).map(({ group }) => group)).toEqual(['younger', 'older']);
  });

  it('is the recent rate while there is less than a week', () => {
    const history = [row('falling', NOW_H - 70, 60), row('rising', NOW_H - 1, 50), row('rising', NOW_H, 5)];
    const expected = forecastDemand(history, { nowMs: NOW_MS + HOUR_MS / 2, sinceMs: NOW_MS - 100 * HOUR_MS });
    expect(expected.map(({ group }) => group)).toEqual(['rising', 'falling']);
    const begun = forecastDemand([row('a', NOW_H, 30)], { nowMs: NOW_MS + HOUR_MS / 2 });
    expect(of(begun, 'a')).toBeCloseTo(60, 6);
  });

  it('knows nothing of the future, and of nothing makes nothing', () => {
    expect(forecastDemand([row('a', NOW_H + 1, 5)], { nowMs: NOW_MS })).toEqual([]);
    expect(forecastDemand([], { nowMs: NOW_MS })).toEqual([]);
  });
});
