// @ts-check
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say } from '../say.mjs';
import { Ports } from '../services/ports.mjs';
import { provideRedis } from '../services/redis.mjs';
import { run } from '../services/run.mjs';
import { buildAll } from '../setup/build-all.mjs';
import { withWorkbench } from '../testing/workbench.mjs';
import { Trouble } from '../trouble.mjs';
import { executable } from './executable.mjs';
import { machineFacts } from './machine.mjs';
import { HELP, parseBenchOptions } from './options.mjs';
import { judge, readFindings, render, section } from './results.mjs';

const CASES = path.join(PROJECT_ROOT, 'bench', 'cases');
const CASE = /^(.+)\.bench\.(ts|mjs)$/;

/** @param {string[]} args */
export async function bench(args) {
  const files = new Map(readdirSync(CASES).flatMap((file) => (CASE.test(file) ? [[nameOf(file), file]] : [])));
  const options = parseBenchOptions(args, { root: PROJECT_ROOT, known: [...files.keys()] });
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  if (options.build) await buildAll(['--no-dashboard']);
  await withWorkbench(async ({ directory, supervisor }) => {
    const redis = await provideRedis({
      url: process.env.REDIS_URL,
      directory: path.join(directory, 'redis'),
      packageDirectory: path.join(PROJECT_ROOT, '.data', 'packages'),
      durable: false,
      choosePort: () => new Ports().any(),
      supervisor,
    });
    if (!redis) throw new Trouble('There is no Redis to measure against: install Redis 7, or set REDIS_URL.');

    /** @type {import('./results.mjs').Results} */
    const results = { machine: await machineFacts(PROJECT_ROOT, redis.url), quick: options.quick, cases: [] };
    for (const [index, name] of options.cases.entries()) {
      say('bench', `${name} (${index + 1} of ${options.cases.length})`);
      const findingsFile = path.join(directory, `${name}.jsonl`);
      writeFileSync(findingsFile, '');
      const startedMs = performance.now();
      const file = path.join(CASES, /** @type {string} */ (files.get(name)));
      const code = await runCase(file, options, redis.url, findingsFile);
      const result = {
        case: name,
        seconds: Math.round((performance.now() - startedMs) / 1_000),
        findings: readFindings(readFileSync(findingsFile, 'utf8')),
        ...(code !== 0 && { failed: `exit code ${code}` }),
      };
      results.cases.push(result);
      process.stdout.write(`\n${section(result).join('\n\n')}\n\n`);
    }
    keep(results, options.directory);
  });
}

/**
 * @param {string} file
 * @param {import('./options.mjs').BenchOptions} options
 * @param {string} redisUrl
 * @param {string} findingsFile
 */
async function runCase(file, { quick, profile, directory }, redisUrl, findingsFile) {
  const env = { ...process.env, REDIS_URL: redisUrl, BENCH_FINDINGS: findingsFile, BENCH_QUICK: quick ? '1' : '0' };
  const profiling = profile ? ['--cpu-prof', '--cpu-prof-dir', path.join(directory, 'profiles')] : [];
  const args = ['--expose-gc', ...profiling, await executable(file)];
  return run({ command: process.execPath, args, env, cwd: path.join(PROJECT_ROOT, 'bench') }, [
    'ignore',
    'inherit',
    'inherit',
  ]);
}

/** @param {import('./results.mjs').Results} results @param {string} directory @throws {Trouble} where a case failed */
function keep(results, directory) {
  mkdirSync(directory, { recursive: true });
  const name = results.cases.length === 1 ? /** @type {string} */ (results.cases[0]?.case) : 'latest';
  for (const [ending, text] of [
    ['json', `${JSON.stringify(results, undefined, 2)}\n`],
    ['md', render(results)],
  ]) {
    writeFileSync(path.join(directory, `${name}.${ending}`), /** @type {string} */ (text));
  }
  const { reached, missed } = judge(results);
  say('bench', `${reached} of ${reached + missed.length} targets reached`);
  for (const line of missed) say('bench', `not reached: ${line}`);
  say('bench', `results in ${path.relative(process.cwd(), path.join(directory, `${name}.md`))} and .json`);
  const failed = results.cases.filter((result) => result.failed !== undefined).map((result) => result.case);
  if (failed.length > 0) throw new Trouble(`These cases failed: ${failed.join(', ')}.`);
}

/** @param {string} file */
function nameOf(file) {
  return /** @type {string} */ (CASE.exec(file)?.[1]);
}
