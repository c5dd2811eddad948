// @ts-check
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Trouble } from '../trouble.mjs';

export const HELP = `npm start -- [options]

Installs, builds, finds or starts Redis, PostgreSQL and Prometheus, and starts the example API with its traffic and
the dashboard. Ctrl-C ends all of it. A second start goes on with the same data.

  --port <n>            port of the API (default: 8080, or a free one near it)
  --dashboard-port <n>  port of the dashboard (default: 3000, or a free one near it)
  --cluster             on a Redis Cluster: that of REDIS_CLUSTER, or 3 masters and 3 replicas started here
  --no-traffic          start without the traffic that replays the recorded traces
  --no-dashboard        neither build nor start the dashboard
  --data-dir <path>     keep data, secrets and logs there (default: .data)
  --fresh               delete the data directory first: all tenants, quotas, users and history of this demo
  --json                one more line when ready: an object with all addresses, for programs
  --help                this text

Environment: a service named here is used, not started.
  REDIS_URL                Redis 7 or Valkey 7.2, or newer
  REDIS_CLUSTER            nodes of a Redis Cluster, such as 127.0.0.1:7000,127.0.0.1:7001; goes before REDIS_URL
  DATABASE_SUPERUSER_URL   PostgreSQL 15 or newer, a role that may create roles and databases
  DATABASE_NAME            the database to use there (default: tenantcache_demo)
  PROMETHEUS_URL           a Prometheus that scrapes the API's /metrics
  TRACES_DIR               recorded traces for the traffic (default: ../shared/traces)
`;

/**
 * @typedef {object} StartOptions
 * @property {number} [port]
 * @property {number} [dashboardPort]
 * @property {boolean} cluster
 * @property {boolean} traffic
 * @property {boolean} dashboard
 * @property {boolean} fresh
 * @property {boolean} json
 * @property {boolean} help
 * @property {string} dataDirectory absolute
 */

/** @param {string} option @param {string | undefined} text */
function portOf(option, text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Trouble(`${option} is '${text}', but has to be a port from 1 to 65535.`);
}

/**
 * @param {string[]} args
 * @param {string} root what a relative data directory is relative to
 * @returns {StartOptions}
 * @throws {Trouble} for an option that does not exist, or a value off its range
 */
export function parseStartOptions(args, root) {
  const { values } = parse(args);
  const port = portOf('--port', values.port);
  const dashboardPort = portOf('--dashboard-port', values['dashboard-port']);
  return {
    ...(port !== undefined && { port }),
    ...(dashboardPort !== undefined && { dashboardPort }),
    cluster: values.cluster,
    traffic: !values['no-traffic'],
    dashboard: !values['no-dashboard'],
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
        'dashboard-port': { type: 'string' },
        cluster: { type: 'boolean', default: false },
        'no-traffic': { type: 'boolean', default: false },
        'no-dashboard': { type: 'boolean', default: false },
        'data-dir': { type: 'string', default: '.data' },
        fresh: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error}: npm start -- --help lists the options.`);
  }
}
