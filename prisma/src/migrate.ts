import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DatabaseError } from './errors.js';
import { type MigrationFile, migrationsDirectory, readMigrations } from './migrations-directory.js';

export interface MigrateOptions {
  /** The role that owns the database and its tables. */
  ownerUrl: string;
  /** Called before each migration that is applied. */
  onProgress?: (migration: { name: string; index: number; total: number }) => void;
  /** Default: the migrations of this package. */
  directory?: string;
}

/** The lock that Prisma's own `migrate deploy` takes, so that the two exclude each other. */
const PRISMA_ADVISORY_LOCK = 72_707_369;

const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  varchar(36)  PRIMARY KEY NOT NULL,
  checksum            varchar(64)  NOT NULL,
  finished_at         timestamptz,
  migration_name      varchar(255) NOT NULL,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz  NOT NULL DEFAULT now(),
  applied_steps_count integer      NOT NULL DEFAULT 0
)`;

/**
 * Applies what is not yet applied, in order, each migration in one transaction with its row of `_prisma_migrations`.
 * Resolves to the names of those applied by this call; a second migrator waits for the first.
 * @throws DatabaseError `MIGRATION_CHANGED` where an applied file was edited since, `MIGRATION_FAILED` where one fails
 */
export async function migrate({ ownerUrl, onProgress, directory }: MigrateOptions): Promise<string[]> {
  const files = await readMigrations(directory ?? migrationsDirectory());
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_ADVISORY_LOCK]);
    await client.query(HISTORY_TABLE);
    const pending = pendingOf(files, await history(client));
    for (const [index, file] of pending.entries()) {
      onProgress?.({ name: file.name, index, total: pending.length });
      await apply(client, file);
    }
    return pending.map(({ name }) => name);
  } finally {
    // The lock belongs to the session and ends with it.
    await client.end();
  }
}

interface HistoryRow {
  migration_name: string;
  checksum: string;
  finished: boolean;
}

async function history(client: pg.Client): Promise<Map<string, HistoryRow>> {
  const { rows } = await client.query<HistoryRow>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function pendingOf(files: MigrationFile[], applied: Map<string, HistoryRow>): MigrationFile[] {
  return files.filter(({ name, checksum }) => {
    const row = applied.get(name);
    if (!row) return true;
    if (!row.finished) {
      throw new DatabaseError(
        'MIGRATION_FAILED',
        `Migration ${name} was begun and not finished. Repair the database, then run: prisma migrate resolve.`,
      );
    }
    if (row.checksum !== checksum) {
      throw new DatabaseError(
        'MIGRATION_CHANGED',
        `Migration ${name} was edited after it was applied. Restore the file and put the change into a new migration.`,
      );
    }
    return false;
  });
}

async function apply(client: pg.Client, { name, sql, checksum }: MigrationFile): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    const reason = cause instanceof Error ? cause.message : String(cause);
    const hint = cause instanceof pg.DatabaseError && cause.hint ? ` ${cause.hint}` : '';
    throw new DatabaseError('MIGRATION_FAILED', `Migration ${name} failed and was rolled back: ${reason}${hint}`, {
      cause,
    });
  }
}
