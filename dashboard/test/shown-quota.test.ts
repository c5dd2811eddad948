import { expect, jest, test } from '@jest/globals';
import { type Quota, quotaOf } from '@/data/quota-schema';
import type { Tenant } from '@/data/tenants';

jest.unstable_mockModule('react', () => ({
  useMemo: <Value>(value: () => Value) => value(),
  useSyncExternalStore: <Value>(_: unknown, value: () => Value) => value(),
}));
const { expectQuota, forgetQuota, showQuota, useShownTenant, withQuota } = await import('@/features/quota/shown-quota');

const MIB = 1_048_576;

function quota(quotaMb: number, version: number): Quota {
  const terms = {
    tenantId: 't',
    overageAllowed: false,
    overageLimitMb: 0,
    policy: 'lru',
    enforcement: 'hard',
  } as const;
  return quotaOf({ ...terms, quotaMb, version, changedAt: '2026-11-22T00:00:00.000Z' });
}

function tenant(version: number): Tenant {
  return {
    tenantId: 't',
    name: 'T',
    plan: 'p',
    suspended: false,
    version: 1,
    changedAt: '2026-11-22T00:00:00.000Z',
    quota: quota(8, version),
    usage: { usedBytes: 7 * MIB, entries: 1, state: 'warning' },
  };
}

test('a saved quota is shown with the state that follows, until what is read is as new', () => {
  const shown = withQuota(tenant(3), { quota: quota(6, 4), expected: false });
  expect(shown.quota.quotaMb).toBe(6);
  expect(shown.usage?.state).toBe('critical');
  expect(withQuota(tenant(4), { quota: quota(6, 4), expected: false }).quota.quotaMb).toBe(8);
});

test('a quota that is being saved is shown at its old version, and without a change nothing differs', () => {
  expect(withQuota(tenant(3), { quota: quota(6, 3), expected: true }).quota.quotaMb).toBe(6);
  const same = tenant(3);
  expect(withQuota(same, undefined)).toBe(same);
});

test('a quota is shown from when it is sent, then until what is read is as new, and not once it is refused', () => {
  const shownMb = (readVersion: number) => useShownTenant(tenant(readVersion)).quota.quotaMb;
  expectQuota(quota(6, 3));
  expect(shownMb(3)).toBe(6);
  showQuota(quota(6, 4));
  expect([shownMb(3), shownMb(4)]).toEqual([6, 8]);
  expectQuota(quota(5, 4));
  expect(shownMb(4)).toBe(5);
  forgetQuota('t');
  expect(shownMb(3)).toBe(8);
});
