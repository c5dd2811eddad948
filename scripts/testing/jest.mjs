// @ts-check
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { say, seconds } from '../say.mjs';
import { run } from '../services/run.mjs';
import { readJson } from '../start/private-json.mjs';
import { COVERED } from './coverage-gate.mjs';

/**
 * Runs jest and counts its tests by project.
 * @param {object} options
 * @param {string} options.root
 * @param {import('./tally.mjs').Tally} options.tally
 * @param {string} options.directory for what it reports
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string[]} [options.projects] all by default
 * @param {boolean} [options.others] all projects but these
 * @param {boolean} [options.coverage]
 * @param {string[]} [options.files] patterns of paths, all by default
 * @param {boolean} [options.verbose] names each test
 */
export async function runJest({
  root,
  tally,
  directory,
  env,
  projects = [],
  others = false,
  coverage = false,
  files = [],
  verbose = false,
}) {
  const require = createRequire(import.meta.url);
  const startedAt = performance.now();
  process.stdout.write('\njest …\n');
  const countsFile = path.join(directory, 'jest-counts.json');
  const measure = [
    '--coverage',
    '--coverageReporters=json-summary',
    `--coverageDirectory=${path.join(directory, 'coverage')}`,
  ];
  // A run that is cut short leaves none, and must not be counted by that of the run before it.
  rmSync(countsFile, { force: true });
  const code = await run(
    {
      command: process.execPath,
      args: [
        require.resolve('jest/bin/jest'),
        '--maxWorkers=2',
        // Modules of suites that are over stay in a worker's memory: at 3 GB it does little but collect garbage.
        '--workerIdleMemoryLimit=1GB',
        '--reporters=default',
        `--reporters=${path.join(root, 'scripts/testing/jest-counts.mjs')}`,
        ...(coverage ? [...measure, ...COVERED.map((glob) => `--collectCoverageFrom=${glob}`)] : []),
        ...(projects.length > 0 ? [others ? '--ignoreProjects' : '--selectProjects', ...projects] : []),
        ...(verbose ? ['--verbose'] : []),
        ...(files.length > 0 ? ['--testPathPatterns', ...files] : []),
      ],
      cwd: root,
      env: {
        ...env,
        NODE_OPTIONS: '--experimental-vm-modules --no-warnings=ExperimentalWarning',
        TENANTCACHE_TEST_COUNTS: countsFile,
      },
    },
    ['ignore', 'inherit', 'inherit'],
  );
  /** @type {import('./jest-counts.mjs').Counts} */
  const counts = readJson(countsFile) ?? {};
  for (const [kind, { passed, failed }] of Object.entries(counts).sort()) tally.add({ kind, passed, failed });
  const failed = Object.values(counts).reduce((sum, count) => sum + count.failed, 0);
  // Jest also fails for reasons that are no test: none found, a broken configuration, a kill.
  if (code !== 0 && failed === 0) tally.add({ kind: 'jest itself', passed: 0, failed: 1 });
  say('jest', `${code === 0 ? 'passed' : 'failed'} in ${seconds(performance.now() - startedAt)}`);
}
