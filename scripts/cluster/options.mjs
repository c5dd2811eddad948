// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';
import { firstPortOf } from '../services/redis-cluster.mjs';
import { Trouble } from '../trouble.mjs';

export const HELP = `npm run redis:cluster -- [options]

Starts a Redis Cluster on loopback, 3 masters with a replica each, and waits until it is whole. Ctrl-C ends all of it.
A second start goes on with the same data.

  --port <n>         port of the first node, the others follow it; each needs the port 10,000 above as well
                     (default: 7000, or free ones above it)
  --data-dir <path>  keep data and logs there (default: .data/redis-cluster)
  --fresh            delete the data of an earlier start first
  --json             one more line when ready: an object with the addresses, for programs
  --help             this text
`;

/**
 * @typedef {object} ClusterOptions
 * @property {number} [firstPort]
 * @property {boolean} fresh
 * @property {boolean} json
 * @property {boolean} help
 * @property {string} dataDirectory absolute
 */

/**
 * @param {string[]} args
 * @param {string} root what a relative data directory is relative to
 * @returns {ClusterOptions}
 * @throws {Trouble} for an option that does not exist, or a value off its range
 */
export function parseClusterOptions(args, root) {
  const { values } = parse(args);
  const firstPort = firstPortOf('--port', values.port);
  return {
    ...(firstPort !== undefined && { firstPort }),
    fresh: values.fresh,
    json: values.json,
    help: values.help,
    dataDirectory: path.resolve(root, values['data-dir']),
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        'data-dir': { type: 'string', default: path.join('.data', 'redis-cluster') },
        fresh: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Trouble(
      `${error instanceof Error ? error.message : error}: npm run redis:cluster -- --help lists the options.`,
    );
  }
}
