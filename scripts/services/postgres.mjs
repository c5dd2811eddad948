// @ts-check
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { say, sayWhile } from '../say.mjs';
import { Trouble } from '../trouble.mjs';
import { findPostgresBinaries } from './postgres-binaries.mjs';
import { settleBinaries, settleDirectory } from './postgres-places.mjs';
import { postgresAccount } from './postgres-user.mjs';
import { readPidFile, settlePidFile } from './postmaster-pid.mjs';
import { requireReachable } from './reachable.mjs';
import { runLogged } from './run.mjs';

/** @typedef {import('./postgres-user.mjs').Account} Account */

/** @returns {NodeJS.ProcessEnv} without what libpq and the server would read from the user's own settings */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/** @param {string} home @returns {string} the superuser's password, made once and kept beside the data */
function superuserPassword(home) {
  const file = path.join(home, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** @param {{ home: string, data: string, bin: string, major: number, password: string, account: Account, logDirectory: string }} cluster */
async function initialise({ home, data, bin, major, password, account, logDirectory }) {
  const unfinished = `${data}.new`;
  const passwordFile = path.join(home, 'initdb-password');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const file of [unfinished, passwordFile]) chownSync(file, account.uid, account.gid);
  const locale = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C'];
  try {
    await runLogged({
      name: 'initdb',
      command: path.join(bin, 'initdb'),
      args: [
        '-D',
        unfinished,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...locale,
      ],
      cwd: '/',
      env: cleanEnvironment(),
      ...account,
      logFile: path.join(logDirectory, 'initdb.log'),
      advice: 'the lines above say why',
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, data);
}

/**
 * The PostgreSQL of the URL, else one started on loopback with its data in a directory.
 * @param {object} options
 * @param {string | undefined} options.url of a superuser
 * @param {string} [options.variable] the variable that the URL came from
 * @param {string} options.directory
 * @param {boolean} options.durable false switches fsync off: for tests only
 * @param {() => Promise<number>} options.choosePort
 * @param {import('./supervisor.mjs').Supervisor} options.supervisor
 * @returns {Promise<{ url: string, running?: import('./supervisor.mjs').Running }>}
 */
export async function providePostgres({
  url,
  variable = 'DATABASE_SUPERUSER_URL',
  directory,
  durable,
  choosePort,
  supervisor,
}) {
  if (url) {
    say('postgres', `${await requireReachable(variable, url)}, from ${variable}`);
    return { url };
  }
  const account = postgresAccount();
  const home = settleDirectory(directory, account);
  const data = path.join(home, 'data');
  const written = existsSync(path.join(data, 'PG_VERSION'))
    ? Number(readFileSync(path.join(data, 'PG_VERSION'), 'utf8'))
    : undefined;
  const binaries = findPostgresBinaries(written)[0];
  if (!binaries) {
    throw new Trouble(
      written === undefined
        ? `There is no PostgreSQL for ${process.platform}-${process.arch}: install PostgreSQL 15 or newer, or set DATABASE_SUPERUSER_URL.`
        : `The data in ${data} is of PostgreSQL ${written}, which is not here: install it, or start over with --fresh.`,
    );
  }
  const bin = path.join(settleBinaries(binaries, home, account), 'bin');
  const password = superuserPassword(home);
  const { logDirectory } = supervisor;
  if (written === undefined) {
    await sayWhile('postgres', `making a database cluster in ${data}`, () =>
      initialise({ home, data, bin, major: binaries.major, password, account, logDirectory }),
    );
  }
  await settlePidFile(data);
  const port = await choosePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const running = await supervisor.launch({
    name: 'postgres',
    command: path.join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd: '/',
    env: cleanEnvironment(),
    ...account,
    // Fast shutdown: ends the sessions, writes a checkpoint.
    stopSignal: 'SIGINT',
    graceMs: 30_000,
  });
  await supervisor.untilReady(running, async () => readPidFile(data)?.isReadyAs(running.pid) ?? false, 120_000);
  say(
    'postgres',
    `${binaries.embedded ? 'embedded' : 'system'} PostgreSQL ${binaries.major} on 127.0.0.1:${port}${durable ? `, data in ${data}` : ''}`,
  );
  return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, running };
}
