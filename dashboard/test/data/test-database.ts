import { randomBytes } from 'node:crypto';
import { createDatabase, type Database, deprovision, migrate, provision } from '@tenantcache/database';

export interface TestDatabase {
  readonly database: Database;
  drop(): Promise<void>;
}

/** An own, migrated database on the disposable server that TEST_POSTGRES_URL names; the dashboard is told to read it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const superuserUrl = process.env.TEST_POSTGRES_URL;
  if (!superuserUrl) throw new Error('These tests need TEST_POSTGRES_URL, the superuser URL of a disposable Postgres.');
  const databaseName = `tc_test_${randomBytes(6).toString('hex')}`;
  const urls = await provision({ superuserUrl, databaseName });
  await migrate({ ownerUrl: urls.ownerUrl });
  Object.assign(process.env, {
    DATABASE_URL: urls.appUrl,
    DATABASE_ADMIN_URL: urls.adminUrl,
    API_URL: 'http://127.0.0.1:1',
    ADMIN_TOKEN_SECRET: 'x'.repeat(32),
    SESSION_SECRET: 'y'.repeat(32),
  });
  const database = createDatabase({ ...urls, poolSize: 3 });
  return {
    database,
    async drop() {
      const dashboard = await import('@/data/database');
      await dashboard.database().close();
      await database.close();
      await deprovision({ superuserUrl, databaseName });
    },
  };
}
