import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

interface Held {
  roles: string[];
  teams: string[];
  permissions: { action: string; object?: string; effect: string }[];
  source: string;
}

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase({ poolSize: 12 });
  await sql(test.superUrl, `INSERT INTO plans (name, quota_mb, is_default) VALUES ('Plan', 4, true)`);
});
afterAll(() => test.drop());

const permissionsOf = async (tenant: string, member: string): Promise<Held | undefined> =>
  (
    await test.database.withTenant(tenant, (tx) => tx.$queryRaw<Held[]>`SELECT * FROM member_permissions(${member})`)
  )[0];
const refresh = async (): Promise<string> => {
  const rows = await test.database.withoutTenant(
    (tx) => tx.$queryRaw<{ outcome: string }[]>`SELECT refresh_effective_permissions() AS outcome`,
  );
  return rows[0]?.outcome ?? '';
};
const as = (tenant: string, statement: string) =>
  test.database.withTenant(tenant, (tx) => tx.$executeRawUnsafe(statement));
const allowed = (action: string) => ({ action, effect: 'allow' });

/** A tenant with the member `mo`, who trades by its own role and reads by that of its team. */
async function newTenant(id: string, own = 'trader'): Promise<string> {
  await sql(
    test.superUrl,
    `INSERT INTO tenants (tenant_id, name, plan) VALUES ('${id}', '${id}', 'Plan')`,
    `INSERT INTO members (tenant_id, id, name) VALUES ('${id}', 'mo', 'Mo'), ('${id}', 'nobody', 'No')`,
    `INSERT INTO teams (tenant_id, id, name) VALUES ('${id}', 'desk', 'Desk')`,
    `INSERT INTO roles (tenant_id, id, name) VALUES ('${id}', 'trader', 'T'), ('${id}', 'viewer', 'V')`,
    `INSERT INTO role_permissions (tenant_id, role_id, action, object, effect) VALUES
       ('${id}', 'trader', 'trade:write', '*', 'allow'), ('${id}', 'trader', 'portfolio:read', '*', 'allow'),
       ('${id}', 'viewer', 'portfolio:read', '*', 'allow'), ('${id}', 'viewer', 'trade:write', 'portfolio/${id}', 'deny')`,
    `INSERT INTO member_roles (tenant_id, member_id, role_id) VALUES ('${id}', 'mo', '${own}')`,
    `INSERT INTO team_members (tenant_id, member_id, team_id) VALUES ('${id}', 'mo', 'desk')`,
    `INSERT INTO team_roles (tenant_id, team_id, role_id) VALUES ('${id}', 'desk', 'viewer')`,
  );
  return id;
}

describe('member_permissions', () => {
  it('says the same from the tables as from the view: own roles and those of teams, each permission once', async () => {
    const tenant = await newTenant('same');
    const expected = {
      roles: ['trader', 'viewer'],
      teams: ['desk'],
      permissions: expect.arrayContaining([
        allowed('portfolio:read'),
        allowed('trade:write'),
        { action: 'trade:write', object: 'portfolio/same', effect: 'deny' },
      ]),
    };
    const before = await permissionsOf(tenant, 'mo');
    expect(before).toEqual({ ...expected, source: 'tables' });
    expect(before?.permissions).toHaveLength(3);
    expect(await refresh()).toBe('refreshed');
    const after = await permissionsOf(tenant, 'mo');
    expect(after).toEqual({ ...before, source: 'view' });
    expect(await permissionsOf(tenant, 'nobody')).toEqual({ roles: [], teams: [], permissions: [], source: 'view' });
    expect(await permissionsOf(tenant, 'stranger')).toBeUndefined();
    // The row of the tenant itself is no member's.
    expect(await permissionsOf(tenant, '')).toBeUndefined();
  });

  const changes: [string, string, Partial<Held> | undefined][] = [
    ['a role is taken', `DELETE FROM member_roles WHERE member_id = 'mo'`, { roles: ['viewer'] }],
    [
      'a role says something else',
      `DELETE FROM role_permissions WHERE effect = 'allow'`,
      { roles: ['trader', 'viewer'] },
    ],
    ['a permission becomes a denial', `UPDATE role_permissions SET effect = 'deny'`, { roles: ['trader', 'viewer'] }],
    ['a team loses its role', `DELETE FROM team_roles`, { roles: ['trader'], teams: ['desk'] }],
    ['the member leaves the team', `DELETE FROM team_members`, { roles: ['trader'], teams: [] }],
    ['a role goes, and what refers to it', `DELETE FROM roles WHERE id = 'trader'`, { roles: ['viewer'] }],
    ['a team goes, and what refers to it', `DELETE FROM teams`, { roles: ['trader'], teams: [] }],
    ['the member is barred', `UPDATE members SET active = false WHERE id = 'mo'`, undefined],
    ['the member goes', `DELETE FROM members WHERE id = 'mo'`, undefined],
  ];

  it.each(changes)('knows at the commit, before any refresh, that %s', async (what, statement, expected) => {
    const tenant = await newTenant(`now-${changes.findIndex(([name]) => name === what)}`);
    await refresh();
    const before = await permissionsOf(tenant, 'mo');
    expect(before?.source).toBe('view');
    await as(tenant, statement);
    const after = await permissionsOf(tenant, 'mo');
    if (expected === undefined) expect(after).toBeUndefined();
    else {
      expect(after).toMatchObject({ ...expected, source: 'tables' });
      expect(after?.permissions).not.toEqual(before?.permissions);
    }
    await refresh();
    expect(await permissionsOf(tenant, 'mo')).toEqual(after && { ...after, source: 'view' });
  });

  it('sees its own change inside the transaction, and nobody else does before the commit', async () => {
    const tenant = await newTenant('inside');
    await refresh();
    await test.database.withTenant(tenant, async (tx) => {
      await tx.memberRole.deleteMany({ where: { memberId: 'mo' } });
      const [own] = await tx.$queryRaw<Held[]>`SELECT * FROM member_permissions('mo')`;
      expect(own).toMatchObject({ roles: ['viewer'], source: 'tables' });
      expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['trader', 'viewer'], source: 'view' });
    });
  });

  it('takes no row of the view for a tenant that was deleted and made anew', async () => {
    const tenant = await newTenant('anew');
    await refresh();
    await test.database.asAdmin('tester', (tx) => tx.tenant.delete({ where: { tenantId: tenant } }));
    expect(await permissionsOf(tenant, 'mo')).toBeUndefined();
    // After as many changes as the first one had: a number counted for each tenant would be the same again.
    await newTenant(tenant, 'viewer');
    expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['viewer'], source: 'tables' });
    expect(await refresh()).toBe('refreshed');
    expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['viewer'], source: 'view' });
  });

  it('goes by the tables where somebody emptied the view: REFRESH by hand sees no row', async () => {
    const tenant = await newTenant('emptied');
    await refresh();
    await sql(test.superUrl, 'REFRESH MATERIALIZED VIEW effective_permissions');
    expect(await sql(test.superUrl, 'SELECT 1 FROM effective_permissions')).toEqual([]);
    expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['trader', 'viewer'], source: 'tables' });
    expect(await refresh()).toBe('refreshed');
    expect(await permissionsOf(tenant, 'mo')).toMatchObject({ source: 'view' });
  });
});

describe('the view of all tenants', () => {
  const forbidden = [
    'SELECT * FROM effective_permissions',
    'SELECT count(*) FROM effective_permissions',
    'REFRESH MATERIALIZED VIEW effective_permissions',
    `UPDATE access_versions SET version = 1`,
    `INSERT INTO access_versions (tenant_id, version) VALUES ('own', 1)`,
    `SELECT setval('access_version_numbers', 1)`,
    'ALTER TABLE members DISABLE TRIGGER access_deleted',
    'CREATE TEMP TABLE effective_permissions (tenant_id text)',
    'CREATE SCHEMA mine',
  ];
  it.each(forbidden)('is closed to the app role: %s', async (statement) => {
    const run = as('own', statement);
    await expect(run).rejects.toThrow(/permission denied|must be owner|must have/);
  });

  it.each(forbidden.slice(0, 3))('is closed to the admin role: %s', async (statement) => {
    const run = test.database.asAdmin('tester', (tx) => tx.$executeRawUnsafe(statement));
    await expect(run).rejects.toThrow(/permission denied|must be owner|must have/);
  });

  it('shows a tenant its own members by the functions, whatever it says of itself, and nothing without a tenant', async () => {
    const [a, b] = [await newTenant('own-a'), await newTenant('own-b')];
    await sql(test.superUrl, `UPDATE members SET id = 'only-b' WHERE tenant_id = '${b}' AND id = 'nobody'`);
    await refresh();
    for (const member of ['only-b', `mo' OR '1'='1`, `${b}/mo`]) expect(await permissionsOf(a, member)).toBeUndefined();
    for (const name of ['member_permissions', 'viewed_permissions']) {
      const rows = await sql<{ permissions: unknown }>(test.appUrl, `SELECT permissions FROM ${name}('mo')`);
      expect(rows).toEqual([]);
    }
    // The setting that opens the tables to the view's owner opens nothing to the app role.
    const seen = await test.database.withTenant(a, async (tx) => {
      await tx.$executeRaw`SELECT set_config('app.access_view', 'on', true)`;
      return tx.$queryRaw<{ tenant_id: string }[]>`SELECT DISTINCT tenant_id FROM live_permissions`;
    });
    expect(seen).toEqual([{ tenant_id: a }]);
  });

  it('is no one’s to shadow: temporary tables, views and a search path of the caller change nothing', async () => {
    const tenant = await newTenant('shadow');
    await refresh();
    await sql(
      test.superUrl,
      `GRANT TEMP ON DATABASE ${test.databaseName} TO tenantcache_app`,
      'CREATE SCHEMA shadow',
      'GRANT ALL ON SCHEMA shadow TO tenantcache_app',
    );
    const forge = (schema: string) => [
      `CREATE TABLE ${schema}.effective_permissions AS
         SELECT '${tenant}' AS tenant_id, m AS member_id, 1::bigint AS access_version, '{owner}'::text[] AS roles,
                '{}'::text[] AS teams, '{"owner":[{"action":"*","effect":"allow"}]}'::jsonb AS permissions
           FROM unnest('{"",mo}'::text[]) m`,
      `CREATE TABLE ${schema}.live_permissions AS SELECT * FROM ${schema}.effective_permissions`,
      `CREATE TABLE ${schema}.access_versions AS SELECT '${tenant}' AS tenant_id, 1::bigint AS version`,
      `CREATE FUNCTION ${schema}.current_tenant() RETURNS text LANGUAGE sql AS $$ SELECT 'own-b' $$`,
      `CREATE FUNCTION ${schema}.viewed_permissions(member text)
         RETURNS TABLE (access_version bigint, roles text[], teams text[], permissions jsonb)
         LANGUAGE sql AS $$ SELECT 1::bigint, '{owner}'::text[], '{}'::text[], '{}'::jsonb $$`,
    ];
    const rows = await sql<Held>(
      test.appUrl,
      ...forge('shadow'),
      ...forge('pg_temp'),
      'SET search_path = pg_temp, shadow, public, pg_catalog',
      `SELECT set_config('app.tenant_id', '${tenant}', false)`,
      `SELECT * FROM public.member_permissions('mo')`,
    );
    expect(rows).toMatchObject([{ roles: ['trader', 'viewer'], source: 'view' }]);
    expect(await refresh()).toBe('fresh');
  });

  it('has no function of the owner’s rights with an open search path, and none that everybody may call', async () => {
    const functions = await sql<{ name: string; path: string; everybody: boolean }>(
      test.superUrl,
      `SELECT p.proname AS name, array_to_string(p.proconfig, ';') AS path,
              EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) AS everybody
         FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef ORDER BY 1`,
    );
    const closed = { path: 'search_path=pg_catalog, pg_temp', everybody: false };
    expect(functions).toEqual(
      ['refresh_effective_permissions', 'tell_access_change', 'untold_access', 'viewed_permissions'].map((name) => ({
        name,
        ...closed,
      })),
    );
  });
});

describe('refresh_effective_permissions', () => {
  it('does nothing where nothing was changed since', async () => {
    await refresh();
    expect(await refresh()).toBe('fresh');
  });

  it('is one at a time: a second one is told so at once', async () => {
    const tenant = await newTenant('one-at-a-time');
    await test.database.withTenant(tenant, async (tx) => {
      await tx.$queryRaw`SELECT refresh_effective_permissions()::text`;
      expect(await refresh()).toBe('running');
    });
    expect(await refresh()).toBe('fresh');
  });

  it('runs beside readers, who see the state before or the one after and are never held up', async () => {
    const tenant = await newTenant('beside');
    await refresh();
    await as(tenant, `DELETE FROM member_roles`);
    await test.database.withTenant(tenant, async (tx) => {
      await tx.$queryRaw`SELECT refresh_effective_permissions()::text`;
      // Not committed: the others read on, by the tables as the view that they see is old.
      for (let read = 0; read < 20; read++) {
        expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['viewer'], source: 'tables' });
      }
    });
    expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['viewer'], source: 'view' });
  });

  it('never answers what was before a committed change, while changes, refreshes and reads run side by side', async () => {
    const tenant = await newTenant('race');
    let over = false;
    let committed = 0;
    const refreshes: string[] = [];
    const reads: { from: number; to: number; saw: number }[] = [];
    const count = (held: Held | undefined) =>
      Number(/\d+/.exec(held?.permissions.find(({ action }) => action === 'round:n')?.object ?? '')?.[0] ?? 0);
    await as(
      tenant,
      `INSERT INTO role_permissions (tenant_id, role_id, action, object) VALUES ('${tenant}', 'trader', 'round:n', 'r/0')`,
    );
    const refresher = async () => {
      while (!over) refreshes.push(await refresh());
    };
    const reader = async () => {
      while (!over) {
        const from = committed;
        const saw = count(await permissionsOf(tenant, 'mo'));
        reads.push({ from, to: committed + 1, saw });
      }
    };
    const side = [refresher(), refresher(), reader(), reader(), reader()];
    for (let round = 1; round <= 60; round++) {
      await as(tenant, `UPDATE role_permissions SET object = 'r/${round}' WHERE action = 'round:n'`);
      committed = round;
    }
    over = true;
    await Promise.all(side);
    expect(reads.filter(({ from, to, saw }) => saw < from || saw > to)).toEqual([]);
    expect(reads.length).toBeGreaterThan(20);
    expect(refreshes).toContain('refreshed');
  });
});

describe('untold_access', () => {
  const untold = async (forMs: number): Promise<{ tenant_id: string; version: bigint }[]> =>
    test.database.withoutTenant((tx) => tx.$queryRaw`SELECT * FROM untold_access(${forMs}::integer)`);
  const of = async (tenant: string) => (await untold(0)).filter(({ tenant_id }) => tenant_id === tenant);
  const tell = (tenant: string, version: bigint) => as(tenant, `UPDATE access_versions SET told = ${version}`);

  it('names a tenant from the commit of a change, whoever makes it, until its version was told', async () => {
    const [a, b] = [await newTenant('told-a'), await newTenant('told-b')];
    const [first] = await of(a);
    expect(await of(b)).toHaveLength(1);
    await tell(a, first?.version ?? 0n);
    expect(await of(a)).toEqual([]);
    // Another tenant's row is out of reach.
    expect(await of(b)).toHaveLength(1);
    await sql(test.superUrl, `DELETE FROM member_roles WHERE tenant_id = '${a}'`);
    const [second] = await of(a);
    expect(second?.version).toBeGreaterThan(first?.version ?? 0n);
    expect((await untold(3_600_000)).map(({ tenant_id }) => tenant_id)).not.toContain(a);
  });

  it('shows the app role no more than that, and leaves nothing open behind it', async () => {
    const tenant = await newTenant('told-only');
    const seen = await test.database.withTenant(tenant, async (tx) => {
      await tx.$queryRaw`SELECT * FROM untold_access(0)`;
      return tx.$queryRaw<{ tenant_id: string }[]>`SELECT DISTINCT tenant_id FROM access_versions`;
    });
    expect(seen).toEqual([{ tenant_id: tenant }]);
  });
});

describe('a change of access', () => {
  it('by the admin role of many tenants at once marks each of them', async () => {
    const tenants = await Promise.all(['many-a', 'many-b', 'many-c'].map((id) => newTenant(id)));
    await refresh();
    await test.database.asAdmin('tester', (tx) => tx.memberRole.deleteMany({ where: { tenantId: { in: tenants } } }));
    for (const tenant of tenants) expect(await permissionsOf(tenant, 'mo')).toMatchObject({ source: 'tables' });
  });

  it('that is rolled back changes nothing, not even the version', async () => {
    const tenant = await newTenant('rolled-back');
    await refresh();
    const failing = test.database.withTenant(tenant, async (tx) => {
      await tx.memberRole.deleteMany({});
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    expect(await refresh()).toBe('fresh');
    expect(await permissionsOf(tenant, 'mo')).toMatchObject({ roles: ['trader', 'viewer'], source: 'view' });
  });

  it('by TRUNCATE of the owner is seen as well', async () => {
    const own = await createTestDatabase();
    await sql(
      own.superUrl,
      `INSERT INTO plans (name, quota_mb, is_default) VALUES ('Plan', 4, true)`,
      `INSERT INTO tenants (tenant_id, name, plan) VALUES ('t', 't', 'Plan')`,
      `INSERT INTO members (tenant_id, id, name) VALUES ('t', 'mo', 'Mo')`,
      'SELECT refresh_effective_permissions()',
    );
    const read = () =>
      own.database.withTenant('t', (tx) => tx.$queryRaw<Held[]>`SELECT * FROM member_permissions('mo')`);
    expect(await read()).toMatchObject([{ source: 'view' }]);
    await sql(own.ownerUrl, 'TRUNCATE members CASCADE');
    expect(await read()).toEqual([]);
    await own.drop();
  });

  it.each([
    [`INSERT INTO role_permissions (tenant_id, role_id, action) VALUES ('g', 'trader', 'no spaces')`],
    [`INSERT INTO role_permissions (tenant_id, role_id, action) VALUES ('g', 'trader', 'a:b:c:d:e')`],
    [`INSERT INTO role_permissions (tenant_id, role_id, action) VALUES ('g', 'trader', 'port*:read')`],
    [
      `INSERT INTO role_permissions (tenant_id, role_id, action, object) VALUES ('g', 'trader', 'a:b', 'portfolio/../x')`,
    ],
    [`INSERT INTO role_permissions (tenant_id, role_id, action, object) VALUES ('g', 'trader', 'a:b', 'portfolio/4*')`],
    [`INSERT INTO role_permissions (tenant_id, role_id, action, effect) VALUES ('g', 'trader', 'a:b', 'maybe')`],
    [`INSERT INTO roles (tenant_id, id, name) VALUES ('g', 'Not A Slug', 'x')`],
    [`INSERT INTO members (tenant_id, id, name) VALUES ('g', '', 'x')`],
  ])('off the grammar is refused: %s', async (statement) => {
    await sql(
      test.superUrl,
      `INSERT INTO tenants (tenant_id, name, plan) VALUES ('g', 'g', 'Plan') ON CONFLICT DO NOTHING`,
      `INSERT INTO roles (tenant_id, id, name) VALUES ('g', 'trader', 'T') ON CONFLICT DO NOTHING`,
    );
    await expect(as('g', statement)).rejects.toThrow(/check constraint/);
  });
});
