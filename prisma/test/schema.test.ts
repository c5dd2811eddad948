import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { modelColumns, modelKeys } from './model-columns.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('schema.prisma has the columns, types and nullability that the migrations made, table by table', async () => {
  const columns = await sql<{ table_name: string; column_name: string; nullable: boolean; type: string }>(
    test.superUrl,
    `SELECT table_name, column_name, is_nullable = 'YES' AS nullable, udt_name AS type
       FROM information_schema.columns JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' AND t.table_type = 'BASE TABLE'`,
  );
  const made = columns.map(
    ({ table_name, column_name, nullable, type }) => `${table_name}.${column_name} ${type}${nullable ? '?' : ''}`,
  );
  expect((await modelColumns()).sort()).toEqual(made.sort());
});

it('schema.prisma has the keys and unique columns that the migrations made', async () => {
  const keys = await sql<{ table: string; columns: string }>(
    test.superUrl,
    `SELECT c.conrelid::regclass::text AS table, string_agg(a.attname, ',' ORDER BY k.position) AS columns
       FROM pg_constraint c
       CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(attnum, position)
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
      WHERE c.contype IN ('p', 'u') AND c.connamespace = 'public'::regnamespace
        AND c.conrelid::regclass::text <> '_prisma_migrations'
      GROUP BY c.oid, c.conrelid`,
  );
  expect((await modelKeys()).sort()).toEqual(keys.map(({ table, columns }) => `${table}(${columns})`).sort());
});
