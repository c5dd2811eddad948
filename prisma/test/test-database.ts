import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type Database, type DatabaseUrls, deprovision, migrate, provision } from '../src/index.js';

export function superuserUrl(): string {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error('These tests need TEST_POSTGRES_URL, the superuser URL of a disposable Postgres.');
  return url;
}

export interface TestDatabase extends DatabaseUrls {
  databaseName: string;
  /** Sees everything, to look at what is really there. */
  superUrl: string;
  database: Database;
  drop(): Promise<void>;
}

/** An own database with its roles, migrated unless told otherwise. */
export async function createTestDatabase(
  options: { migrated?: boolean; poolSize?: number } = {},
): Promise<TestDatabase> {
  const databaseName = `tc_test_${randomBytes(6).toString('hex')}`;
  const urls = await provision({ superuserUrl: superuserUrl(), databaseName });
  if (options.migrated ?? true) await migrate({ ownerUrl: urls.ownerUrl });
  const database = createDatabase({ ...urls, poolSize: options.poolSize ?? 5 });
  const superUrl = new URL(superuserUrl());
  superUrl.pathname = `/${databaseName}`;
  return {
    ...urls,
    databaseName,
    superUrl: superUrl.href,
    database,
    async drop() {
      await database.close();
      await deprovision({ superuserUrl: superuserUrl(), databaseName });
    },
  };
}

/** Statements on a connection of their own, one after the other; resolves to the rows of the last. */
export async function sql<Row extends object = Record<string, unknown>>(
  url: string,
  ...statements: string[]
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}
