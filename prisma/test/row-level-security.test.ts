import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { INSERT_PLAN, INSERT_ROW } from './tenant-rows.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

const TABLES = Object.keys(INSERT_ROW);
/** Tables on which the app role has no right at all. */
const ADMIN_ONLY = ['users', 'webhooks'];
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  const rows = ['a', 'b'].flatMap((id) => Object.values(INSERT_ROW).map((insert) => insert(id)));
  await sql(test.superUrl, INSERT_PLAN, ...rows);
});
afterAll(() => test.drop());

describe('the catalogue', () => {
  it('has row level security enabled and forced on every table with a tenant column, and on sessions', async () => {
    const tables = await sql<{ name: string; enabled: boolean; forced: boolean }>(
      test.superUrl,
      `SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
          AND (c.relname = 'sessions' OR EXISTS (
            SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual([...TABLES, 'sessions'].sort());
    expect(tables.filter(({ enabled, forced }) => !enabled || !forced)).toEqual([]);
  });

  it('has no view and no function of the owner that could pass row level security by, but those of the access view', async () => {
    const passing = await sql(
      test.superUrl,
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND (c.relkind = 'm'
           OR c.relkind = 'v' AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false))
       UNION ALL
       SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.prosecdef`,
    );
    // What each of them shows whom: access-view.test.ts.
    expect(passing.map(({ name }) => name).sort()).toEqual([
      'effective_permissions',
      'refresh_effective_permissions',
      'tell_access_change',
      'untold_access',
      'viewed_permissions',
    ]);
  });

  it('has roles that are neither superuser nor BYPASSRLS, and app and admin own nothing', async () => {
    const roles = await sql(
      test.superUrl,
      `SELECT rolname FROM pg_roles WHERE (rolname LIKE '${test.databaseName}%' OR rolname LIKE 'tenantcache\\_%')
          AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)`,
    );
    expect(roles).toEqual([]);
    const owners = await sql<{ owner: string }>(
      test.superUrl,
      `SELECT DISTINCT tableowner AS owner FROM pg_tables WHERE schemaname = 'public'`,
    );
    expect(owners).toEqual([{ owner: `${test.databaseName}_owner` }]);
  });

  it('lets no other database’s roles connect', async () => {
    const other = await createTestDatabase({ migrated: false });
    const foreign = new URL(other.appUrl);
    foreign.pathname = `/${test.databaseName}`;
    await expect(sql(foreign.href, 'SELECT 1')).rejects.toThrow(/permission denied for database/);
    await other.drop();
  });
});

describe('tenant A', () => {
  const readable = TABLES.filter((table) => !ADMIN_ONLY.includes(table));

  it.each(readable)('sees its own row of %s through withTenant and none of B', async (table) => {
    const rows = await test.database.withTenant('a', (tx) =>
      tx.$queryRawUnsafe<{ tenant_id: string }[]>(`SELECT tenant_id FROM ${table}`),
    );
    expect(rows).toEqual([{ tenant_id: 'a' }]);
    const asked = await test.database.withTenant('a', (tx) =>
      tx.$queryRawUnsafe(`SELECT tenant_id FROM ${table} WHERE tenant_id = 'b'`),
    );
    expect(asked).toEqual([]);
  });

  it.each(TABLES)('cannot write a row of B into %s', async (table) => {
    const insert = INSERT_ROW[table]?.('b') ?? '';
    const written = test.database.withTenant('a', (tx) => tx.$executeRawUnsafe(insert));
    await expect(written).rejects.toThrow(/row-level security|permission denied/);
  });

  it.each([
    'tenant_cache_metrics',
    'tenant_cache_counter_parts',
    'tenant_cache_resource_parts',
    'tenant_cache_crossings',
    'tenant_cache_curves',
    'tenant_cache_samples',
    'watchlists',
    'portfolios',
    'positions',
    'members',
    'teams',
    'roles',
    'role_permissions',
    'team_members',
    'member_roles',
    'team_roles',
    'trades',
    'signals',
  ])(
    'is stopped by WITH CHECK where it has the right to insert into %s, and cannot give its row away',
    async (table) => {
      const insert = INSERT_ROW[table]?.('c') ?? '';
      const written = test.database.withTenant('a', (tx) => tx.$executeRawUnsafe(insert));
      await expect(written).rejects.toThrow(/row-level security policy/);
      const moved = test.database.withTenant('a', (tx) => tx.$executeRawUnsafe(`UPDATE ${table} SET tenant_id = 'b'`));
      await expect(moved).rejects.toThrow(/row-level security policy|foreign key|permission denied/);
    },
  );

  it('changes and deletes nothing of B', async () => {
    const touched = await test.database.withTenant('a', async (tx) => {
      const updated = await tx.portfolio.updateMany({ where: { tenantId: 'b' }, data: { name: 'stolen' } });
      const deleted = await tx.position.deleteMany({ where: { tenantId: 'b' } });
      return updated.count + deleted.count;
    });
    expect(touched).toBe(0);
    expect(await sql(test.superUrl, `SELECT name FROM portfolios WHERE tenant_id = 'b'`)).toEqual([
      { name: 'Portfolio of b' },
    ]);
  });

  it.each(ADMIN_ONLY.concat('sessions', 'webhook_deliveries'))('reads nothing of %s', async (table) => {
    const read = test.database.withTenant('a', (tx) => tx.$queryRawUnsafe(`SELECT 1 FROM ${table}`));
    await expect(read).rejects.toThrow(/permission denied/);
  });

  it('raises no quota: not its own either', async () => {
    const raised = test.database.withTenant('a', (tx) => tx.$executeRaw`UPDATE tenant_cache_quotas SET quota_mb = 999`);
    await expect(raised).rejects.toThrow(/permission denied/);
  });
});

describe('without a tenant', () => {
  it.each([
    ['no tenant set', []],
    ["the tenant ''", [`SELECT set_config('app.tenant_id', '', false)`]],
    ['an actor in place of a tenant', [`SELECT set_config('app.actor', 'x', false)`]],
  ])('the app role sees no row of any table: %s', async (_, before) => {
    for (const table of TABLES.filter((name) => !ADMIN_ONLY.includes(name))) {
      expect(await sql(test.appUrl, ...before, `SELECT 1 FROM ${table}`)).toEqual([]);
    }
  });

  it.each(['ownerUrl', 'adminUrl'] as const)('the role of %s without an actor sees no row', async (name) => {
    for (const table of TABLES) expect(await sql(test[name], `SELECT 1 FROM ${table}`)).toEqual([]);
  });

  it('withTenant refuses what is no tenant id', async () => {
    for (const id of ['', ' ', 'a b', "a'--", 'a'.repeat(65), '-a', undefined as unknown as string]) {
      await expect(test.database.withTenant(id, async () => 1)).rejects.toMatchObject({ code: 'TENANT_INVALID' });
    }
  });
});

describe('one pooled connection that tenants take in turns', () => {
  it('never shows one the rows of another, with transactions that fail in between', async () => {
    const single = await createTestDatabase({ poolSize: 1 });
    await sql(
      single.superUrl,
      INSERT_PLAN,
      ...['a', 'b'].flatMap((id) => Object.values(INSERT_ROW).map((row) => row(id))),
    );
    const visit = async (id: string, round: number) => {
      const seen = await single.database.withTenant(id, async (tx) => {
        const rows = await tx.portfolio.findMany({ select: { tenantId: true } });
        if (round % 3 === 0) throw new Error('planned');
        if (round % 5 === 0) await tx.$executeRawUnsafe('SELECT 1 / 0');
        return rows.map((row) => row.tenantId);
      });
      expect(seen).toEqual([id]);
    };
    const visits = Array.from({ length: 60 }, (_, round) => visit(round % 2 ? 'a' : 'b', round));
    const outcomes = await Promise.allSettled(visits);
    const unplanned = outcomes.filter(
      (o) => o.status === 'rejected' && !/planned|division by zero/.test(String(o.reason)),
    );
    expect(unplanned).toEqual([]);
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(32);
    await single.drop();
  });
});

describe('asAdmin', () => {
  it('sees all tenants on behalf of an actor, and rolls back with an error', async () => {
    const count = () => test.database.asAdmin('tester', (tx) => tx.tenant.count());
    expect(await count()).toBe(2);
    const failing = test.database.asAdmin('tester', async (tx) => {
      await tx.tenant.create({ data: { tenantId: 'c', name: 'C', plan: 'Plan' } });
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    expect(await count()).toBe(2);
  });
});
