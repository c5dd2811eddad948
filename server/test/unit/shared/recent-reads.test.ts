import { describe, expect, it } from '@jest/globals';
import { RecentReads } from '../../../src/shared/recent-reads.js';

describe('what was read recently', () => {
  it('tells each kind of a group once, with its last read', () => {
    const recent = new RecentReads();
    recent.note('x:1', 'price', 10);
    recent.note('x:1', 'ohlcv:1m', 20);
    recent.note('x:1', 'price', 30);
    expect(recent.since(0)).toEqual([
      { group: 'x:1', kind: 'ohlcv:1m', lastReadMs: 20 },
      { group: 'x:1', kind: 'price', lastReadMs: 30 },
    ]);
    expect(recent.since(21).map(({ kind }) => kind)).toEqual(['price']);
  });

  it('keeps so many and no more: those that were read last', () => {
    const recent = new RecentReads(3);
    for (const group of ['a', 'b', 'c', 'a', 'd', 'e']) recent.note(group, 'price', 1);
    expect(recent.since(0).map(({ group }) => group)).toEqual(['a', 'd', 'e']);
  });
});
