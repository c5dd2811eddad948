// @ts-check
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '../project-root.mjs';
import { Ports } from '../services/ports.mjs';
import { install } from '../setup/install.mjs';
import { Trouble } from '../trouble.mjs';
import { testEnvironment } from './environment.mjs';
import { runJest } from './jest.mjs';
import { provideTestServices } from './services.mjs';
import { Tally } from './tally.mjs';
import { withWorkbench } from './workbench.mjs';

const HELP = `npm run test:chaos [-- options]

Random runs against a model, planted mutants, and faults on real servers. \`npm test\` runs the short form as well.

  --long      10,000 runs of the accounting model instead of 500, and 500 with faults instead of 25; counters against
              the truth over 200,000 requests and 500 killed flushers instead of 20,000 and 40; memory over ten
              minutes of 10,000 tenants
  --mutants   only the planted mutants: prints which were caught (npm run test:mutants)
  --help      this text
`;

/** What breaks servers, connections and rules, by path. */
const FILES = ['test/model/', 'test/faults/', 'test/cluster/', 'redis/quota-races', 'attack/(04|28|29|30)-'];
const MUTANTS = ['model/accounting-mutants'];
const LONG_RUNS = 10_000;

/** @param {string[]} args */
export async function chaos(args) {
  const { long, mutants, help } = parse(args);
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const root = PROJECT_ROOT;
  const startedAt = performance.now();
  const tally = new Tally();
  await withWorkbench(async ({ directory, supervisor }) => {
    await install(root, supervisor.logDirectory);
    const { redisUrl, postgresUrl } = await provideTestServices({ root, directory, ports: new Ports(), supervisor });
    const env = testEnvironment(process.env, {
      TEST_REDIS_URL: redisUrl,
      TEST_POSTGRES_URL: postgresUrl,
      ...(long && { MODEL_RUNS: String(LONG_RUNS), USAGE_TRUTH: 'long', USAGE_SOAK: 'long' }),
    });
    await runJest({ root, tally, directory, env, files: mutants ? MUTANTS : FILES, verbose: true });
  });
  tally.print(performance.now() - startedAt);
  process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
}

/** @param {string[]} args @throws {Trouble} for an option that does not exist */
function parse(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        long: { type: 'boolean', default: false },
        mutants: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}
