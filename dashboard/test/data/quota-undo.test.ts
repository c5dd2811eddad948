import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { quotaOf } from '@/data/quota-schema';
import { type Accounts, ADMIN, createAccounts } from './accounts-fixture';

const MIB = 1_048_576;
let accounts: Accounts;
beforeAll(async () => {
  accounts = await createAccounts();
}, 300_000);
afterAll(() => accounts?.drop());

const settings = (quotaMb: number) => ({
  quotaBytes: quotaMb * MIB,
  overageAllowed: false,
  overageLimitBytes: 0,
  policy: 'lru',
  enforcement: 'hard',
});

it('finds the newest change, whatever its place in the order of texts', async () => {
  const { lastQuotaChange } = await import('@/data/quota-undo');
  const actor = ADMIN.email;
  // From one digit to two: as texts, 9 comes after 10.
  for (let quotaMb = 1; quotaMb <= 11; quotaMb += 1) {
    const change = { before: settings(quotaMb), after: settings(quotaMb + 1), reason: `to ${quotaMb + 1} MiB` };
    await accounts.database.asAdmin(actor, (tx) =>
      tx.quotaChange.create({ data: { tenantId: 'a', action: 'quota', source: 'dashboard', actor, ...change } }),
    );
    const terms = {
      tenantId: 'a',
      overageAllowed: false,
      overageLimitMb: 0,
      policy: 'lru',
      enforcement: 'hard',
    } as const;
    const quota = quotaOf({ ...terms, version: quotaMb, quotaMb: quotaMb + 1, changedAt: '2026-11-22T00:00:00.000Z' });
    expect(await lastQuotaChange(ADMIN, quota)).toMatchObject({ before: settings(quotaMb), reason: change.reason });
  }
});
