import { describe, expect, it } from '@jest/globals';
import { othersWords } from '@/features/overview/attention-words';
import { hitSeries, partSeries } from '@/features/tenant/share-format';

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
  const legends = hitSeries([9, 12, null], [1, 8, null], [10, 30, null]).map(({ legendValue }) =>
    plain(legendValue ?? ''),
  );
  expect(legends).toEqual(['52.5 %', '22.5 %']);
  const look = { key: 'miss', name: 'Miss', color: 'miss', mark: 'area' } as const;
  expect(partSeries(look, [null], [null]).legendValue).toBeNull();
});
