// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say, seconds } from '../say.mjs';
import { Trouble } from '../trouble.mjs';
import { HELP, parseSeedOptions } from './options.mjs';
import { Progress } from './progress.mjs';

/** Measured on a seeded database, indexes included. */
const BYTES_OF = { day: 300, sample: 345 };

/** @param {string[]} args @throws {Trouble} */
export async function main(args) {
  const { help, remove, ...options } = parseSeedOptions(args);
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const database = await databasePackage();
  const startedAt = performance.now();
  try {
    if (remove) await takeAway(database, options);
    else await fill(database, options);
  } catch (error) {
    throw troubleOf(error);
  }
  say('seed', `over after ${seconds(performance.now() - startedAt)}`);
}

/** @param {any} database @param {Omit<import('./options.mjs').SeedOptions, 'help' | 'remove'>} options */
async function fill({ seedScale, scaleRows }, options) {
  const rows = scaleRows(options);
  const bytes = rows.days * BYTES_OF.day + rows.samples * BYTES_OF.sample;
  say(
    'seed',
    `${amount(options.tenants)} tenants, ${amount(rows.days)} days and ${amount(rows.samples)} samples: about ${gib(bytes)} GiB of disk`,
  );
  const progress = new Progress();
  const added = await seedScale({
    ...options,
    /** @param {{ rowsDone: number, rowsInAll: number, rowsAdded: number }} at */
    onProgress: ({ rowsDone, rowsInAll, rowsAdded }) =>
      progress.tell({ done: rowsDone, inAll: rowsInAll, worked: rowsAdded }),
  });
  say('seed', `${amount(added)} rows added`);
}

/** @param {any} database @param {{ adminUrl: string }} options */
async function takeAway({ removeScale }, { adminUrl }) {
  const progress = new Progress();
  const removed = await removeScale({
    adminUrl,
    /** @param {{ tenantsDone: number, tenantsInAll: number }} at */
    onProgress: ({ tenantsDone, tenantsInAll }) =>
      progress.tell({ done: tenantsDone, inAll: tenantsInAll, worked: tenantsDone }),
  });
  say('seed', `${amount(removed)} tenants removed`);
}

/** @returns {Promise<any>} the database package, which exists only once it is built */
function databasePackage() {
  const file = path.join(PROJECT_ROOT, 'prisma', 'dist', 'index.js');
  if (!existsSync(file)) throw new Trouble('The database package is not built: run npm run build first.');
  return import(pathToFileURL(file).href);
}

/** @param {unknown} error @returns {unknown} a sentence where the reader can do something about it */
function troubleOf(error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!(error instanceof Error)) return error;
  if (code === 'OPTION_INVALID') return new Trouble(error.message);
  if (code === '42P01')
    return new Trouble('The database has no schema yet: let npm start or prepare-database make it first.');
  if (code === '42501') return new Trouble(`This role may not do it, the admin role can: ${error.message}.`);
  if (typeof code === 'string') return new Trouble(`The database could not be filled: ${error.message || code}.`);
  return error;
}

/** @param {number} count */
function amount(count) {
  return count.toLocaleString('en-GB');
}

/** @param {number} bytes */
function gib(bytes) {
  return (bytes / 2 ** 30).toFixed(1);
}
