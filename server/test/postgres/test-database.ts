import { randomBytes } from 'node:crypto';
import {
  createDatabase,
  type Database,
  type DatabaseUrls,
  deprovision,
  migrate,
  provision,
} from '@tenantcache/database';

export interface TestDatabase extends DatabaseUrls {
  database: Database;
  drop(): Promise<void>;
}

/** An own, migrated database on the disposable server that TEST_POSTGRES_URL names. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const superuserUrl = process.env.TEST_POSTGRES_URL;
  if (!superuserUrl) throw new Error('These tests need TEST_POSTGRES_URL, the superuser URL of a disposable Postgres.');
  const databaseName = `tc_test_${randomBytes(6).toString('hex')}`;
  const urls = await provision({ superuserUrl, databaseName });
  await migrate({ ownerUrl: urls.ownerUrl });
  const database = createDatabase(urls);
  return {
    ...urls,
    database,
    async drop() {
      await database.close();
      await deprovision({ superuserUrl, databaseName });
    },
  };
}
