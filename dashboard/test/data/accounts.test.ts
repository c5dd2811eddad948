import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '@tenantcache/database';
import type { Account, Viewer } from '@/data/viewer';
import { type Accounts, ADMIN, browser, createAccounts, PASSWORD } from './accounts-fixture';

const COMPANY = { issuer: 'https://id.example.com', subject: 'u-1', email: 'ida@example.com', name: 'Ida' };

let accounts: Accounts;
let database: Database;
let session: typeof import('@/data/session');
let viewerOf: typeof import('@/data/viewer').viewerOf;
let requireAccount: typeof import('@/data/viewer').requireAccount;
let views: typeof import('@/data/view-as');
let people: typeof import('@/data/people-changes');
let company: typeof import('@/data/company-account');
let changePassword: typeof import('@/data/password-change').changePassword;

beforeAll(async () => {
  accounts = await createAccounts();
  ({ database, session } = accounts);
  ({ viewerOf, requireAccount } = await import('@/data/viewer'));
  views = await import('@/data/view-as');
  people = await import('@/data/people-changes');
  company = await import('@/data/company-account');
  ({ changePassword } = await import('@/data/password-change'));
}, 300_000);

afterAll(() => accounts.drop());

beforeEach(() => {
  browser.cookies = new Map();
});

const signInAs = (email: string, password: string) => accounts.signIn({ email, password, address: undefined });

async function present(): Promise<Account> {
  const user = await session.sessionUser();
  const viewer: Viewer | undefined = user && viewerOf(user);
  if (!user || !viewer) throw new Error('Nobody is signed in.');
  return { ...user, viewer };
}

describe('viewing as a tenant', () => {
  const audit = () =>
    database.asAdmin('tester', (tx) => tx.quotaChange.findMany({ where: { action: 'view' }, orderBy: { id: 'desc' } }));

  it('makes a reader of that tenant out of staff, in this session only, and audits both identities', async () => {
    await signInAs(ADMIN.email, PASSWORD);
    expect(await views.startView(ADMIN, 'a', 'They asked')).toMatchObject({ outcome: 'done' });
    expect((await present()).viewer).toMatchObject({
      role: 'tenant_viewer',
      tenantId: 'a',
      viewedBy: { email: ADMIN.email },
    });
    expect((await audit())[0]).toMatchObject({ actor: ADMIN.email, onBehalfOf: 'a viewer of a', tenantId: 'a' });
    expect(await views.endView(await present())).toBe('a');
    expect((await present()).viewer).toMatchObject({ role: 'admin' });
    expect((await audit())[0]).toMatchObject({ after: { view: 'ended' } });
  });

  it('ends by itself, and is audited once as expired', async () => {
    await signInAs(ADMIN.email, PASSWORD);
    await views.startView(ADMIN, 'a', 'They asked');
    await database.asAdmin('tester', (tx) =>
      tx.session.updateMany({ where: { viewAsTenantId: 'a' }, data: { viewAsUntil: new Date(Date.now() - 1) } }),
    );
    expect((await present()).viewer).toMatchObject({ role: 'admin' });
    const before = (await audit()).length;
    await Promise.all([views.closeExpiredViews(), views.closeExpiredViews()]);
    expect((await audit()).slice(0, -before)).toMatchObject([{ actor: ADMIN.email, after: { view: 'expired' } }]);
  });

  it('ends with the account, and is audited', async () => {
    const guest = { email: 'tia@a.example', name: 'Tia', role: 'operator', tenantId: null } as const;
    const made = await people.invite(ADMIN, guest);
    if (made.outcome !== 'done') throw new Error(made.outcome);
    await signInAs(guest.email, made.value.password);
    const { id } = await present();
    await views.startView({ ...ADMIN, ...guest }, 'a', 'They asked');
    expect(await people.removePerson(ADMIN, id)).toMatchObject({ outcome: 'done' });
    expect((await audit())[0]).toMatchObject({
      actor: ADMIN.email,
      reason: expect.stringContaining(guest.email),
      tenantId: 'a',
      after: { view: 'ended' },
    });
  });

  it('keeps who may view no more from nothing of their own', async () => {
    const guest = { email: 'tim@a.example', name: 'Tim', role: 'operator', tenantId: null } as const;
    const made = await people.invite(ADMIN, guest);
    if (made.outcome !== 'done') throw new Error(made.outcome);
    await signInAs(guest.email, made.value.password);
    await views.startView({ ...ADMIN, ...guest }, 'a', 'They asked');
    const { id } = await present();
    await people.changeRole(ADMIN, id, 'viewer');
    expect((await present()).viewer).toMatchObject({ area: 'fleet', role: 'viewer' });
    await expect(requireAccount()).resolves.toMatchObject({ id });
  });

  it('is for staff who act, and for tenants that exist', async () => {
    await signInAs(ADMIN.email, PASSWORD);
    const refused = { outcome: 'refused' };
    expect(await views.startView({ ...ADMIN, role: 'viewer' }, 'a', 'Curious')).toMatchObject(refused);
    expect(await views.startView(ADMIN, 'b', 'Curious')).toMatchObject(refused);
  });
});

describe('accounts', () => {
  const someone = { email: 'tom@a.example', name: 'Tom', role: 'operator', tenantId: null } as const;

  it('open with a one-time password until it ends, and stay shut until another one is chosen', async () => {
    const made = await people.invite(ADMIN, someone);
    if (made.outcome !== 'done') throw new Error(made.outcome);
    const { password } = made.value;
    expect(await signInAs(someone.email, password)).toMatchObject({ outcome: 'signed-in' });
    expect((await present()).passwordEndsAt).not.toBeNull();
    const chosen = 'another long password';
    expect(await changePassword(await present(), { present: password, chosen })).toMatchObject({ outcome: 'done' });
    expect((await present()).passwordEndsAt).toBeNull();

    const { id } = await present();
    const renewed = await people.renewPassword(ADMIN, id);
    if (renewed.outcome !== 'done') throw new Error(renewed.outcome);
    expect(await session.sessionUser()).toBeUndefined();
    expect(await signInAs(someone.email, renewed.value.password)).toMatchObject({ outcome: 'signed-in' });
    await database.asAdmin('tester', (tx) =>
      tx.user.update({ where: { id }, data: { passwordExpiresAt: new Date(Date.now() - 1) } }),
    );
    // It ends for who came in with it before, too.
    const late = { present: renewed.value.password, chosen };
    expect(await changePassword(await present(), late)).toMatchObject({ outcome: 'refused' });
    expect(await signInAs(someone.email, renewed.value.password)).toMatchObject({ outcome: 'mismatch' });
    expect(await people.removePerson(ADMIN, id)).toMatchObject({ outcome: 'done' });
  });

  it('end all other sessions with a change of the password', async () => {
    await signInAs(ADMIN.email, PASSWORD);
    const elsewhere = browser.cookies;
    browser.cookies = new Map();
    await signInAs(ADMIN.email, PASSWORD);
    expect(await changePassword(await present(), { present: 'wrong', chosen: `${PASSWORD}!` })).toMatchObject({
      outcome: 'invalid',
    });
    expect(await changePassword(await present(), { present: PASSWORD, chosen: `${PASSWORD}!` })).toMatchObject({
      outcome: 'done',
    });
    expect(await session.sessionUser()).toBeDefined();
    expect(await changePassword(await present(), { present: `${PASSWORD}!`, chosen: PASSWORD })).toMatchObject({
      outcome: 'done',
    });
    browser.cookies = elsewhere;
    expect(await session.sessionUser()).toBeUndefined();
  });

  it('are not changed by their owner, nor by who is an admin no more', async () => {
    const { id } = await database.asAdmin('tester', (tx) =>
      tx.user.findUniqueOrThrow({ where: { email: ADMIN.email } }),
    );
    expect(await people.changeRole(ADMIN, id, 'viewer')).toMatchObject({ outcome: 'refused' });
    expect(await people.invite({ ...ADMIN, email: 'gone@example.com' }, someone)).toMatchObject({ outcome: 'refused' });
  });
});

describe('a company account', () => {
  it('is found by issuer and subject, and has the role that the company says today', async () => {
    expect(await company.signInCompany({ ...COMPANY, role: 'operator', tenantId: null })).toEqual({ home: '/' });
    const first = await present();
    expect(await company.signInCompany({ ...COMPANY, role: 'tenant_viewer', tenantId: 'a' })).toEqual({
      home: '/usage',
    });
    expect(await present()).toMatchObject({ id: first.id, role: 'tenant_viewer', tenantId: 'a', hasPassword: false });
    expect(await signInAs(COMPANY.email, '')).toMatchObject({ outcome: 'mismatch' });
  });

  it('takes over no account that has its e-mail, and names no tenant that is not there', async () => {
    const stranger = { ...COMPANY, subject: 'u-2', role: 'admin', tenantId: null } as const;
    expect(await company.signInCompany({ ...stranger, email: ADMIN.email })).toBe('taken');
    expect(await company.signInCompany({ ...stranger, email: COMPANY.email })).toBe('taken');
    expect(await company.signInCompany({ ...COMPANY, role: 'tenant_viewer', tenantId: 'b' })).toBe('tenant');
    expect(browser.cookies.size).toBe(0);
  });

  it('is signed out where its company lets it in no more', async () => {
    await company.signInCompany({ ...COMPANY, role: 'operator', tenantId: null });
    await company.refuseCompany(COMPANY.issuer, COMPANY.subject);
    expect(await session.sessionUser()).toBeUndefined();
  });
});
