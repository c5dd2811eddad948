import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SeedResult, seed, verifyPassword } from '../src/index.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
let first: SeedResult;
beforeAll(async () => {
  test = await createTestDatabase();
  first = await seed(test.database);
});
afterAll(() => test.drop());

/** Everything that is in the database, as one text per table. */
async function contents(): Promise<Record<string, unknown>> {
  const tables = [
    ...['plans', 'tenants', 'tenant_cache_quotas', 'users', 'portfolios', 'positions', 'quota_changes'],
    ...[
      'members',
      'teams',
      'roles',
      'role_permissions',
      'team_members',
      'member_roles',
      'team_roles',
      'access_versions',
    ],
    ...['trades', 'signals', 'watchlists'],
  ];
  const texts = tables.map(async (table) => {
    const [row] = await sql(
      test.superUrl,
      `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS md5 FROM ${table} t`,
    );
    return [table, row?.md5];
  });
  return Object.fromEntries(await Promise.all(texts));
}

describe('seed', () => {
  it('makes 12 tenants on three plans, each with portfolios of twelve positions', async () => {
    expect(first).toMatchObject({ tenantsCreated: 12, usersExisted: false });
    await test.database.asAdmin('tester', async (tx) => {
      expect(await tx.tenant.count()).toBe(12);
      const plans = await tx.plan.findMany({ select: { name: true, quotaMb: true, isDefault: true } });
      expect(plans).toHaveLength(3);
      expect(plans.filter((plan) => plan.isDefault)).toEqual([{ name: 'Starter', quotaMb: 2, isDefault: true }]);
      const growth = await tx.plan.findUnique({ where: { name: 'Growth' } });
      expect([growth?.currency, String(growth?.basePrice), String(growth?.pricePerMbHour)]).toEqual([
        'USD',
        '49',
        '0.012',
      ]);
      expect(await tx.tenantQuota.findUnique({ where: { tenantId: 'org_solstice' } })).toMatchObject({
        policy: 'reject',
      });
    });
    await test.database.withTenant('org_northwind', async (tx) => {
      const portfolios = await tx.portfolio.findMany({ include: { positions: true } });
      expect(portfolios).toHaveLength(25);
      for (const { positions } of portfolios) expect(positions).toHaveLength(12);
    });
  });

  it('gives each tenant members, roles and teams, the trades that made its positions, signals and watchlists', async () => {
    await test.database.withTenant('org_northwind', async (tx) => {
      const permissionsOf = async (member: string) =>
        tx.$queryRaw<{ roles: string[]; teams: string[]; permissions: unknown[] }[]>`
          SELECT roles, teams, permissions FROM member_permissions(${member})`;
      expect(await permissionsOf('ada')).toEqual([
        { roles: ['owner'], teams: [], permissions: [{ action: '*', effect: 'allow' }] },
      ]);
      expect(await permissionsOf('finn')).toMatchObject([
        { roles: ['analyst', 'trader', 'viewer'], teams: ['desk', 'research'] },
      ]);
      expect(await tx.trade.count()).toBe(25 * 12);
      expect(await tx.signal.count()).toBe(18);
      const lists = await tx.watchlist.findMany({ orderBy: { name: 'asc' } });
      expect(lists.map(({ name, groups }) => [name, new Set(groups as string[]).size])).toEqual([
        ['Desk', 8],
        ['Majors', 5],
      ]);
    });
  });

  it('gives them to tenants that were made before there were any, and to no tenant that has its own', async () => {
    const older = await createTestDatabase();
    await seed(older.database);
    const before = await sql(older.superUrl, 'SELECT count(*)::int AS members FROM members');
    await sql(
      older.superUrl,
      ...['members', 'teams', 'roles', 'trades'].map((table) => `DELETE FROM ${table} WHERE tenant_id = 'org_quill'`),
      `DELETE FROM members WHERE tenant_id = 'org_ibex' AND id = 'ada'`,
    );
    await seed(older.database);
    const count = async (tenant: string) => older.database.withTenant(tenant, (tx) => tx.member.count());
    expect([await count('org_quill'), await count('org_ibex')]).toEqual([8, 7]);
    expect(before).toEqual([{ members: 96 }]);
    await older.drop();
  });

  it('returns passwords that open the accounts, and keeps none in clear', async () => {
    expect(first.signIns.map(({ role }) => role)).toEqual(['admin', 'tenant_admin', 'tenant_viewer']);
    const users = await test.database.asAdmin('tester', (tx) => tx.user.findMany());
    for (const { email, password } of first.signIns) {
      const user = users.find((candidate) => candidate.email === email);
      expect(await verifyPassword(password, user?.passwordHash ?? '')).toBe(true);
      expect(JSON.stringify(users)).not.toContain(password);
    }
    expect(new Set(first.signIns.map(({ password }) => password)).size).toBe(3);
  });

  it('changes nothing when it runs again, and says that the users existed', async () => {
    await test.database.asAdmin('tester', async (tx) => {
      await tx.tenantQuota.update({ where: { tenantId: 'org_quill' }, data: { quotaMb: 3 } });
      await tx.plan.update({ where: { name: 'Scale' }, data: { quotaMb: 20 } });
    });
    const before = await contents();
    expect(await seed(test.database)).toEqual({ tenantsCreated: 0, signIns: [], usersExisted: true });
    expect(await contents()).toEqual(before);
  });

  it('leaves the default plan where there is one already', async () => {
    const other = await createTestDatabase();
    await other.database.asAdmin('tester', (tx) =>
      tx.plan.create({ data: { name: 'Own', quotaMb: 9, isDefault: true } }),
    );
    await seed(other.database);
    const defaults = await other.database.asAdmin('tester', (tx) => tx.plan.findMany({ where: { isDefault: true } }));
    expect(defaults.map(({ name }) => name)).toEqual(['Own']);
    await other.drop();
  });
});
