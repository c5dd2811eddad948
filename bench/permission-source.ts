import { createRequire } from 'node:module';
import path from 'node:path';
import type { PermissionSet } from 'tenantcache';
import { RUN } from './workload.js';

const USERS = 10_000;
const STAND_IN_MS = 5;

/** Where the third tier reads: a materialised view in Postgres, or a timer that says so. */
export interface PermissionSource {
  readonly name: string;
  load(request: { tenantId: string; userId: string }): Promise<PermissionSet>;
  close(): Promise<void>;
}

interface Row {
  readonly roles: string[];
  readonly permissions: PermissionSet['permissions'];
}

interface Pool {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: readonly Row[] }>;
  end(): Promise<void>;
}

/** @param tenants among whom `USERS` are spread; the view has twenty permissions of each */
export async function permissionSource(tenants: readonly string[]): Promise<PermissionSource> {
  const url = process.env.BENCH_POSTGRES_URL ?? process.env.TEST_POSTGRES_URL;
  if (url === undefined) return standIn();
  // Of the database package: the bench has no need of its own for Postgres.
  const { Pool } = createRequire(path.resolve('../prisma/package.json'))('pg') as { Pool: new (o: object) => Pool };
  const pool = new Pool({ connectionString: url, max: 10 });
  const schema = `bench_${RUN}`;
  await pool.query(`
    CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.user_roles AS
      SELECT t.tenant_id, 'user-' || u AS user_id, 'role-' || (u % 20) AS role
        FROM unnest('{${tenants.join(',')}}'::text[]) t (tenant_id), generate_series(0, ${USERS / tenants.length - 1}) u;
    CREATE TABLE ${schema}.role_permissions AS
      SELECT 'role-' || r AS role, 'portfolio:read' AS action, 'portfolio/' || n || '/*' AS object, 'allow' AS effect
        FROM generate_series(0, 19) r, generate_series(0, 19) n;
    CREATE MATERIALIZED VIEW ${schema}.effective AS
      SELECT tenant_id, user_id, array_agg(DISTINCT role) AS roles,
             jsonb_agg(jsonb_build_object('action', action, 'object', object, 'effect', effect)) AS permissions
        FROM ${schema}.user_roles JOIN ${schema}.role_permissions USING (role) GROUP BY tenant_id, user_id;
    CREATE UNIQUE INDEX ON ${schema}.effective (tenant_id, user_id);
    ANALYZE ${schema}.effective`);
  return {
    name: 'a materialised view in Postgres',
    async load({ tenantId, userId }) {
      const text = `SELECT roles, permissions FROM ${schema}.effective WHERE tenant_id = $1 AND user_id = $2`;
      const row = (await pool.query(text, [tenantId, userId])).rows[0];
      if (row === undefined) throw new Error(`no such user: ${userId}`);
      return { roles: row.roles, teams: [], permissions: row.permissions };
    },
    async close() {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
    },
  };
}

function standIn(): PermissionSource {
  const permissions = Array.from({ length: 20 }, (_, n) => ({
    action: 'portfolio:read',
    object: `portfolio/${n}/*`,
    effect: 'allow' as const,
  }));
  return {
    name: `a timer of ${STAND_IN_MS} ms, for want of BENCH_POSTGRES_URL`,
    async load() {
      await new Promise((resolve) => setTimeout(resolve, STAND_IN_MS));
      return { roles: ['role'], teams: [], permissions };
    },
    async close() {},
  };
}
