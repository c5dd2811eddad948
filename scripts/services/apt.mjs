// @ts-check
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { say, sayWhile } from '../say.mjs';
import { findOnPath } from './find-binary.mjs';

const execute = promisify(execFile);
const NETWORK_TIMEOUT_MS = 180_000;

export function hasApt() {
  return ['apt-get', 'dpkg-deb'].every((name) => findOnPath(name) !== undefined);
}

/** @param {string} stateDirectory lists and cache of our own, so that neither root nor the system's lists are needed */
function privateState(stateDirectory) {
  for (const name of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(stateDirectory, name), { recursive: true });
  return [
    '-o',
    `Dir::State::lists=${path.join(stateDirectory, 'lists')}`,
    '-o',
    `Dir::Cache=${path.join(stateDirectory, 'cache')}`,
  ];
}

/** @param {string[]} args @param {string} [cwd] @returns {Promise<string>} */
async function aptGet(args, cwd) {
  const asRoot = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
  const options = {
    cwd,
    timeout: NETWORK_TIMEOUT_MS,
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  };
  const { stdout } = await execute('apt-get', ['-q', '-o', 'Acquire::Retries=2', ...asRoot, ...args], options);
  return stdout;
}

/** @param {string} simulation what `apt-get -s install` prints @returns {string[]} packages that are not installed yet */
export function packagesToInstall(simulation) {
  return [...simulation.matchAll(/^Inst (\S+) /gm)].map((match) => String(match[1]));
}

/**
 * @param {string[]} wanted
 * @param {string} target
 * @param {string[]} state options that say where the lists are
 */
async function downloadAndUnpack(wanted, target, state) {
  const missing = packagesToInstall(await aptGet([...state, '-s', 'install', '--no-install-recommends', ...wanted]));
  const unpacked = `${target}.new`;
  const downloads = `${target}.deb`;
  for (const directory of [unpacked, downloads]) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
  }
  // What was wanted is fetched even where it is installed, since it was not found: `-s install` names only the missing.
  await aptGet([...state, 'download', ...new Set([...wanted, ...missing])], downloads);
  for (const file of readdirSync(downloads)) await execute('dpkg-deb', ['-x', path.join(downloads, file), unpacked]);
  rmSync(downloads, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(unpacked, target);
}

/**
 * Unpacks a Debian package, with those of its dependencies that are not installed, into a directory.
 * @param {string} topic
 * @param {string[]} packageNames the program's package, and those that its files point into
 * @param {string} target
 * @returns {Promise<boolean>} false where it is not to be had; a line says why
 */
export async function fetchPackage(topic, packageNames, target) {
  const label = packageNames.join(' and ');
  try {
    await sayWhile(topic, `not on PATH: fetching the system's package ${label} into ${target}`, async () => {
      try {
        await downloadAndUnpack(packageNames, target, []);
      } catch {
        // No lists, as in a fresh container, or lists older than the archive.
        const state = privateState(path.join(path.dirname(target), 'apt'));
        await aptGet([...state, 'update']);
        await downloadAndUnpack(packageNames, target, state);
      }
    });
    return true;
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error && error.stderr ? String(error.stderr) : String(error);
    say(topic, `the package manager has no ${label}: ${text.trim().split('\n').at(-1)}`);
    return false;
  }
}
