import { describe, expect, it } from '@jest/globals';
import { billingMonth, monthAfter, monthSpan } from '@/data/billing-month';
import { periodOfSlug, periodSlug } from '@/data/statement-schema';
import { billingHref, billingSearch, sortedBy } from '@/features/billing/billing-search';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const of = (query: string) => new URLSearchParams(query);

describe('the month of the billing page', () => {
  it('is the present one where a URL asks for none, for nonsense or for a later one', () => {
    for (const asked of ['', '2026-13', '2026-1', '2026-12', '9999-01', '\0', '2026-10-01', '1999-12']) {
      expect(billingMonth(asked, NOW)).toBe('2026-11');
    }
    expect(billingMonth('2025-02', NOW)).toBe('2025-02');
  });

  it('begins and ends at midnight UTC, over the turn of a year', () => {
    const { from, until } = monthSpan('2026-12');
    expect([from.toISOString(), until.toISOString()]).toEqual(['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']);
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
  });
});

describe('the search of the billing page', () => {
  it('is brought back into range', async () => {
    expect(await billingSearch(of('page=-3&sort=x&order=y&search=%00a'))).toMatchObject({
      page: 1,
      sort: 'total',
      order: 'desc',
      search: 'a',
    });
  });

  it('goes back to the first page and turns the order of the same column', async () => {
    const search = await billingSearch(of('month=2025-02&page=7'));
    expect(billingHref(sortedBy(search, 'total'))).toBe('/billing?month=2025-02&order=asc');
    expect(billingHref(sortedBy(search, 'name'))).toBe('/billing?month=2025-02&sort=name');
  });
});

describe('a period in a URL', () => {
  it('comes back as the moment that it stands for', () => {
    for (const periodStart of ['2026-11-01T00:00:00.000Z', '2026-11-22T11:48:44.309Z']) {
      const slug = periodOfSlug(encodeURIComponent(periodSlug({ periodStart })));
      expect(new Date(slug ?? '').toISOString()).toBe(periodStart);
    }
    expect(periodOfSlug(periodSlug({ periodStart: '2026-11-01T00:00:00.000Z', open: true }))).toBe('current');
  });

  it('is nothing else', () => {
    for (const segment of ['', '..', '%', '%00', '2026-13-01', 'current/../x', '2026-11-01T00:00:00Z?x=1']) {
      expect(periodOfSlug(segment)).toBeUndefined();
    }
  });
});
