import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate } from '../src/index.js';
import { migrationsDirectory } from '../src/migrations-directory.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
let directory: string;

beforeEach(async () => {
  test = await createTestDatabase({ migrated: false });
  directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp(migrationsDirectory(), directory, { recursive: true });
});
afterEach(async () => {
  await test.drop();
  await rm(directory, { recursive: true });
});

const FIRST = '20261120000100_tenants';

describe('migrate', () => {
  it('applies each migration once, in order, and records it as Prisma would', async () => {
    const seen: string[] = [];
    const applied = await migrate({ ownerUrl: test.ownerUrl, onProgress: ({ name }) => seen.push(name) });
    expect(applied.length).toBeGreaterThan(0);
    expect(seen).toEqual(applied);
    expect(applied).toEqual([...applied].sort());
    expect(await migrate({ ownerUrl: test.ownerUrl })).toEqual([]);

    const rows = await sql(test.superUrl, 'SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(rows.map((row) => row.migration_name)).toEqual(applied);
    const file = await readFile(join(migrationsDirectory(), FIRST, 'migration.sql'));
    expect(rows[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: createHash('sha256').update(file).digest('hex'),
      migration_name: FIRST,
      started_at: expect.any(Date),
      finished_at: expect.any(Date),
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
    });
  });

  it('lets two migrators at once apply each migration once between them', async () => {
    const both = await Promise.all([migrate({ ownerUrl: test.ownerUrl }), migrate({ ownerUrl: test.ownerUrl })]);
    const recorded = await sql(test.superUrl, 'SELECT migration_name FROM _prisma_migrations');
    expect(both.flat().sort()).toEqual(recorded.map((row) => row.migration_name).sort());
    expect(both.map((applied) => applied.length).sort()).toEqual([0, recorded.length]);
  });

  it('refuses a file that was edited after it was applied, by name, and applies nothing more', async () => {
    await migrate({ ownerUrl: test.ownerUrl, directory });
    const path = join(directory, FIRST, 'migration.sql');
    await writeFile(path, `${await readFile(path, 'utf8')}\n-- one more line\n`);
    const again = migrate({ ownerUrl: test.ownerUrl, directory });
    await expect(again).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', message: expect.stringContaining(FIRST) });
  });

  it('leaves nothing of a migration that fails, and goes on from there once it is repaired', async () => {
    const name = '20261120000200_usage';
    const path = join(directory, name, 'migration.sql');
    const good = await readFile(path, 'utf8');
    await writeFile(path, `CREATE TABLE half (id int);\nSELECT 1 / 0;\n`);
    await expect(migrate({ ownerUrl: test.ownerUrl, directory })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(new RegExp(`${name}.*division by zero`)),
    });
    expect(await sql(test.superUrl, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    await writeFile(path, good);
    expect((await migrate({ ownerUrl: test.ownerUrl, directory }))[0]).toBe(name);
  });

  it('refuses to go on from a migration that another tool left half done', async () => {
    await migrate({ ownerUrl: test.ownerUrl });
    await sql(test.superUrl, `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${FIRST}'`);
    await expect(migrate({ ownerUrl: test.ownerUrl })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  });
});
