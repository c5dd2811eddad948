import { expect, test } from '@jest/globals';
import { type Quota, quotaOf } from '@/data/quota-schema';
import type { Tenant } from '@/data/tenants';
import { withQuota } from '@/features/quota/shown-quota';

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
