import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PackedPackage, packPackage, WORKSPACE } from './packed-package.js';

let packed: PackedPackage;
beforeAll(() => {
  packed = packPackage();
});
afterAll(() => packed?.remove());

const read = (file: string) => readFileSync(path.join(packed.directory, file), 'utf8');

function importsOf(text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"'\s]+)["']/g);
  return [...new Set([...found].map(([, specifier]) => specifier as string))];
}

const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

describe('what a user downloads', () => {
  it('holds every file that package.json points to', () => {
    const { main, types, exports } = packed.manifest;
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry).flatMap((condition) => Object.values(condition)),
    );
    expect([main, types, ...targets].filter((file) => !existsSync(path.join(packed.directory, file)))).toEqual([]);
  });

  it('holds the build and nothing of the workspace', () => {
    const foreign = packed.files.filter((file) => !/^(dist\/|package\.json$|README|LICENSE|CHANGELOG)/.test(file));
    expect(foreign).toEqual([]);
    expect(packed.files.filter((file) => /(^|\/)(test|example|\.env|\.data)(\/|$)/.test(file))).toEqual([]);
  });

  it('says nothing about the machine that it was built on', () => {
    expect(packed.files.filter((file) => read(file).includes(WORKSPACE))).toEqual([]);
  });

  // Declarations are checked where they are read, by a compiler, in user-projects.test.ts.
  it('imports only what package.json declares', () => {
    const { dependencies, peerDependencies } = packed.manifest;
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
    const undeclared = packed.files
      .filter((file) => /\.(js|cjs)$/.test(file))
      .flatMap((file) => importsOf(read(file)).map((specifier) => ({ file, specifier })))
      .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier))
      .filter(({ specifier }) => !declared.has(packageOf(specifier)));
    expect(undeclared).toEqual([]);
  });
});
