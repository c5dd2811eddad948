// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../services/run.mjs';

const TYPED = ['prisma', 'server', 'server/example', 'dashboard', 'e2e', 'bench', 'scripts'];

/** @param {string} root @param {string} program of the workspace's root @param {string[]} args */
function runTool(root, program, args) {
  return run({ command: path.join(root, 'node_modules', '.bin', program), args, cwd: root }, [
    'ignore',
    'inherit',
    'inherit',
  ]);
}

/** @param {string} root */
export async function lint(root) {
  return (await runTool(root, 'biome', ['check', '--error-on-warnings', '.'])) === 0;
}

/** @param {string} root every package, so that one run names all errors */
export async function types(root) {
  let passed = true;
  for (const name of TYPED) {
    const project = path.join(root, name, 'tsconfig.json');
    if (existsSync(project) && (await runTool(root, 'tsc', ['--noEmit', '-p', project])) !== 0) passed = false;
  }
  return passed;
}

/** @param {string} root */
export async function unusedCode(root) {
  return (await runTool(root, 'knip', ['--no-progress'])) === 0;
}
