// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Trouble } from '../trouble.mjs';

export const HELP = `npm run bench [-- options] [case …]

Measures tenantcache and its peers side by side, against one Redis, and writes the results as JSON and Markdown. Without
names it runs every case of bench/cases.

  --quick        few rounds and small sizes: shows the form, not the figures
  --out <dir>    where the results go (default: bench/results)
  --no-build     measure what was built last
  --profile      one CPU profile a process, to open in the browser's developer tools, in the results' directory
  --help         this text

Environment: REDIS_URL, a Redis 7 or Valkey 7.2 to measure against; without it one is found and started.
`;

/**
 * @typedef {object} BenchOptions
 * @property {string[]} cases names, in the order in which they are run
 * @property {boolean} quick
 * @property {boolean} build
 * @property {boolean} profile
 * @property {boolean} help
 * @property {string} directory absolute
 */

/**
 * @param {string[]} args
 * @param {{ root: string, known: string[] }} context the cases that there are
 * @returns {BenchOptions}
 * @throws {Trouble} for an option or a case that does not exist
 */
export function parseBenchOptions(args, { root, known }) {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Trouble(`There is no case '${unknown}': the cases are ${known.join(', ') || 'none yet'}.`);
  }
  return {
    cases: positionals.length > 0 ? known.filter((name) => positionals.includes(name)) : known,
    quick: values.quick,
    build: !values['no-build'],
    profile: values.profile,
    help: values.help,
    directory: path.resolve(root, values.out),
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        out: { type: 'string', default: path.join('bench', 'results') },
        'no-build': { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}
