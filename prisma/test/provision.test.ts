import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabase, deprovision, migrate, provision } from '../src/index.js';
import { createTestDatabase, sql, superuserUrl } from './test-database.js';

const name = () => `tc_test_${randomBytes(6).toString('hex')}`;

describe('provision', () => {
  it('may run again: it keeps the data, and the passwords that it is given', async () => {
    const databaseName = name();
    const passwords = { owner: "o'wner/ä?", app: 'a%p@p#:', admin: 'admin' };
    const first = await provision({ superuserUrl: superuserUrl(), databaseName, passwords });
    await migrate(first);
    const again = await provision({ superuserUrl: superuserUrl(), databaseName, passwords });
    expect(again).toEqual(first);
    expect(await migrate(again)).toEqual([]);
    await createDatabaseAndPing(again.appUrl);
    const fresh = await provision({ superuserUrl: superuserUrl(), databaseName });
    expect(fresh.appUrl).not.toBe(first.appUrl);
    await expect(createDatabaseAndPing(first.appUrl)).rejects.toThrow(/[Aa]uthentication failed/);
    await createDatabaseAndPing(fresh.appUrl);
    await deprovision({ superuserUrl: superuserUrl(), databaseName });
  });

  it('takes back rights that a role should not have', async () => {
    const databaseName = name();
    await provision({ superuserUrl: superuserUrl(), databaseName });
    await sql(superuserUrl(), `ALTER ROLE ${databaseName}_app SUPERUSER BYPASSRLS`);
    await provision({ superuserUrl: superuserUrl(), databaseName });
    const roles = await sql(
      superuserUrl(),
      `SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = '${databaseName}_app'`,
    );
    expect(roles).toEqual([{ rolsuper: false, rolbypassrls: false }]);
    await deprovision({ superuserUrl: superuserUrl(), databaseName });
    expect(await sql(superuserUrl(), `SELECT 1 FROM pg_roles WHERE rolname LIKE '${databaseName}%'`)).toEqual([]);
  });

  it('makes several databases side by side', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase({ migrated: false })));
    await Promise.all(made.map(({ database }) => database.ping()));
    await Promise.all(made.map((each) => each.drop()));
  });

  it('refuses a name that is more than a name', async () => {
    for (const databaseName of ['', 'Upper', 'a-b', 'a"; DROP DATABASE x; --', `a${'b'.repeat(50)}`]) {
      const attempt = provision({ superuserUrl: superuserUrl(), databaseName });
      await expect(attempt).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });
});

describe('createDatabase', () => {
  it('asAdmin needs the admin URL and an actor', async () => {
    const test = await createTestDatabase({ migrated: false });
    const database = createDatabase({ appUrl: test.appUrl });
    await expect(database.asAdmin('tester', async () => 1)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    for (const actor of ['', 'x'.repeat(201)]) {
      await expect(test.database.asAdmin(actor, async () => 1)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
    await database.close();
    await test.drop();
  });

  it('survives the loss of its idle connections', async () => {
    const test = await createTestDatabase({ migrated: false });
    await test.database.ping();
    const killed = await sql(
      superuserUrl(),
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${test.databaseName}'`,
    );
    expect(killed.length).toBeGreaterThan(0);
    await eventually(() => test.database.ping());
    await test.drop();
  });

  it('ping rejects where nothing listens', async () => {
    await expect(createDatabaseAndPing('postgresql://role:word@127.0.0.1:9/none')).rejects.toThrow();
  });
});

describe('names', () => {
  it.each(['Tenants', 'a-b', '1a', 'a"; DROP', 'tenantcache'])(
    'refuses the database name %s before it asks the server',
    async (databaseName) => {
      await expect(
        provision({ superuserUrl: 'postgresql://role:word@127.0.0.1:9/none', databaseName }),
      ).rejects.toMatchObject({ code: 'OPTION_INVALID' }); // prettier-ignore
    },
  );
});

describe('migrations', () => {
  it('say what to do where the roles are missing', async () => {
    const test = await createTestDatabase({ migrated: false });
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    // A server without the group roles cannot be had beside other tests, so the check is asked about roles that are not there.
    const { readMigrations, migrationsDirectory } = await import('../src/migrations-directory.js');
    const [first] = await readMigrations(migrationsDirectory());
    const check = /DO \$\$.*?END \$\$;/s.exec(first?.sql ?? '')?.[0].replaceAll('tenantcache_', 'nobody_') ?? '';
    await expect(client.query(check)).rejects.toMatchObject({ hint: expect.stringContaining('provision()') });
    await client.end();
    await test.drop();
  });
});

async function createDatabaseAndPing(appUrl: string): Promise<void> {
  const database = createDatabase({ appUrl });
  try {
    await database.ping();
  } finally {
    await database.close();
  }
}

async function eventually(work: () => Promise<void>, attempts = 20): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (attempts === 0) throw error;
    await eventually(work, attempts - 1);
  }
}
