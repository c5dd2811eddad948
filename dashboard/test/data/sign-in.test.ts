import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, hashPassword } from '@tenantcache/database';
import { type Accounts, browser, createAccounts, PASSWORD } from './accounts-fixture';

let accounts: Accounts;
let database: Database;
let session: typeof import('@/data/session');
let signIn: typeof import('@/data/sign-in').signIn;
let address = 0;
const fromElsewhere = () => `10.0.0.${++address}`;

beforeAll(async () => {
  accounts = await createAccounts();
  ({ database, session, signIn } = accounts);
  const { passwordHash } = accounts;
  await database.asAdmin('tester', (tx) =>
    tx.user.create({
      data: { email: 'tom@a.example', name: 'Tom', role: 'tenant_viewer', tenantId: 'a', passwordHash },
    }),
  );
}, 300_000);

afterAll(() => accounts.drop());

beforeEach(() => {
  browser.cookies = new Map();
});

const good = () => signIn({ email: ' Ada@Example.com ', password: PASSWORD, address: fromElsewhere() });
const SESSION = 'tenantcache_session';
const cookie = () => browser.cookies.get(SESSION) ?? '';

describe('sign-in', () => {
  it('starts a session and leads each role to its own page', async () => {
    expect(await good()).toEqual({ outcome: 'signed-in', home: '/' });
    expect(await session.sessionUser()).toMatchObject({ email: 'ada@example.com', role: 'admin', tenantId: null });
    const tenant = await signIn({ email: 'tom@a.example', password: PASSWORD, address: fromElsewhere() });
    expect(tenant).toEqual({ outcome: 'signed-in', home: '/usage' });
  });

  it('keeps no secret in the table that would open a session', async () => {
    await good();
    const rows = await database.asAdmin('tester', (tx) => tx.session.findMany());
    expect(rows.every(({ idHash }) => /^[0-9a-f]{64}$/.test(idHash) && !cookie().includes(idHash))).toBe(true);
  });

  it('says the same for a wrong password and for an unknown e-mail', async () => {
    const wrong = await signIn({ email: 'ada@example.com', password: 'no', address: fromElsewhere() });
    const unknown = await signIn({ email: 'eve@example.com', password: 'no', address: fromElsewhere() });
    expect(wrong).toEqual({ outcome: 'mismatch', triesLeft: 4 });
    expect(unknown).toEqual(wrong);
    expect(browser.cookies.size).toBe(0);
  });

  it('pauses one address after five tries, also for the right password, and no other address', async () => {
    const from = fromElsewhere();
    const results = [];
    for (let tried = 0; tried < 5; tried += 1) {
      results.push(await signIn({ email: 'ada@example.com', password: 'no', address: from }));
    }
    expect(results.at(-1)).toEqual({ outcome: 'mismatch', triesLeft: 0 });
    expect(await signIn({ email: 'ada@example.com', password: PASSWORD, address: from })).toMatchObject({
      outcome: 'paused',
    });
    expect(await good()).toMatchObject({ outcome: 'signed-in' });
  });
});

describe('a browser that signed in before', () => {
  const from = { email: 'ada@example.com', address: undefined };

  it('is not paused by whoever guesses from elsewhere, and pauses after five tries of its own', async () => {
    await good();
    const known = browser.cookies;
    browser.cookies = new Map();
    for (let tried = 0; tried < 5; tried += 1) await signIn({ ...from, password: 'no' });
    expect(await signIn({ ...from, password: PASSWORD })).toMatchObject({ outcome: 'paused' });
    browser.cookies = known;
    expect(await signIn({ ...from, password: PASSWORD })).toMatchObject({ outcome: 'signed-in' });
    for (let tried = 0; tried < 5; tried += 1) await signIn({ ...from, password: 'no' });
    expect(await signIn({ ...from, password: PASSWORD })).toMatchObject({ outcome: 'paused' });
  });
});

describe('session', () => {
  it('is another one after each sign-in, and the old one is worth nothing', async () => {
    await good();
    const before = cookie();
    await good();
    expect(cookie()).not.toBe(before);
    browser.cookies.set(SESSION, before);
    expect(await session.sessionUser()).toBeUndefined();
  });

  it('ends with sign-out, also for who kept the cookie', async () => {
    await good();
    const kept = cookie();
    await session.endSession();
    expect(cookie()).toBe('');
    browser.cookies.set(SESSION, kept);
    expect(await session.sessionUser()).toBeUndefined();
  });

  it('ends where the table says so: expired or revoked', async () => {
    await good();
    await database.asAdmin('tester', (tx) => tx.session.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } }));
    expect(await session.sessionUser()).toBeUndefined();
    await good();
    await database.asAdmin('tester', (tx) => tx.session.updateMany({ data: { revokedAt: new Date() } }));
    expect(await session.sessionUser()).toBeUndefined();
  });

  it('does not begin with a password that was changed while it was verified', async () => {
    const [user] = await database.asAdmin('tester', (tx) => tx.user.findMany({ where: { email: 'ada@example.com' } }));
    if (!user?.passwordHash) throw new Error('There is no such user.');
    expect(await session.startSession(user.id, await hashPassword(PASSWORD))).toBe(false);
    expect(cookie()).toBe('');
    expect(await session.startSession(user.id, user.passwordHash)).toBe(true);
    expect(await session.sessionUser()).toMatchObject({ email: 'ada@example.com' });
  });

  it('does not open with a cookie that somebody made up', async () => {
    await good();
    const sealed = cookie();
    const altered = `${sealed.slice(0, 120)}${sealed[120] === 'A' ? 'B' : 'A'}${sealed.slice(121)}`;
    for (const forged of ['forged', 'Fe26.2*1*a*b*c*d*e*f', altered]) {
      browser.cookies.set(SESSION, forged);
      expect(await session.sessionUser()).toBeUndefined();
    }
  });
});
