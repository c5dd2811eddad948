import { jest } from '@jest/globals';
import { hashPassword } from '@tenantcache/database';
import type { FleetViewer } from '@/data/viewer';
import { createTestDatabase, type TestDatabase } from './test-database';

/** The browser, whose cookies the framework would hand to the request. */
export const browser = { cookies: new Map<string, string>() };

jest.unstable_mockModule('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (browser.cookies.has(name) ? { name, value: browser.cookies.get(name) } : undefined),
    set: (name: string, value: string) =>
      void (value === '' ? browser.cookies.delete(name) : browser.cookies.set(name, value)),
    delete: (name: string) => void browser.cookies.delete(name),
  }),
  headers: async () =>
    new Headers({ 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' }),
}));

export const PASSWORD = 'correct horse battery';
export const ADMIN: FleetViewer = { area: 'fleet', email: 'ada@example.com', name: 'Ada', role: 'admin' };

export interface Accounts extends TestDatabase {
  /** Of the password that the admin has. */
  readonly passwordHash: string;
  readonly session: typeof import('@/data/session');
  readonly signIn: typeof import('@/data/sign-in').signIn;
}

/** A database with a plan, the tenant `a` on it and an admin, and what signs people in there. */
export async function createAccounts(): Promise<Accounts> {
  const test = await createTestDatabase();
  const passwordHash = await hashPassword(PASSWORD);
  const { email, name, role } = ADMIN;
  await test.database.asAdmin('tester', async (tx) => {
    await tx.plan.create({ data: { name: 'Plan', quotaMb: 4, isDefault: true } });
    await tx.tenant.create({ data: { tenantId: 'a', name: 'A', plan: 'Plan' } });
    await tx.user.create({ data: { email, name, role, passwordHash } });
  });
  const { signIn } = await import('@/data/sign-in');
  return { ...test, passwordHash, session: await import('@/data/session'), signIn };
}
