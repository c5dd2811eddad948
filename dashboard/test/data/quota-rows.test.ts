import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Quota } from '@/data/quota-schema';
import { type Accounts, ADMIN, createAccounts } from './accounts-fixture';

const MIB = 1_048_576;
const settings = (mib: number) => ({
  quotaBytes: mib * MIB,
  overageAllowed: false,
  overageLimitBytes: 0,
  policy: 'lru',
  enforcement: 'hard',
});
const present = {
  tenantId: 'a',
  quotaMb: 5,
  quotaBytes: 5 * MIB,
  overageAllowed: false,
  overageLimitMb: 0,
  policy: 'lru',
  enforcement: 'hard',
  version: 2,
} as Quota;
const year = { fromMs: 0, toMs: Date.now() + 86_400_000 };

let test: Accounts;
let tenant: string;
let made = 0;
beforeAll(async () => {
  test = await createAccounts();
}, 300_000);
afterAll(() => test.drop());
// The audit only grows: each test has a tenant of its own.
beforeEach(async () => {
  tenant = `t${++made}`;
  await test.database.asAdmin('tester', (tx) =>
    tx.tenant.create({ data: { tenantId: tenant, name: tenant, plan: 'Plan' } }),
  );
});

async function write(actor: string, action: string, before: object, after: object) {
  await test.database.asAdmin(actor, (tx) =>
    tx.quotaChange.create({
      data: { tenantId: tenant, actor, source: 'api', action, before, after, reason: 'a test' },
    }),
  );
}

describe('what an undo takes back', () => {
  const last = async () => (await import('@/data/quota-undo')).lastQuotaChange(ADMIN, { ...present, tenantId: tenant });

  it('is the newest change of the quota, also where the tenant was renamed since', async () => {
    await write('ada@example.com', 'quota', settings(2), settings(5));
    await write('bo@example.com', 'tenant', { name: 'x', plan: 'Plan' }, { name: 'y', plan: 'Plan' });
    expect(await last()).toMatchObject({ before: settings(2), version: 2 });
  });

  it('is nothing once the tenant is on another plan: the settings before were those of the old one', async () => {
    await write('ada@example.com', 'quota', settings(2), settings(5));
    await write('bo@example.com', 'tenant', { name: 'x', plan: 'Plan' }, { name: 'x', plan: 'Growth' });
    expect(await last()).toBeUndefined();
    await write('ada@example.com', 'quota', settings(6), settings(5));
    expect(await last()).toMatchObject({ before: settings(6) });
  });
});

it('who was faster is whoever made the newest version, of the quota or of the tenant', async () => {
  const { lastChange } = await import('@/data/audit');
  await write('ada@example.com', 'quota', settings(2), settings(5));
  await write('bo@example.com', 'tenant', { plan: 'Plan' }, { plan: 'Growth' });
  await write('cy@example.com', 'clear', {}, {});
  expect(await lastChange(ADMIN, tenant)).toEqual({ actor: 'bo@example.com' });
});

it('changes are counted beyond those that are told one by one', async () => {
  const { countQuotaChanges, tenantQuotaChanges } = await import('@/data/quota-changes');
  for (let change = 0; change < 53; change++)
    await write('ada@example.com', 'quota', settings(change + 1), settings(change + 2));
  expect(await tenantQuotaChanges(ADMIN, tenant, year)).toHaveLength(50);
  expect(await countQuotaChanges(ADMIN, tenant, year)).toBe(53);
});

it('a tenant that no flush wrote a use of is not known until the next flush, and then uses nothing', async () => {
  const { fleetStates } = await import('@/data/fleet-states');
  const before = await fleetStates({ ...ADMIN });
  expect(before.unknown).toBe(before.tenants);
  await test.database.asAdmin('tester', async (tx) => {
    const now = new Date(Date.now() + 1_000);
    await tx.$executeRaw`INSERT INTO tenant_cache_quotas
      (tenant_id, quota_mb, overage_allowed, overage_limit_mb, policy, enforcement, current_usage_mb, usage_at)
      VALUES (${tenant}, 4, false, 0, 'lru', 'hard', 3.5, ${now})`;
  });
  expect(await fleetStates({ ...ADMIN })).toMatchObject({ unknown: 0, warning: 1, tenants: before.tenants });
  await test.database.asAdmin('tester', (tx) =>
    tx.tenant.create({
      data: { tenantId: 'young', name: 'young', plan: 'Plan', createdAt: new Date(Date.now() + 5_000) },
    }),
  );
  expect(await fleetStates({ ...ADMIN })).toMatchObject({ unknown: 1, tenants: before.tenants + 1 });
});
