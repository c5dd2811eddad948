import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Database } from '@tenantcache/database';
import { type Accounts, ADMIN, browser, createAccounts, PASSWORD } from './accounts-fixture';

const OTHER = { ...ADMIN, email: 'bo@example.com', name: 'Bo' } as const;

let accounts: Accounts;
let views: typeof import('@/data/view-as');
/** The one that the dashboard reads: what it does can be held up here. */
let dashboard: Database;

beforeAll(async () => {
  accounts = await createAccounts();
  const { email, name, role } = OTHER;
  await accounts.database.asAdmin('tester', (tx) =>
    tx.user.create({ data: { email, name, role, passwordHash: accounts.passwordHash } }),
  );
  views = await import('@/data/view-as');
  dashboard = (await import('@/data/database')).database();
}, 300_000);

afterAll(() => accounts.drop());
beforeEach(() => accounts.database.asAdmin('tester', (tx) => tx.session.deleteMany()));
afterEach(() => void jest.restoreAllMocks());

const open = async () => {
  const sessions = await accounts.database.asAdmin('tester', (tx) =>
    tx.session.findMany({ where: { viewAsTenantId: { not: null } }, select: { user: { select: { email: true } } } }),
  );
  return sessions.map(({ user }) => user.email);
};
const expire = () =>
  accounts.database.asAdmin('tester', (tx) =>
    tx.session.updateMany({ where: { viewAsTenantId: 'a' }, data: { viewAsUntil: new Date(Date.now() - 1) } }),
  );
const audited = async () => {
  const rows = await accounts.database.asAdmin('tester', (tx) =>
    tx.quotaChange.findMany({
      where: { action: 'view' },
      orderBy: { id: 'asc' },
      select: { actor: true, after: true },
    }),
  );
  return rows.map(({ actor, after }) => [actor, (after as { view: string }).view]);
};

async function begin(viewer: typeof ADMIN): Promise<void> {
  browser.cookies = new Map();
  await accounts.signIn({ email: viewer.email, password: PASSWORD, address: undefined });
  expect(await views.startView(viewer, 'a', 'They asked')).toMatchObject({ outcome: 'done' });
}

describe('views whose time is over', () => {
  it('end without the one that the same session began anew meanwhile', async () => {
    await begin(ADMIN);
    await expire();
    const before = (await audited()).length;
    const asAdmin = dashboard.asAdmin.bind(dashboard);
    jest.spyOn(dashboard, 'asAdmin').mockImplementationOnce(async (actor, work) => {
      const found = await asAdmin(actor, work);
      expect(await views.startView(ADMIN, 'a', 'Once more')).toMatchObject({ outcome: 'done' });
      return found;
    });
    await views.closeExpiredViews();
    expect(await open()).toEqual([ADMIN.email]);
    expect((await audited()).slice(before)).toEqual([
      [ADMIN.email, 'expired'],
      [ADMIN.email, 'started'],
    ]);
  });

  it.each([
    [ADMIN.email, OTHER.email],
    [OTHER.email, ADMIN.email],
  ])('end also where that of %s cannot be closed, which is said', async (failing, other) => {
    await begin(ADMIN);
    await begin(OTHER);
    await expire();
    const before = (await audited()).length;
    const asAdmin = dashboard.asAdmin.bind(dashboard);
    jest.spyOn(dashboard, 'asAdmin').mockImplementation(async (actor, work) => {
      if (actor === failing) throw new Error('no connection');
      return asAdmin(actor, work);
    });
    await expect(views.closeExpiredViews()).rejects.toThrow('1 views were not closed');
    expect(await open()).toEqual([failing]);
    expect((await audited()).slice(before)).toEqual([[other, 'expired']]);
  });
});
