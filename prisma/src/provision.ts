import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DatabaseError } from './errors.js';

export interface Passwords {
  owner: string;
  app: string;
  admin: string;
}

export interface ProvisionOptions {
  /** A role that may create roles and databases. */
  superuserUrl: string;
  /** Lower-case letters, digits and `_`, 1 to 50 characters. */
  databaseName: string;
  /** Default: random ones, new with each call. Pass the last ones to keep them. */
  passwords?: Passwords;
}

export interface DatabaseUrls {
  ownerUrl: string;
  appUrl: string;
  adminUrl: string;
}

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,49}$/;

/** Rights are granted to these by the migrations; they are the same for all databases of a server and cannot sign in. */
const GROUP = { app: 'tenantcache_app', admin: 'tenantcache_admin' } as const;

/** Provisioning of several databases of one server at once would trip over the group roles they share. */
const PROVISION_LOCK = 72_707_370;

/**
 * Creates the database and its three sign-in roles `<database>_owner`, `<database>_app` and `<database>_admin`, none of
 * them superuser or BYPASSRLS, or brings existing ones to that state. Nobody else may connect.
 * @throws DatabaseError `OPTION_INVALID` for a name off the grammar
 */
export async function provision({ superuserUrl, databaseName, passwords }: ProvisionOptions): Promise<DatabaseUrls> {
  const roles = rolesOf(databaseName);
  const secrets = passwords ?? { owner: random(), app: random(), admin: random() };
  await withClient(superuserUrl, async (client) => {
    for (const group of Object.values(GROUP)) await ensureRole(client, group, 'NOLOGIN');
    for (const kind of ['owner', 'app', 'admin'] as const) {
      await ensureRole(client, roles[kind], `LOGIN PASSWORD ${client.escapeLiteral(secrets[kind])}`);
    }
    await client.query(`GRANT ${GROUP.app} TO ${roles.app}`);
    await client.query(`GRANT ${GROUP.admin} TO ${roles.admin}`);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (!rowCount) await client.query(`CREATE DATABASE ${databaseName} OWNER ${roles.owner}`);
    await client.query(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${databaseName} TO ${roles.app}, ${roles.admin}`);
  });
  const url = (kind: keyof Passwords) => urlOf(superuserUrl, databaseName, roles[kind], secrets[kind]);
  return { ownerUrl: url('owner'), appUrl: url('app'), adminUrl: url('admin') };
}

/** Drops the database with all its data and its three roles: for tests and for taking an installation away. */
export async function deprovision({
  superuserUrl,
  databaseName,
}: Pick<ProvisionOptions, 'superuserUrl' | 'databaseName'>): Promise<void> {
  const roles = rolesOf(databaseName);
  await withClient(superuserUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${databaseName} WITH (FORCE)`);
    await client.query(`DROP ROLE IF EXISTS ${roles.owner}, ${roles.app}, ${roles.admin}`);
  });
}

function rolesOf(databaseName: string): Record<keyof Passwords, string> {
  if (!DATABASE_NAME.test(databaseName)) {
    throw new DatabaseError('OPTION_INVALID', `databaseName must match ${DATABASE_NAME}.`);
  }
  if (`${databaseName}_app` === GROUP.app) {
    throw new DatabaseError(
      'OPTION_INVALID',
      `databaseName ${databaseName} would make a sign-in role of ${GROUP.app}; take another.`,
    );
  }
  return { owner: `${databaseName}_owner`, app: `${databaseName}_app`, admin: `${databaseName}_admin` };
}

async function ensureRole(client: pg.Client, role: string, signIn: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = rowCount ? 'ALTER' : 'CREATE';
  await client.query(
    `${verb} ROLE ${role} WITH NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION ${signIn}`,
  );
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK]);
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(superuserUrl: string, databaseName: string, role: string, password: string): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${databaseName}`;
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
