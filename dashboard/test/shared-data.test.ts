import { describe, expect, it } from '@jest/globals';
import { callsByGroup, savedCalls } from '@/data/shared-calls';
import { freshnessByGroup } from '@/data/shared-freshness';
import { accessHours } from '@/data/shared-hours';
import { INVALIDATION, isPrefix, type SharedEntry } from '@/data/shared-schema';
import { ageWords } from '@/features/shared/age-words';
import { entriesSearch, sharedSearch } from '@/features/shared/shared-search';
import { callsFinding, hitRatioOf, sharingHeading, sharingLead } from '@/features/shared/shared-words';

const TOTALS = { l1Hits: 900, l2Hits: 90, misses: 10, calls: 12, saved: 995, stale: 0, limited: 0 };
const NOTHING = { l1Hits: 0, l2Hits: 0, misses: 0, calls: 0, saved: 0, stale: 0, limited: 0 };
const plain = (text = '') => text.replaceAll('\u00a0', ' ');

describe('what sharing saved', () => {
  it('is told as a finding, and no data is not told as nothing', () => {
    expect(sharingHeading(TOTALS, 'the last hour')).toBe('Sharing saved 995 API calls in the last hour');
    expect(sharingHeading(NOTHING, 'the last hour')).toBe('Nobody read shared data in the last hour');
    expect(sharingHeading(undefined, 'the last hour')).toBe('What sharing saved is not known');
    expect(hitRatioOf(NOTHING)).toBeUndefined();
    expect(hitRatioOf(TOTALS)).toBe(0.99);
  });

  it('says what was stale, who was refused, and which calls came before anybody asked', () => {
    expect(sharingLead({ ...TOTALS, stale: 1, limited: 7 })).toBe(
      'Of 1,000 reads 1 got a stale value within its grace, 7 reads were refused by a tenant’s limit; ' +
        'about 2 of 12 calls came ahead of a read, by refreshes and warm-ups.',
    );
    expect(sharingLead({ ...TOTALS, calls: 10 })).toBe(
      'Of 1,000 reads none got a stale value, no tenant met its limit.',
    );
    expect(sharingLead(NOTHING)).toBeUndefined();
  });

  it('is set against what was paid', () => {
    expect(callsFinding({ calls: 12, saved: 995 })).toBe('One API call made for each 83 saved');
    expect(callsFinding({ calls: 12, saved: 3 })).toBe('12 API calls made, 3 saved');
    expect(callsFinding({ calls: 0, saved: 40 })).toBe('No API call was made, 40 saved');
  });
});

describe('calls by group', () => {
  const series = (symbol: string, value: number) => ({
    labels: { exchange: 'binance', symbol },
    points: [[0, value]] as const,
  });

  it('are those of the symbol that the group names, and saved is answers less calls', () => {
    const found = callsByGroup([series('BTC/USDT', 3.2)], [series('BTC/USDT', 100.4), series('ETH/USDT', 5)]);
    expect(found.get('binance:BTC/USDT')).toEqual({ made: 3.2, answers: 100.4 });
    expect(savedCalls({ made: 3.2, answers: 100.4 }, 100)).toBe(97);
    expect(found.get('binance:ETH/USDT')).toEqual({ made: 0, answers: 5 });
  });

  it('are never saved below none', () => {
    expect(savedCalls({ made: 10, answers: 4 }, 4)).toBe(0);
  });

  it('are never more than the reads they are shown beside, which are written later than answers are scraped', () => {
    expect(savedCalls({ made: 2, answers: 110 }, 100)).toBe(98);
    expect(savedCalls({ made: 0, answers: 1 }, 0)).toBe(0);
  });

  it('add nothing where a series has no figure', () => {
    const silent = { labels: { exchange: 'binance', symbol: 'BTC/USDT' }, points: [] };
    expect(callsByGroup([silent], [silent]).get('binance:BTC/USDT')).toEqual({ made: 0, answers: 0 });
  });

  it('leave out series without the two labels', () => {
    expect(callsByGroup([{ labels: { exchange: 'binance' }, points: [[0, 1]] }], []).size).toBe(0);
  });
});

describe('freshness', () => {
  const nowMs = Date.parse('2026-11-20T14:00:00Z');
  const entry = (group: string, kind: string, ageMs: number, freshForMs: number): SharedEntry => ({
    group,
    kind,
    sizeBytes: 100,
    ageMs,
    ttlMs: 60_000,
    createdAt: new Date(nowMs - ageMs).toISOString(),
    freshUntil: new Date(nowMs + freshForMs).toISOString(),
    expiresAt: new Date(nowMs + 60_000).toISOString(),
  });

  it('counts what is past its time, and tells the age of the newest', () => {
    const found = freshnessByGroup(
      [entry('a:x', 'price', 9_000, 5_000), entry('a:x', 'ticker', 2_000, -1), entry('a:y', 'price', 1, 0)],
      nowMs,
    );
    expect(found.get('a:x')).toEqual({ entries: 2, fresh: 1, ageMs: 2_000 });
    expect(found.get('a:y')).toEqual({ entries: 1, fresh: 0, ageMs: 1 });
  });

  it('is told in the greatest whole unit', () => {
    expect([0, 59_999, 60_000, 7_200_000, 200_000_000].map(ageWords).map(plain)).toEqual([
      '< 1 s',
      '59 s',
      '1 min',
      '2 h',
      '2 days',
    ]);
  });
});

it('reads are asked for by whole hours, 31 days at the most', () => {
  const toMs = Date.parse('2026-11-20T14:40:00Z');
  expect(accessHours({ fromMs: toMs - 3_600_000, toMs }).from.toISOString()).toBe('2026-11-20T13:00:00.000Z');
  expect(accessHours({ fromMs: 0, toMs }).from.toISOString()).toBe('2026-10-20T14:00:00.000Z');
});

describe('what is named', () => {
  it('is a prefix only with its first colon, and without what no group has', () => {
    expect(['binance:', 'binance:BTC'].every(isPrefix)).toBe(true);
    expect(['binance', '', ':x', 'a b:', 'a{:', `a:${'x'.repeat(127)}`].some(isPrefix)).toBe(false);
  });

  it('is exactly one kind of thing to invalidate', () => {
    const reason = 'wrong prices';
    expect(INVALIDATION.safeParse({ groups: ['binance:BTC/USDT'], reason }).success).toBe(true);
    expect(INVALIDATION.safeParse({ all: true, prefix: 'binance:', reason }).success).toBe(false);
    expect(INVALIDATION.safeParse({ all: false, reason }).success).toBe(false);
    expect(INVALIDATION.safeParse({ reason }).success).toBe(false);
  });

  it('comes from the URL without what a database or the API cannot look for', async () => {
    const shared = await sharedSearch(new URLSearchParams('dataset=../x&group=%00BTC&page=0&readers=1e99'));
    expect(shared).toEqual({ dataset: '', group: 'BTC', page: 1, reader: '', readers: 1 });
    expect(await entriesSearch(new URLSearchParams('prefix=%00binance:&cursor=a%00'))).toEqual({
      prefix: 'binance:',
      cursor: 'a',
    });
  });
});
