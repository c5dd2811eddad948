// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../services/run.mjs';

/** The longest first, so that none is left alone at the end. */
const TYPED = ['dashboard', 'server', 'server/example', 'prisma', 'e2e', 'bench', 'scripts'];

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

/** Side by side; more take memory that a small machine does not have. */
const COMPILERS = 2;

/** @param {string} root every package, so that one run names all errors */
export async function types(root) {
  const projects = TYPED.map((name) => path.join(root, name, 'tsconfig.json')).filter((file) => existsSync(file));
  let passed = true;
  const compile = async () => {
    for (let project = projects.shift(); project; project = projects.shift()) {
      if ((await runTool(root, 'tsc', ['--noEmit', '-p', project])) !== 0) passed = false;
    }
  };
  await Promise.all(Array.from({ length: COMPILERS }, compile));
  return passed;
}

/** @param {string} root */
export async function unusedCode(root) {
  return (await runTool(root, 'knip', ['--no-progress'])) === 0;
}
