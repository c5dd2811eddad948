import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT_ACTIONS } from '@/features/audit/audit-actions';
import { auditSearch } from '@/features/audit/audit-search';
import { type Accounts, ADMIN, createAccounts } from './accounts-fixture';

let test: Accounts;
let audit: typeof import('@/data/audit');

beforeAll(async () => {
  test = await createAccounts();
  audit = await import('@/data/audit');
  await test.database.asAdmin('ada@example.com', async (tx) => {
    for (const action of ['clear', 'quota', 'clear', 'warming']) {
      const tenantId = action === 'warming' ? null : 'a';
      await tx.quotaChange.create({
        data: { tenantId, actor: 'ada@example.com', source: 'api', action, reason: `one ${action}` },
      });
    }
  });
}, 300_000);

afterAll(() => test.drop());

describe('the filter by what was done', () => {
  it('offers each kind of deed that the audit may hold, and no other', async () => {
    const [check] = await test.database.asAdmin(
      'tester',
      (tx) => tx.$queryRaw<{ allowed: string }[]>`
        SELECT pg_get_constraintdef(oid) AS allowed FROM pg_constraint WHERE conname = 'quota_changes_action_check'`,
    );
    const allowed = [...(check?.allowed ?? '').matchAll(/'([a-z-]+)'/g)].map(([, action]) => action);
    expect([...AUDIT_ACTIONS].sort()).toEqual(allowed.sort());
  });

  it('shows, counts and exports those alone; a kind that is none filters nothing', async () => {
    const filters = { tenant: '', actor: '', action: 'clear' };
    const page = await audit.listAudit(ADMIN, { ...filters, page: 1, pageSize: 1 });
    expect(page).toMatchObject({ total: 2, items: [{ action: 'clear' }] });
    const exported: string[] = [];
    for await (const rows of audit.auditSteps(ADMIN, filters)) exported.push(...rows.map(({ reason }) => reason));
    expect(exported).toEqual(['one clear', 'one clear']);
    expect(await auditSearch(new URLSearchParams('action=nothing'))).toMatchObject({ action: '' });
  });

  it('narrows together with the other filters', async () => {
    const count = async (filters: object) =>
      (await audit.listAudit(ADMIN, { tenant: '', actor: '', action: '', ...filters, page: 1, pageSize: 9 })).total;
    expect(await count({})).toBe(4);
    expect(await count({ tenant: 'a', action: 'quota' })).toBe(1);
    expect(await count({ tenant: 'a', action: 'warming' })).toBe(0);
    expect(await count({ actor: 'ada@example.com', action: 'warming' })).toBe(1);
  });
});
