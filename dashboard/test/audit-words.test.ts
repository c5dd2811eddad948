import { describe, expect, it } from '@jest/globals';
import type { Settings } from '@/data/audit';
import { auditHeading, changedSettings, lowersLimit, whatHappened } from '@/features/audit/describe-change';
import { fleetHeading, stateCounts } from '@/features/tenants/fleet-heading';

const MIB = 1_048_576;
const BEFORE: Settings = {
  quotaBytes: 512 * MIB,
  overageAllowed: true,
  overageLimitBytes: 96 * MIB,
  policy: 'lru',
  enforcement: 'hard',
};
const NO_FACTS = { before: null, after: null };
const change = (more: Partial<Settings>) => ({
  action: 'quota',
  before: BEFORE,
  after: { ...BEFORE, ...more },
  facts: NO_FACTS,
});

describe('audit words', () => {
  it('say what was done', () => {
    expect(whatHappened(change({ quotaBytes: 256 * MIB }))).toBe('Quota lowered');
    expect(whatHappened(change({ quotaBytes: 1024 * MIB, policy: 'ttl' }))).toBe('Quota raised');
    expect(whatHappened(change({ overageLimitBytes: 128 * MIB }))).toBe('Overage changed');
    expect(whatHappened(change({ policy: 'ttl' }))).toBe('Policy changed');
    expect(whatHappened(change({ policy: 'ttl', enforcement: 'soft' }))).toBe('Limits changed');
    expect(whatHappened(change({}))).toBe('Saved as it was');
    expect(whatHappened({ action: 'clear', before: null, after: null, facts: NO_FACTS })).toBe('Cache cleared');
  });

  it('say what was done to all tenants, and by the system', () => {
    const before = { enforcedPercentage: 100, enforcementOfOthers: 'observe', sharedStoreBypassed: false } as const;
    const after = { ...before, enforcedPercentage: 10, sharedStoreBypassed: true };
    const row = { action: 'fleet', before, after, facts: NO_FACTS };
    expect(whatHappened(row)).toBe('All tenants changed');
    expect(changedSettings(row)).toEqual([
      { name: 'enforced', before: '100', after: '10\u00a0%' },
      { name: 'kill switch', before: 'off', after: 'on' },
    ]);
    expect(lowersLimit(row)).toBe(false);
    const deed = (action: string) => whatHappened({ action, before: null, after: null, facts: NO_FACTS });
    expect(['reset', 'reconcile', 'later'].map(deed)).toEqual(['Period closed', 'Usage recounted', 'Changed']);
    expect(['tenant', 'invalidate', 'entry', 'api-key', 'shared', 'warming'].map(deed)).not.toContain('Changed');
  });

  it('show before and after, and a switched-off overage as 0', () => {
    expect(changedSettings(change({ overageAllowed: false }))).toEqual([
      { name: 'overage', before: '96', after: '0\u00a0MiB' },
    ]);
    expect(changedSettings({ before: null, after: null })).toEqual([]);
  });

  it('count quota and overage together as the limit', () => {
    expect(lowersLimit(change({ overageAllowed: false }))).toBe(true);
    expect(lowersLimit(change({ quotaBytes: 608 * MIB, overageAllowed: false }))).toBe(false);
  });

  it('head the page with a finding', () => {
    const lower = change({ quotaBytes: MIB });
    const raise = change({ quotaBytes: 1024 * MIB });
    expect(auditHeading([])).toBe('No quota was changed today');
    expect(auditHeading([raise])).toBe('1 quota change today, no limit was lowered');
    expect(auditHeading([lower, raise, raise])).toBe('3 quota changes today, 1 of them lowered a limit');
    expect(auditHeading([lower, lower])).toBe('2 quota changes today, each lowered a limit');
  });
});

describe('fleetHeading', () => {
  const none = { tenants: 12, warning: 0, exceeded: 0, critical: 0, unknown: 0 };

  it('says who needs room', () => {
    expect(fleetHeading({ ...none, tenants: 212, warning: 9, exceeded: 2, critical: 1 })).toBe(
      '12 of 212 tenants need room: 3 are over quota, 9 are close',
    );
    expect(fleetHeading({ ...none, critical: 1 })).toBe('1 of 12 tenants needs room: 1 is over quota');
    expect(fleetHeading(none)).toBe('All 12 tenants have room');
    expect(fleetHeading({ ...none, tenants: 0 })).toBe('No tenant yet');
  });

  it('does not take what is not known for room', () => {
    expect(fleetHeading({ ...none, unknown: 12 })).toBe('12 tenants, use not known');
    expect(fleetHeading({ ...none, unknown: 2 })).toBe('10 tenants have room, 2 are not known');
    expect(stateCounts([{ usage: null }, { usage: { state: 'warning' } }])).toEqual({
      tenants: 2,
      warning: 1,
      exceeded: 0,
      critical: 0,
      unknown: 1,
    });
  });
});
