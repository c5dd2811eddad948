// @ts-check
import { parseArgs } from 'node:util';
import { Trouble } from '../trouble.mjs';

export const HELP = `npm run seed -- --database-url <url> [options]

Fills a database with a fleet of tenants that are called scale_00001 and so on, a year of their daily figures and samples,
to try the dashboard at that size. A run that was broken off goes on; a second run adds nothing.

  --database-url <url>   the admin role's, such as postgresql://name_admin:…@127.0.0.1:5432/name; its schema must be there
  --tenants <n>          1 to 99999 (default: 10000)
  --days <n>             UTC days of daily figures, up to 1830 (default: 365)
  --sample-days <n>      days of samples, up to 90, which is how long the product keeps them (default: 1; 0: none)
  --bucket-minutes <n>   length of a sample, as usageInterval has it: 1, 5, 15, 30 or 60 (default: 5)
  --seed <n>             other figures for another number (default: 1)
  --beside-others        also where other tenants are in the database, which stay as they are
  --remove               take away those tenants and all that was counted of them, but their audit and statements
  --help                 this text
`;

const BUCKET_MINUTES = [1, 5, 15, 30, 60];

/**
 * @typedef {object} SeedOptions
 * @property {boolean} help
 * @property {boolean} remove
 * @property {string} adminUrl
 * @property {number} tenants
 * @property {number} days
 * @property {number} sampleDays
 * @property {number} bucketMs
 * @property {number} seed
 * @property {boolean} besideOthers
 */

/** @param {string[]} args @returns {SeedOptions} @throws {Trouble} for an option that does not exist, or a value off its range */
export function parseSeedOptions(args) {
  const values = parse(args);
  const adminUrl = values['database-url'] ?? '';
  if (!values.help && !/^postgres(ql)?:\/\//.test(adminUrl)) {
    throw new Trouble('--database-url has to be the postgresql:// URL of the admin role: npm run seed -- --help.');
  }
  const bucketMinutes = wholeOf('--bucket-minutes', values['bucket-minutes'], 1, 60);
  if (!BUCKET_MINUTES.includes(bucketMinutes)) {
    throw new Trouble(`--bucket-minutes is '${bucketMinutes}', but has to be ${BUCKET_MINUTES.join(', ')}.`);
  }
  return {
    help: values.help,
    remove: values.remove,
    adminUrl,
    tenants: wholeOf('--tenants', values.tenants, 1, 99_999),
    days: wholeOf('--days', values.days, 1, 1_830),
    sampleDays: wholeOf('--sample-days', values['sample-days'], 0, 90),
    bucketMs: bucketMinutes * 60_000,
    seed: wholeOf('--seed', values.seed, 0, 2 ** 31 - 1),
    besideOthers: values['beside-others'],
  };
}

/** @param {string} option @param {string} text @param {number} least @param {number} most */
function wholeOf(option, text, least, most) {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
  throw new Trouble(`${option} is '${text}', but has to be a whole number from ${least} to ${most}.`);
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        'database-url': { type: 'string' },
        tenants: { type: 'string', default: '10000' },
        days: { type: 'string', default: '365' },
        'sample-days': { type: 'string', default: '1' },
        'bucket-minutes': { type: 'string', default: '5' },
        seed: { type: 'string', default: '1' },
        'beside-others': { type: 'boolean', default: false },
        remove: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error}: npm run seed -- --help lists the options.`);
  }
}
