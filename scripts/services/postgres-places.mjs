// @ts-check
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { say } from '../say.mjs';
import { Trouble } from '../trouble.mjs';
import { canRead } from './postgres-user.mjs';

/** @typedef {import('./postgres-user.mjs').Account} Account */

/** @param {string} directory the one that was wished for @returns {string} the one for when its parents are closed to the server's user */
export function placeElsewhere(directory) {
  const parent = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
  return path.join(parent, `tenantcache-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`);
}

/** @param {string} directory open to be passed through, not to be listed @throws {Trouble} where somebody else made it */
function makeOwn(directory) {
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  const stats = lstatSync(directory);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw new Trouble(`${directory} belongs to somebody else: remove it, or choose another place with --data-dir.`);
  }
  chmodSync(directory, 0o711);
}

/**
 * @param {string} wished
 * @param {Account} account
 * @returns {string} a directory of ours that the server's user can pass through
 */
export function settleDirectory(wished, account) {
  mkdirSync(wished, { recursive: true });
  if (account) chmodSync(wished, 0o755);
  if (canRead(wished, account)) return wished;
  const elsewhere = placeElsewhere(wished);
  makeOwn(elsewhere);
  say('postgres', `${wished} is closed to the user that PostgreSQL runs as: its data is in ${elsewhere}`);
  return elsewhere;
}

/**
 * @param {import('./postgres-binaries.mjs').PostgresBinaries} binaries
 * @param {string} directory one that the account can pass through
 * @param {Account} account
 * @returns {string} where the account can run them: a copy where node_modules is closed to it
 */
export function settleBinaries(binaries, directory, account) {
  const isOpen = ['bin', 'lib', 'share'].every((name) => canRead(path.join(binaries.directory, name), account));
  if (isOpen || !binaries.embedded) return binaries.directory;
  const copy = path.join(directory, `binaries-${binaries.major}`);
  if (existsSync(copy)) return copy;
  say('postgres', `node_modules is closed to the user that PostgreSQL runs as: its programs are copied to ${copy}`);
  const unfinished = `${copy}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const umask = process.umask(0o022);
  cpSync(binaries.directory, unfinished, { recursive: true, verbatimSymlinks: true });
  process.umask(umask);
  renameSync(unfinished, copy);
  return copy;
}
