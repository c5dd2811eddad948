// @ts-check
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say } from '../say.mjs';
import { run } from '../services/run.mjs';
import { buildAll } from '../setup/build-all.mjs';
import { Trouble } from '../trouble.mjs';

const CASE = /^(.+)\.bench\.(ts|mjs)$/;

/** @param {string[]} args names of cases; all where there is none */
export async function bench(args) {
  const directory = path.join(PROJECT_ROOT, 'bench', 'cases');
  const cases = readdirSync(directory).filter((file) => CASE.test(file));
  const names = cases.map((file) => CASE.exec(file)?.[1] ?? '');
  const unknown = args.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Trouble(`There is no case '${unknown}': the cases are ${names.join(', ') || 'none yet'}.`);
  await buildAll(['--no-dashboard']);
  for (const [index, file] of cases.entries()) {
    if (args.length > 0 && !args.includes(String(names[index]))) continue;
    say('bench', String(names[index]));
    const code = await run(
      {
        command: process.execPath,
        args: [await executable(path.join(directory, file))],
        cwd: path.join(PROJECT_ROOT, 'bench'),
      },
      ['ignore', 'inherit', 'inherit'],
    );
    if (code !== 0) throw new Trouble(`The case '${names[index]}' failed (exit code ${code}).`);
  }
}

/** @param {string} file @returns {Promise<string>} what Node can run: TypeScript is bundled beside the bench's dependencies */
async function executable(file) {
  if (file.endsWith('.mjs')) return file;
  const { build } = await import('esbuild');
  const outfile = path.join(PROJECT_ROOT, 'bench/node_modules/.cases', path.basename(file).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
  });
  return outfile;
}
