// @ts-check
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Made by tools, or without influence on what a build leaves. */
const LEFT_OUT = new Set([
  'node_modules',
  'dist',
  'generated',
  'coverage',
  'test',
  'example',
  'test-results',
  'next-env.d.ts',
]);

/** @param {string} directory @returns {Promise<string[]>} every source file below it, sorted */
async function sourceFiles(directory) {
  const entries = await readdir(directory, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .filter(
        (entry) => !LEFT_OUT.has(entry.name) && !entry.name.startsWith('.') && !entry.name.endsWith('.tsbuildinfo'),
      )
      .map((entry) => {
        const file = path.join(directory, entry.name);
        return entry.isDirectory() ? sourceFiles(file) : [file];
      }),
  );
  return nested.flat().sort();
}

/**
 * A hash that changes when a source does, whatever the clocks say.
 * @param {string} directory
 * @param {string[]} [parts] further text that the result depends on
 */
export async function stampOfSources(directory, parts = []) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part}\0`);
  for (const file of await sourceFiles(directory)) {
    hash.update(`${path.relative(directory, file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

/** @param {string} root @param {string[]} files a hash of their contents and of this Node */
export async function stampOfFiles(root, files) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${process.versions.modules}\0`);
  for (const name of files) {
    hash.update(`${name}\0`);
    hash.update(await readFile(path.join(root, name)));
  }
  return hash.digest('hex');
}

/** @param {string} file @param {string} stamp whether the file holds this stamp */
export async function holdsStamp(file, stamp) {
  return (await readFile(file, 'utf8').catch(() => '')).trim() === stamp;
}
