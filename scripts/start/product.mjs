// @ts-check
import path from 'node:path';
import { answersOk } from '../services/reachable.mjs';

/** @typedef {import('../services/supervisor.mjs').Supervisor} Supervisor */
/** @typedef {import('./secrets.mjs').Secrets} Secrets */

const READY_TIMEOUT_MS = 90_000;

/**
 * @param {NodeJS.ProcessEnv} own
 * @returns {NodeJS.ProcessEnv} the user's environment without npm's settings, which are not the programs' business
 */
function environment(own) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) && name !== 'NODE_OPTIONS');
  return { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...own };
}

/**
 * The exchange on loopback that the real ccxt client talks to.
 * @param {{ root: string, supervisor: Supervisor, port: number }} options
 */
export async function startSimulator({ root, supervisor, port }) {
  const running = await supervisor.launch({
    name: 'simulator',
    command: process.execPath,
    args: [path.join(root, 'server/example/dist/simulator.js')],
    cwd: root,
    env: environment({ SIMULATOR_PORT: String(port) }),
    graceMs: 3_000,
  });
  await supervisor.untilReady(running, () => answersOk(`http://127.0.0.1:${port}/api/v3/ping`), READY_TIMEOUT_MS);
  return running;
}

/**
 * @param {object} options
 * @param {string} options.root
 * @param {Supervisor} options.supervisor
 * @param {number} options.port
 * @param {Secrets} options.secrets
 * @param {{ appUrl: string, adminUrl: string }} options.database
 * @param {{ url?: string, cluster?: string }} options.redis
 * @param {string} options.exchangeUrl
 */
export async function startApi({ root, supervisor, port, secrets, database, redis, exchangeUrl }) {
  const running = await supervisor.launch({
    name: 'api',
    command: process.execPath,
    args: [path.join(root, 'server/example/dist/main.js')],
    cwd: root,
    env: environment({
      HOST: '127.0.0.1',
      PORT: String(port),
      REDIS_URL: redis.url,
      REDIS_CLUSTER: redis.cluster,
      DATABASE_URL: database.appUrl,
      DATABASE_ADMIN_URL: database.adminUrl,
      ADMIN_TOKEN_SECRET: secrets.adminTokenSecret,
      TENANT_TOKEN_SECRET: secrets.tenantTokenSecret,
      EXCHANGE_URL: exchangeUrl,
      USAGE_FLUSH_INTERVAL: '15s',
    }),
    // Its own limit for finishing requests and merging counters is 10 seconds.
    graceMs: 12_000,
  });
  await supervisor.untilReady(running, () => answersOk(`http://127.0.0.1:${port}/livez`), READY_TIMEOUT_MS);
  return running;
}

/**
 * @param {object} options
 * @param {string} options.root
 * @param {Supervisor} options.supervisor
 * @param {number} options.port
 * @param {Secrets} options.secrets
 * @param {{ appUrl: string, adminUrl: string }} options.database
 * @param {string} options.apiUrl
 * @param {string | undefined} options.prometheusUrl
 */
export async function startDashboard({ root, supervisor, port, secrets, database, apiUrl, prometheusUrl }) {
  const directory = path.join(root, 'dashboard');
  const running = await supervisor.launch({
    name: 'dashboard',
    command: process.execPath,
    args: ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)],
    cwd: directory,
    env: environment({
      NEXT_TELEMETRY_DISABLED: '1',
      DATABASE_URL: database.appUrl,
      DATABASE_ADMIN_URL: database.adminUrl,
      API_URL: apiUrl,
      ADMIN_TOKEN_SECRET: secrets.adminTokenSecret,
      SESSION_SECRET: secrets.sessionSecret,
      PROMETHEUS_URL: prometheusUrl,
      NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: secrets.serverActionsKey,
    }),
    graceMs: 5_000,
  });
  await supervisor.untilReady(running, () => answersOk(`http://127.0.0.1:${port}/`), READY_TIMEOUT_MS);
  return running;
}

/**
 * @param {{ root: string, supervisor: Supervisor, apiUrl: string, secrets: Secrets }} options
 */
export async function startTraffic({ root, supervisor, apiUrl, secrets }) {
  return supervisor.launch({
    name: 'traffic',
    command: process.execPath,
    args: [path.join(root, 'server/example/dist/traffic.js')],
    cwd: root,
    env: environment({
      API_URL: apiUrl,
      ADMIN_TOKEN_SECRET: secrets.adminTokenSecret,
      TENANT_TOKEN_SECRET: secrets.tenantTokenSecret,
      TRACES_DIR: process.env.TRACES_DIR || path.resolve(root, '../shared/traces'),
    }),
    graceMs: 5_000,
  });
}
