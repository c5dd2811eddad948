import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { executable } from '../bench/executable.mjs';
import { PROJECT_ROOT } from '../project-root.mjs';

const CASES = path.join(PROJECT_ROOT, 'bench', 'cases');
const IMPORT = /^import .*?from "([^"]+)";$|^import "([^"]+)";$/gm;

/** Where Node looks from the bench for what a file imports. @param {string} name */
function placeOf(name) {
  if (path.isAbsolute(name)) return name;
  const [scope = '', rest = ''] = name.split('/');
  return path.join(PROJECT_ROOT, 'bench', 'node_modules', scope.startsWith('@') ? `${scope}/${rest}` : scope);
}

describe('the cases of the bench', () => {
  it.each(readdirSync(CASES).filter((file) => file.endsWith('.bench.ts')))('%s finds every package', async (file) => {
    const made = await executable(path.join(CASES, file));
    const names = [...readFileSync(made, 'utf8').matchAll(IMPORT)].map(([, from, bare]) => from ?? bare ?? '');
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !isBuiltin(name) && !existsSync(placeOf(name)))).toEqual([]);
  });
});
