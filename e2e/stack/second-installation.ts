import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Stack, secretsOf } from './stack.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_MS = 90_000;
const END_MS = 15_000;
/** A logical database of the same Redis that the stack does not use. */
const REDIS_DATABASE = 5;

export interface SecondInstallation {
  readonly dashboardUrl: string;
  readonly apiUrl: string;
  readonly adminUrl: string;
  readonly email: string;
  readonly password: string;
  /** Takes a table away while `work` runs, as a database that fails in one place. */
  without(table: string, work: () => Promise<void>): Promise<void>;
  /** At once, as a machine that loses its power; resolves when nothing listens on its port any more. */
  killApi(): Promise<void>;
  /** Again on the same port; resolves when it answers. */
  startApi(): Promise<void>;
  end(): Promise<void>;
}

/** API and dashboard of the same build beside the stack's, on a database of their own that holds an admin and nothing else. */
export async function secondInstallation(
  stack: Stack,
  databaseName: string,
  prepare: (adminUrl: string) => Promise<void> = async () => {},
): Promise<SecondInstallation> {
  const database = await import(pathToFileURL(path.join(ROOT, 'prisma/dist/index.js')).href);
  const superuserUrl = superuserOf(stack);
  const removeDatabase = () => database.deprovision({ superuserUrl, databaseName });
  let api: ChildProcess | undefined;
  let dashboard: ChildProcess | undefined;
  const end = async () => {
    await Promise.all([api, dashboard].map((child) => stop(child)));
    await removeDatabase();
  };
  try {
    const urls = await database.provision({ superuserUrl, databaseName });
    await database.migrate({ ownerUrl: urls.ownerUrl });
    const account = await addAdmin(database, urls);
    await prepare(urls.adminUrl);
    const [apiPort, dashboardPort] = [await freePort(), await freePort()];
    const secrets = secretsOf(stack);
    const env = {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: urls.appUrl,
      DATABASE_ADMIN_URL: urls.adminUrl,
      ADMIN_TOKEN_SECRET: secrets.adminTokenSecret,
    };
    const redisUrl = new URL(stack.redisUrl);
    redisUrl.pathname = `/${REDIS_DATABASE}`;
    const apiUrl = `http://127.0.0.1:${apiPort}`;
    const dashboardUrl = `http://127.0.0.1:${dashboardPort}`;
    const startApi = () => {
      api = start(ROOT, ['server/example/dist/main.js'], {
        ...env,
        HOST: '127.0.0.1',
        PORT: String(apiPort),
        REDIS_URL: redisUrl.href,
        TENANT_TOKEN_SECRET: secrets.tenantTokenSecret,
        // Nobody listens there: no market data is asked for.
        EXCHANGE_URL: 'http://127.0.0.1:9',
      });
      return answers(`${apiUrl}/livez`);
    };
    const apiAnswers = startApi();
    dashboard = start(
      path.join(ROOT, 'dashboard'),
      ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(dashboardPort)],
      {
        ...env,
        API_URL: apiUrl,
        SESSION_SECRET: randomBytes(32).toString('hex'),
        NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        NEXT_TELEMETRY_DISABLED: '1',
        // The stack's Prometheus knows the stack's tenants only.
        PROMETHEUS_URL: undefined,
      },
    );
    await Promise.all([apiAnswers, answers(`${dashboardUrl}/livez`)]);
    return {
      dashboardUrl,
      apiUrl,
      adminUrl: urls.adminUrl,
      ...account,
      without: (table, work) => withoutTable(database, urls.ownerUrl, table, work),
      killApi: () => stop(api, 'SIGKILL'),
      startApi,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The superuser of the Postgres that the stack started itself. */
function superuserOf({ dataDirectory }: Stack): string {
  const home = path.join(dataDirectory, 'postgres');
  const password = readFileSync(path.join(home, 'password'), 'utf8').trim();
  const port = readFileSync(path.join(home, 'data', 'postmaster.pid'), 'utf8')
    .split('\n')[3]
    ?.trim();
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

interface DatabasePackage {
  createDatabase(options: object): {
    asAdmin(
      actor: string,
      work: (tx: {
        user: { create(row: object): Promise<unknown> };
        $executeRawUnsafe(sql: string): Promise<unknown>;
      }) => Promise<unknown>,
    ): Promise<unknown>;
    close(): Promise<void>;
  };
  hashPassword(password: string): Promise<string>;
}

async function addAdmin({ createDatabase, hashPassword }: DatabasePackage, urls: object) {
  const account = { email: 'second@example.com', password: randomBytes(12).toString('base64url') };
  const database = createDatabase(urls);
  try {
    const passwordHash = await hashPassword(account.password);
    const data = { email: account.email, name: 'Second admin', role: 'admin', passwordHash };
    await database.asAdmin('system:journey', (tx) => tx.user.create({ data }));
  } finally {
    await database.close();
  }
  return account;
}

async function withoutTable(
  { createDatabase }: DatabasePackage,
  ownerUrl: string,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  const owner = createDatabase({ appUrl: ownerUrl, adminUrl: ownerUrl });
  const rename = (from: string, to: string) =>
    owner.asAdmin('system:journey', (tx) => tx.$executeRawUnsafe(`ALTER TABLE ${from} RENAME TO ${to}`));
  try {
    await rename(table, `${table}_away`);
    try {
      await work();
    } finally {
      await rename(`${table}_away`, table);
    }
  } finally {
    await owner.close();
  }
}

function start(cwd: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, args, { cwd, env, stdio: 'ignore' });
}

async function stop(child: ChildProcess | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  child.kill(signal);
  await ended;
  clearTimeout(timer);
}

async function answers(url: string): Promise<void> {
  const deadlineMs = Date.now() + READY_MS;
  while (Date.now() < deadlineMs) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await delay(200);
  }
  throw new Error(`${url} did not answer within ${READY_MS / 1000} s.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
