// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.mjs';
import { Ports } from '../services/ports.mjs';
import { pathWithPrometheus } from '../services/prometheus.mjs';
import { askCommandsToEnd } from '../services/run.mjs';
import { build } from '../setup/build.mjs';
import { requireSpace, requireUsableCheckout } from '../setup/checkout.mjs';
import { install, isInstalled } from '../setup/install.mjs';
import { report, Trouble } from '../trouble.mjs';
import { lint, types, unusedCode } from './checks.mjs';
import { passesGate, readCoverage } from './coverage-gate.mjs';
import { runEndToEnd } from './end-to-end.mjs';
import { testEnvironment } from './environment.mjs';
import { runJest } from './jest.mjs';
import { runCheck } from './run-check.mjs';
import { provideTestServices } from './services.mjs';
import { Tally } from './tally.mjs';
import { END_MS, withWorkbench } from './workbench.mjs';

/** What runs most lines in least time is measured: coverage doubles what a suite takes, and the gate needs no other. */
const MEASURED = ['unit', 'contract', 'redis', 'postgres', 'prisma'];

const TIME_LIMIT_MS = 39 * 60_000;

const HELP = `npm test [-- patterns]

Installs, builds, starts Redis, a Redis Cluster and PostgreSQL, and runs the checks, all tests, and the journeys in a browser.

  patterns   parts of paths, such as redis/quota or unit/warming: only the jest tests of these files, without the rest
  --help     this text
`;

/**
 * @param {Tally} tally
 * @param {string} directory
 * @param {import('../services/supervisor.mjs').Supervisor} supervisor
 * @param {string[]} files patterns of paths; none: everything
 */
async function runTests(tally, directory, supervisor, files) {
  const root = PROJECT_ROOT;
  const whole = files.length === 0;
  await requireUsableCheckout(root);
  await requireSpace(root, { installed: await isInstalled(root) });
  await install(root, supervisor.logDirectory);
  await build(root, supervisor.logDirectory, { dashboard: whole });
  const services = await provideTestServices({ root, directory, ports: new Ports(), supervisor });
  const env = testEnvironment(process.env, {
    TEST_REDIS_URL: services.redisUrl,
    TEST_POSTGRES_URL: services.postgresUrl,
    TEST_REDIS_CLUSTER: services.cluster,
    PATH: await pathWithPrometheus(path.join(root, '.data', 'packages')),
  });

  if (!whole) {
    await runJest({ root, tally, directory, env, files });
    return;
  }
  await runCheck(tally, 'lint', () => lint(root));
  await runCheck(tally, 'types', () => types(root));
  await runCheck(tally, 'knip', () => unusedCode(root));
  await runJest({ root, tally, directory, env, projects: MEASURED, coverage: true });
  await runCheck(tally, 'coverage', async () =>
    passesGate(await readCoverage(path.join(directory, 'coverage', 'coverage-summary.json'), root)),
  );
  await runJest({ root, tally, directory, env, projects: MEASURED, others: true });
  await runEndToEnd({ root, tally, directory, env });
}

/** @param {string[]} args @throws {Trouble} for an option that does not exist */
export async function main(args) {
  const { help, files } = parse(args);
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const startedAt = performance.now();
  const tally = new Tally();
  await withWorkbench(async ({ directory, supervisor }) => {
    let ending = Promise.resolve();
    const limit = setTimeout(() => {
      report(new Trouble(`The tests are ended, because they ran for ${TIME_LIMIT_MS / 60_000} minutes.`));
      ending = askCommandsToEnd(END_MS);
    }, TIME_LIMIT_MS);
    try {
      await runTests(tally, directory, supervisor, files);
    } catch (error) {
      report(error);
      tally.add({ kind: 'preparation', passed: 0, failed: 1 });
    } finally {
      clearTimeout(limit);
      await ending;
    }
  });
  tally.print(performance.now() - startedAt);
  process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
}

/** @param {string[]} args @throws {Trouble} for an option that does not exist */
function parse(args) {
  try {
    const options = /** @type {const} */ ({ help: { type: 'boolean', default: false } });
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    return { help: values.help, files: positionals };
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}
