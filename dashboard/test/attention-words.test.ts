import { describe, expect, it } from '@jest/globals';
import { othersWords } from '@/features/overview/attention-words';
import { shareOfAll } from '@/features/tenant/share-format';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const counts = { tenants: 12, over: 4, warning: 2, refusing: 0, evicting: 0, unknown: 0 };
const rows = (...states: ('critical' | 'exceeded' | 'warning' | 'ok')[]) => states.map((state) => ({ state }));

describe('what the rows of the overview leave out', () => {
  it('tells those over quota from those that come close', () => {
    expect(plain(othersWords(counts, rows('critical', 'exceeded', 'exceeded', 'ok')))).toBe(
      '1 more over quota, 2 more over 80 % of their quota',
    );
    expect(plain(othersWords({ ...counts, over: 3, warning: 1 }, rows('critical', 'exceeded', 'exceeded')))).toBe(
      '1 more over 80 % of its quota',
    );
  });

  it('is nothing where the rows are all', () => {
    expect(othersWords({ ...counts, over: 1, warning: 1 }, rows('exceeded', 'warning'))).toBe('');
  });
});

it('shares of a range add up to that of all, and are none without reads', () => {
  const reads = [10, 30, null];
  expect([shareOfAll([9, 12, null], reads), shareOfAll([1, 8, null], reads)].map((text) => plain(text ?? ''))).toEqual([
    '52.5 %',
    '22.5 %',
  ]);
  expect(shareOfAll([null], [null])).toBeNull();
});
