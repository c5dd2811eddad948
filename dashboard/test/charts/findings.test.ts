import { describe, expect, it } from '@jest/globals';
import { evictionFinding } from '@/charts/findings/evictions';
import { hitRatioFinding } from '@/charts/findings/hit-ratio';
import { latencyFinding } from '@/charts/findings/latency';
import { quotaUseFinding } from '@/charts/findings/quota-use';
import { requestFinding } from '@/charts/findings/requests';
import { responseTimeFinding } from '@/charts/findings/response-time';

const MIB = 1_048_576;
const nowMs = Date.parse('2026-11-20T14:30:00Z');
const times = Array.from({ length: 12 }, (_, index) => nowMs - (11 - index) * 300_000);
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const all = (value: number) => times.map(() => value);
const hitRate = (hits: (number | null)[], change?: { atMs: number; raised: boolean }) =>
  plain(hitRatioFinding({ times, hits, reads: all(100), nowMs, span: 'the last hour', change }));

describe('hit ratio', () => {
  it('says its level', () => expect(hitRate(all(86))).toBe('86.0 % of requests are hits'));

  it('tells no requests from no hits', () => {
    const facts = { times, hits: all(0), nowMs, span: 'the last hour' };
    expect(hitRatioFinding({ ...facts, reads: all(0) })).toBe('No requests in the last hour');
    expect(plain(hitRatioFinding({ ...facts, reads: all(5) }))).toBe('0.0 % of requests are hits');
  });

  it('names a dip that healed, with its time', () => {
    const hits = all(90).map((value, index) => (index === 6 ? 60 : value));
    expect(hitRate(hits)).toBe('87.5 % of requests are hits; a dip to 60 % at 14:05 UTC has healed');
  });

  it('does not call the filling of a new cache a dip', () => {
    expect(hitRate([5, 30, 60, 80, 90, 90, 90, 90, 90, 90, 90, 90])).not.toContain('dip');
  });

  describe('with steps that cannot stand for their time', () => {
    const read = (hits: (number | null)[], reads: (number | null)[]) =>
      plain(hitRatioFinding({ times, hits, reads, nowMs, span: 'the last hour' }));
    /** 100 reads in each recorded step but this one. */
    const having = (hits: (number | null)[], index: number, reads: number) =>
      read(hits, hits.map((value): number | null => value && 100).with(index, reads));

    it('tells no dip of one beside a gap, as a restart leaves', () => {
      expect(having([90, 90, 90, 90, null, null, 0, 90, 90, 90, 90, 90], 6, 20)).not.toContain('dip');
      expect(having([90, 90, 90, 90, 90, 90, 90, 0, null, null, 90, 90], 7, 20)).not.toContain('dip');
      expect(having([90, 90, 90, 90, 90, 90, 0, 90, 90, null, null, 90], 6, 20)).toContain('a dip to 0 % at 14:05 UTC');
    });

    it('tells no dip of one with next to no reads', () => {
      expect(having(all(90).with(6, 0), 6, 9)).not.toContain('dip');
      expect(having(all(90).with(6, 0), 6, 50)).toContain('a dip to 0');
    });

    it('says nothing of now after a silence, nor from the first step that follows one', () => {
      expect(having([90, 90, 90, 90, 90, 90, 90, 90, 90, null, null, 0], 11, 20)).not.toContain('now');
      expect(having([90, 90, 90, 90, 90, 50, 50, 50, null, null, null, null], 5, 100)).not.toContain('now');
      expect(having([90, 90, 90, 90, 90, 90, 90, 90, 90, 50, 50, 50], 11, 100)).toContain('50.0 % now');
    });
  });

  it('says where it is now when it fell', () => {
    const hits = all(90).map((value, index) => (index > 9 ? 50 : value));
    expect(hitRate(hits)).toContain(', 50.0 % now');
  });

  it('credits a change of the quota only where both sides have points', () => {
    const hits = all(70).map((value, index) => (index > 5 ? 85 : value));
    expect(hitRate(hits, { atMs: (times[5] ?? 0) + 1, raised: true })).toBe(
      'Hit rate rose from 70.0 to 85.0 % after the quota was raised',
    );
    expect(hitRate(hits, { atMs: (times[10] ?? 0) + 1, raised: true })).not.toContain('after');
  });
});

describe('evictions', () => {
  const facts = { times, expired: all(10), invalidated: all(0), nowMs, span: 'the last hour' };

  it('says that nothing was evicted for space, and since when', () => {
    expect(evictionFinding({ ...facts, space: all(0) })).toBe('Nothing was evicted for space in the last hour');
    const space = all(0).map((value, index) => (index < 4 ? 5 : value));
    expect(evictionFinding({ ...facts, space })).toBe('Nothing was evicted for space since 13:50 UTC');
  });

  it('counts what was, in the words of its reader', () => {
    expect(plain(evictionFinding({ ...facts, space: all(10) }))).toBe(
      '120 entries were evicted for space, 50 % of all removed',
    );
    expect(plain(evictionFinding({ ...facts, space: all(10), voice: 'tenant' }))).toContain('removed to make room');
  });
});

describe('use of the quota', () => {
  const facts = { times, quota: all(512 * MIB), hard: all(640 * MIB), nowMs };
  const use = (used: (number | null)[]) =>
    plain(quotaUseFinding({ ...facts, used: used.map((value) => value && value * MIB) }));

  it('is a share below the quota, with how it moved', () => {
    expect(use(all(256))).toBe('Use is 50 % of the quota');
    expect(use(times.map((_, index) => 100 + index * 20))).toBe('Use is 63 % of the quota, up from 20 %');
  });

  it('says since when it is above', () => {
    const used = times.map((_, index) => (index < 6 ? 500 : 561.4));
    expect(use(used)).toBe('Use is above the quota since 14:05 UTC, by 49.4 MiB');
  });

  it('names the limit in force where that is passed, and its absence where nothing is known', () => {
    expect(use(all(650))).toBe('Use is 10.0 MiB above the hard limit');
    expect(use(all(0).map(() => null))).toBe('Use is not known');
  });
});

describe('requests and time', () => {
  const rate = (rates: (number | null)[]) => requestFinding({ times, rates, nowMs, span: 'the last hour' });

  it('says the mean and a peak that stands out', () => {
    expect(rate(all(219))).toBe('219 requests a second');
    expect(rate(all(219).map((value, index) => (index === 3 ? 500 : value)))).toBe(
      '242 requests a second, 500 at 13:50 UTC',
    );
  });

  it('tells no requests from few', () => {
    expect(rate(all(0))).toBe('No requests in the last hour');
    expect(rate(all(0.01))).toBe('Less than one request in 10 seconds');
  });

  it('compares the ends of the range only where they differ', () => {
    expect(plain(responseTimeFinding(all(2), 'the last hour'))).toBe('An answer takes 2.0 ms on average');
    const means = times.map((_, index) => (index < 6 ? 6.1 : 3.9));
    expect(plain(responseTimeFinding(means, 'the last hour'))).toBe(
      'An answer took 6.1 ms at first and 3.9 ms lately, on average',
    );
  });
});

describe('latency', () => {
  const quarters = (...levels: (number | null)[]) =>
    plain(
      latencyFinding(
        levels.flatMap((level) => [level, level, level]),
        '30 seconds',
      ),
    );

  it('says how P99 moved, and which way', () => {
    expect(quarters(6.1, 5, 4, 3.9)).toBe('P99 per 30 seconds fell from 6.1 to 3.9 ms');
    expect(quarters(3.9, 5, 6, 6.1)).toBe('P99 per 30 seconds rose from 3.9 to 6.1 ms');
  });

  it('says its level where it stayed, and no movement of a few steps', () => {
    expect(quarters(4, 4.2, 4, 4.2)).toBe('P99 per 30 seconds is 4.1 ms on average');
    expect(quarters(null, null, 2, 8)).toBe('P99 per 30 seconds is 5.0 ms on average');
    expect(quarters(null, null, null, null)).toBe('No reads');
  });
});
