import { describe, expect, it } from '@jest/globals';
import type { AlertRules } from '@/data/alert-schema';
import { alertsHeading, whatHappened } from '@/features/alerts/alert-words';
import { alertsSearch, ownAlertsSearch } from '@/features/alerts/alerts-search';
import { entriesOf, RULES_FIELDS, rulesOf } from '@/features/alerts/rules-entries';
import { ruleLines, rulesHeading, thresholdsWords } from '@/features/alerts/rules-words';
import { claimedErrors } from '@/features/change/claimed-errors';
import { answerWords } from '@/features/webhooks/webhook-words';

const RULES: AlertRules = {
  quota: { enabled: true, thresholdsPercent: [80, 95, 1000] },
  hitRateDrop: { enabled: false, points: 12.5, minRequests: 1_000 },
  rejectionRate: { enabled: true, percent: 0.25, minWrites: 100 },
};

describe('the form of alert rules', () => {
  it('gives back what it was given', () => {
    expect(rulesOf(entriesOf(RULES))).toEqual({ rules: RULES });
  });

  it.each([
    [{ thresholds: '80, 0' }, 'quota.thresholdsPercent'],
    [{ thresholds: '1000.01' }, 'quota.thresholdsPercent'],
    [{ thresholds: ' , ' }, 'quota.thresholdsPercent'],
    [{ thresholds: '1 2 3 4 5 6 7 8 9 10 11' }, 'quota.thresholdsPercent'],
    [{ points: '100.01' }, 'hitRateDrop.points'],
    [{ points: '1.001' }, 'hitRateDrop.points'],
    [{ minRequests: '1.5' }, 'hitRateDrop.minRequests'],
    [{ percent: '-1' }, 'rejectionRate.percent'],
    [{ minWrites: '1000000001' }, 'rejectionRate.minWrites'],
  ])('says at its field that %o is out of range', (wrong, field) => {
    const read = rulesOf({ ...entriesOf(RULES), ...wrong });
    expect('errors' in read && Object.keys(read.errors)).toEqual([field]);
  });

  it.each([
    { thresholds: '80' },
    { thresholds: '1 2 3 4 5 6 7 8 9 10' },
    { thresholds: '0.01 1000' },
    { points: '100' },
    { percent: '0.01' },
    { minRequests: '1' },
    { minWrites: '1000000000' },
  ])('takes %o, which is just within range', (right) => {
    expect(rulesOf({ ...entriesOf(RULES), ...right })).toHaveProperty('rules');
  });

  it('names the ends of the range it holds', () => {
    const read = rulesOf({ ...entriesOf(RULES), thresholds: '0', points: '0', percent: '0', minWrites: '0' });
    expect(read).toEqual({
      errors: {
        'quota.thresholdsPercent': 'Enter a number from 0.01 to 1,000, with two decimals at the most.',
        'hitRateDrop.points': 'Enter a number from 0.01 to 100, with two decimals at the most.',
        'rejectionRate.percent': 'Enter a number from 0.01 to 100, with two decimals at the most.',
        'rejectionRate.minWrites': 'Enter a whole number from 1 to 1,000,000,000.',
      },
    });
  });

  it('shows what the API finds in one of many thresholds at the field of them all', () => {
    const found = [{ field: 'quota.thresholdsPercent.2', message: 'x' }];
    expect(claimedErrors(found, RULES_FIELDS).errors).toEqual({ 'quota.thresholdsPercent': 'x' });
  });

  it('is headed by what holds', () => {
    expect(rulesHeading('Aster', RULES)).toBe('Aster is warned at 80, 95 and 1,000\u00a0% of its quota');
    const quiet = { ...RULES, quota: { ...RULES.quota, enabled: false } };
    expect(rulesHeading('Aster', quiet)).toBe('Aster is not warned of its quota');
    const off = { ...quiet, rejectionRate: { ...RULES.rejectionRate, enabled: false } };
    expect(rulesHeading('Aster', off)).toBe('Aster is never alerted: all rules are off');
  });
});

describe('words of rules', () => {
  it.each([
    [[80], '80 %'],
    [[80, 95], '80 and 95 %'],
    [[80, 95, 100], '80, 95 and 100 %'],
  ])('list the thresholds %j as %s', (thresholds, words) => {
    expect(thresholdsWords(thresholds).replace('\u00a0', ' ')).toBe(words);
  });

  it('speak to a tenant of what is its own, and to staff of the tenant', () => {
    const names = (voice: 'tenant' | 'operator') => ruleLines(RULES, voice).map(({ name }) => name);
    expect(names('tenant')).toEqual(['Your quota fills', 'Your hit rate falls', 'Entries are not stored']);
    expect(names('operator')).toEqual(['Quota fills', 'Hit rate falls', 'Writes are refused']);
  });
});

describe('words of alerts', () => {
  it('count what is open and how much of it is critical', () => {
    const words = ([open, critical]: readonly [number, number]) => alertsHeading({ open, critical });
    const cases = [
      [0, 0],
      [1, 1],
      [2, 2],
      [5, 1],
      [1_204, 0],
    ] as const;
    expect(cases.map(words)).toEqual([
      'No alert is open',
      '1 alert is open, it is critical',
      '2 alerts are open, all are critical',
      '5 alerts are open, 1 is critical',
      '1,204 alerts are open, none is critical',
    ]);
  });

  it('keep a threshold as it was entered', () => {
    expect(whatHappened({ kind: 'quota', threshold: 99.95 })).toContain('99.95');
    expect(whatHappened({ kind: 'quota', threshold: 80 })).toContain('80\u00a0%');
  });

  it('say of a delivery what the receiver answered, or why nobody did', () => {
    const gone = {
      status: null,
      error: 'address-refused',
      nextAttemptAt: null,
      durationMs: 3,
      attempts: 8,
      underWay: false,
    } as const;
    expect(answerWords({ ...gone, state: 'gave-up' })).toBe('Address is private, so nothing was sent, given up');
    const fine = {
      status: 204,
      error: null,
      nextAttemptAt: null,
      durationMs: 83.6,
      attempts: 1,
      underWay: false,
    } as const;
    expect(answerWords({ ...fine, state: 'delivered' })).toBe('204 in 84\u00a0ms');
    const moved = { ...fine, status: 302, error: 'redirect' } as const;
    expect(answerWords({ ...moved, state: 'gave-up' })).toBe('302, redirected, which is not followed, given up');
    const again = { ...gone, error: 'timeout', attempts: 2 } as const;
    expect(answerWords({ ...again, state: 'pending', underWay: true })).toBe('On its way');
    expect(answerWords({ ...again, state: 'pending' })).toBe('No answer in time');
  });
});

describe('the search of alerts', () => {
  const of = (query: string) => new URLSearchParams(query);

  it('is brought back into range', async () => {
    expect(await alertsSearch(of('state=nonsense&kind=x&page=-4&tenant=%00a%00'))).toEqual({
      state: 'open',
      kind: null,
      page: 1,
      tenant: 'a',
    });
  });

  it('of a tenant names no tenant', async () => {
    expect(await ownAlertsSearch(of('tenant=b&state=resolved'))).toMatchObject({ tenant: '', state: 'resolved' });
  });
});
