// @ts-check
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say, seconds } from '../say.mjs';
import { Ports } from '../services/ports.mjs';
import { providePostgres } from '../services/postgres.mjs';
import { providePrometheus } from '../services/prometheus.mjs';
import { provideRedis } from '../services/redis.mjs';
import { provideRedisCluster } from '../services/redis-cluster.mjs';
import { build } from '../setup/build.mjs';
import { requireSpace, requireUsableCheckout } from '../setup/checkout.mjs';
import { install, isInstalled } from '../setup/install.mjs';
import { announce } from './announce.mjs';
import { prepareDatabase } from './database.mjs';
import { removeData } from './fresh.mjs';
import { HELP, parseStartOptions } from './options.mjs';
import { startApi, startDashboard, startSimulator, startTraffic } from './product.mjs';
import { readOrMakeSecrets } from './secrets.mjs';
import { underSupervision } from './under-supervision.mjs';
import { watch } from './watch.mjs';

/** @typedef {import('./options.mjs').StartOptions} StartOptions */
/** @typedef {import('../services/supervisor.mjs').Supervisor} Supervisor */
/** @typedef {import('../services/supervisor.mjs').Running} Running */

/** @param {string[]} args */
export async function main(args) {
  const options = parseStartOptions(args, PROJECT_ROOT);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  await requireUsableCheckout(PROJECT_ROOT);
  await underSupervision({ directory: options.dataDirectory, command: 'npm start' }, ({ supervisor, onLoss }) =>
    startEverything(options, supervisor, onLoss),
  );
}

/**
 * @param {StartOptions} options
 * @param {Supervisor} supervisor
 * @param {() => void} onLoss something ended that the product cannot do without
 */
async function startEverything(options, supervisor, onLoss) {
  const startedAt = performance.now();
  const root = PROJECT_ROOT;
  const { dataDirectory } = options;
  if (options.fresh) removeData(dataDirectory);
  mkdirSync(supervisor.logDirectory, { recursive: true });
  await requireSpace(root, { installed: await isInstalled(root) });

  const ports = new Ports();
  const apiPort = options.port ? await ports.exactly('--port', options.port) : await ports.prefer('api', 8080);
  const dashboardPort = options.dashboardPort
    ? await ports.exactly('--dashboard-port', options.dashboardPort)
    : await ports.prefer('dashboard', 3000);

  await install(root, supervisor.logDirectory);
  await build(root, supervisor.logDirectory, { dashboard: options.dashboard });

  const secrets = readOrMakeSecrets(dataDirectory);
  const packageDirectory = path.join(root, '.data', 'packages');
  const postgres = await providePostgres({
    url: process.env.DATABASE_SUPERUSER_URL,
    directory: path.join(dataDirectory, 'postgres'),
    durable: true,
    choosePort: () => ports.prefer('postgres', 5432),
    supervisor,
  });
  const redis = await provideStore({ options, packageDirectory, ports, supervisor });
  const prometheus = await providePrometheus({
    url: process.env.PROMETHEUS_URL,
    directory: path.join(dataDirectory, 'prometheus'),
    packageDirectory,
    target: `127.0.0.1:${apiPort}`,
    choosePort: () => ports.prefer('prometheus', 9090),
    supervisor,
  });
  const database = await prepareDatabase({
    superuserUrl: postgres.url,
    databaseName: process.env.DATABASE_NAME || 'tenantcache_demo',
    secrets,
    accountsFile: path.join(dataDirectory, 'demo-accounts.json'),
  });

  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const dashboardUrl = `http://127.0.0.1:${dashboardPort}`;
  const simulatorPort = await ports.prefer('simulator', 8090);
  const needed = [postgres.running];
  needed.push(await startSimulator({ root, supervisor, port: simulatorPort }));
  say('api', 'starting …');
  const exchangeUrl = `http://127.0.0.1:${simulatorPort}`;
  needed.push(await startApi({ root, supervisor, port: apiPort, secrets, database, redis, exchangeUrl }));
  if (options.dashboard) {
    say('dashboard', 'starting …');
    const prometheusUrl = prometheus?.url;
    needed.push(
      await startDashboard({ root, supervisor, port: dashboardPort, secrets, database, apiUrl, prometheusUrl }),
    );
  }
  const traffic = options.traffic ? await startTraffic({ root, supervisor, apiUrl, secrets }) : undefined;
  watch({ needed, spared: [...(redis.running ?? []), prometheus?.running, traffic], supervisor, onLoss });

  say('start', `ready after ${seconds(performance.now() - startedAt)}; logs in ${supervisor.logDirectory}`);
  announce(
    {
      apiUrl,
      ...(options.dashboard && { dashboardUrl }),
      ...(prometheus && { prometheusUrl: prometheus.url }),
      ...redisFacts(redis),
      signIns: database.signIns,
      dataDirectory,
      pid: process.pid,
    },
    { json: options.json },
  );
}

/** @typedef {{ url?: string, cluster?: string, running?: Running[] }} SharedStore none of them: none is to be had */

/**
 * @param {object} parts
 * @param {StartOptions} parts.options
 * @param {string} parts.packageDirectory
 * @param {Ports} parts.ports
 * @param {Supervisor} parts.supervisor
 * @returns {Promise<SharedStore>}
 */
async function provideStore({ options, packageDirectory, ports, supervisor }) {
  const addresses = process.env.REDIS_CLUSTER;
  if (options.cluster || addresses) {
    const directory = path.join(options.dataDirectory, 'cluster');
    const cluster = await provideRedisCluster({ addresses, directory, packageDirectory, ports, supervisor });
    return { cluster: cluster.addresses, running: cluster.running };
  }
  const redis = await provideRedis({
    url: process.env.REDIS_URL,
    directory: path.join(options.dataDirectory, 'redis'),
    packageDirectory,
    durable: true,
    choosePort: () => ports.prefer('redis', 6379),
    supervisor,
  });
  return { ...(redis && { url: redis.url }), ...(redis?.running && { running: [redis.running] }) };
}

/** @param {SharedStore} store */
function redisFacts({ url, cluster, running = [] }) {
  const pids = running.map(({ pid }) => pid);
  if (cluster) return { redisCluster: cluster, redisPids: pids };
  return { ...(url && { redisUrl: url }), ...(pids[0] && { redisPid: pids[0] }) };
}
