// @ts-check
import path from 'node:path';
import { sayWhile } from '../say.mjs';
import { fetchPackage, hasApt } from './apt.mjs';
import { findOnPath, isExecutable } from './find-binary.mjs';
import { run } from './run.mjs';

/** @typedef {{ command: string, env?: NodeJS.ProcessEnv }} Binary */

/**
 * A program from the system's package manager, where that asks no question: on Debian unpacked into a directory of
 * ours, without root and without a service being registered; on macOS installed by Homebrew.
 * @param {{ topic: string, packageNames: string[], brewName: string, binary: string, packageDirectory: string }} wanted
 * @returns {Promise<Binary | undefined>}
 */
export async function fromPackageManager({ topic, packageNames, brewName, binary, packageDirectory }) {
  if (hasApt()) {
    const root = path.join(packageDirectory, binary);
    const command = path.join(root, 'usr', 'bin', binary);
    if (!isExecutable(command) && !(await fetchPackage(topic, packageNames, root))) return undefined;
    if (!isExecutable(command)) return undefined;
    return { command, env: { ...process.env, LD_LIBRARY_PATH: libraryPath(root) } };
  }
  const brew = findOnPath('brew');
  if (!brew) return undefined;
  await sayWhile(topic, `not on PATH: brew install ${brewName}`, () =>
    run(
      { command: brew, args: ['install', '--quiet', brewName], env: { ...process.env, HOMEBREW_NO_AUTO_UPDATE: '1' } },
      'ignore',
    ),
  );
  const command = findOnPath(binary, path.dirname(brew));
  return command ? { command } : undefined;
}

const MULTIARCH = new Map([
  ['x64', 'x86_64-linux-gnu'],
  ['arm64', 'aarch64-linux-gnu'],
  ['arm', 'arm-linux-gnueabihf'],
]);

/** @param {string} root of an unpacked package with those it depends on */
export function libraryPath(root) {
  const triplet = MULTIARCH.get(process.arch) ?? '';
  const directories = [`usr/lib/${triplet}`, `lib/${triplet}`, 'usr/lib', 'lib'].map((name) => path.join(root, name));
  return [...directories, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
}
