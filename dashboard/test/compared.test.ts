import { describe, expect, it } from '@jest/globals';
import { comparable, previousSeries, previousWords } from '@/features/range/previous';

const times = [60_000, 120_000];
const frame = { fromMs: 0, toMs: 120_000, stepMs: 60_000, times, covered: [true, true], values: { requests: [1, 2] } };
const reading = (recorded: number) => ({
  source: { kind: 'prometheus' as const },
  frame,
  readAtMs: 120_000,
  asked: { fromMs: 0, toMs: 120_000, preset: '1h' as const },
  previous: { values: { requests: recorded > 0 ? [null, 2] : [null, null] }, recorded, source: 'prometheus' as const },
});
const words = (recorded: number) => previousWords(reading(recorded))?.replaceAll('\u00a0', ' ');

describe('a period before of which only a part was recorded', () => {
  it('is compared from a half of it on, and the reader is told how much there is', () => {
    expect([0, 0.17, 0.49, 0.5, 0.7, 1].map((recorded) => comparable(reading(recorded)))).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(words(0.17)).toBe('Only 17 % of the previous hour is recorded: not enough to compare');
    expect(words(0.7)).toBe('Only 70 % of the previous hour is recorded');
    expect(words(1)).toBeUndefined();
  });

  it('is never rounded to nothing or to all', () => {
    expect(words(0)).toBe('Nothing was recorded in the previous hour');
    expect(words(0.001)).toContain('Only 1 %');
    expect(words(0.949)).toContain('Only 94 %');
  });

  it('is still drawn as far as it goes', () => {
    const line = (recorded: number) => previousSeries(reading(recorded), ({ requests }) => requests);
    expect(line(0.17)).toMatchObject([{ name: 'Previous hour', values: [null, 2] }]);
    expect(line(0)).toEqual([]);
  });

  it('is nothing to anyone who does not compare', () => {
    const { previous, ...alone } = reading(0);
    expect(comparable(alone)).toBe(false);
    expect(previousWords(alone)).toBeUndefined();
  });
});
