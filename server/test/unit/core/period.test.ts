import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextReset, resetDay } from '../../../src/core/period.js';

const at = (text: string) => Date.parse(text);

describe('the end of a period', () => {
  it.each([
    ['2026-01-31T06:30:00Z', 31, ['2026-02-28T06:30:00Z', '2026-03-31T06:30:00Z', '2026-04-30T06:30:00Z']],
    ['2028-01-30T00:00:00Z', 30, ['2028-02-29T00:00:00Z', '2028-03-30T00:00:00Z']],
    ['2026-11-01T00:00:00Z', 1, ['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z']],
  ])('keeps its day of the month from %s', (first, day, expected) => {
    let ms = at(first);
    for (const next of expected) {
      const kept = resetDay(ms, day);
      expect(kept).toBe(day);
      ms = nextReset(ms, kept);
      expect(new Date(ms).toISOString()).toBe(new Date(next).toISOString());
    }
  });

  it('takes the day of a date that somebody moved', () => {
    expect(resetDay(at('2026-02-28T00:00:00Z'), 31)).toBe(31);
    expect(resetDay(at('2026-03-28T00:00:00Z'), 31)).toBe(28);
    expect(resetDay(at('2026-03-28T00:00:00Z'), undefined)).toBe(28);
  });

  it('comes again after a year, on the day that was kept, whatever the day', () => {
    const times = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });
    fc.assert(
      fc.property(times, (firstMs) => {
        const day = new Date(firstMs).getUTCDate();
        let ms = firstMs;
        for (let month = 0; month < 12; month++) {
          const next = nextReset(ms, resetDay(ms, day));
          assert.ok(next > ms && next - ms >= 28 * 86_400_000 && next - ms <= 31 * 86_400_000);
          ms = next;
        }
        const [first, last] = [new Date(firstMs), new Date(ms)];
        assert.equal(last.getUTCFullYear(), first.getUTCFullYear() + 1);
        assert.equal(last.getUTCMonth(), first.getUTCMonth());
        assert.equal(last.getUTCDate(), day === 29 && first.getUTCMonth() === 1 ? 28 : day);
      }),
    );
  });
});
