// @ts-check
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.mjs';
import { say, seconds } from '../say.mjs';
import { Ports } from '../services/ports.mjs';
import { providePostgres } from '../services/postgres.mjs';
import { providePrometheus } from '../services/prometheus.mjs';
import { provideRedis } from '../services/redis.mjs';
import { endCommandsUnderWay } from '../services/run.mjs';
import { Supervisor } from '../services/supervisor.mjs';
import { build } from '../setup/build.mjs';
import { requireSpace, requireUsableCheckout } from '../setup/checkout.mjs';
import { install, isInstalled } from '../setup/install.mjs';
import { report } from '../trouble.mjs';
import { announce } from './announce.mjs';
import { prepareDatabase } from './database.mjs';
import { listenForTheEnd } from './ending.mjs';
import { removeData } from './fresh.mjs';
import { lockDirectory } from './lock.mjs';
import { HELP, parseStartOptions } from './options.mjs';
import { startApi, startDashboard, startSimulator, startTraffic } from './product.mjs';
import { readOrMakeSecrets } from './secrets.mjs';
import { watch } from './watch.mjs';

/** @typedef {import('./options.mjs').StartOptions} StartOptions */

/** @param {string[]} args */
export async function main(args) {
  const options = parseStartOptions(args, PROJECT_ROOT);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  await requireUsableCheckout(PROJECT_ROOT);
  const unlock = lockDirectory(options.dataDirectory);
  const supervisor = new Supervisor({
    logDirectory: path.join(options.dataDirectory, 'logs'),
    ledgerFile: path.join(options.dataDirectory, 'processes.json'),
  });
  process.on('exit', () => {
    supervisor.killAll();
    endCommandsUnderWay();
    unlock();
  });
  /** @type {Promise<void> | undefined} */
  let ending;
  /** @param {number} exitCode */
  const end = (exitCode) => {
    ending ??= supervisor.stopAll().then((stopped) => {
      if (stopped > 0) say('end', 'everything is stopped');
      process.exit(exitCode);
    });
    return ending;
  };
  listenForTheEnd({
    onFirst: (reason) => {
      say('end', `${reason}: stopping everything, which takes up to 20 s; once more to kill it`);
      endCommandsUnderWay();
      void end(0);
    },
    onSecond: () => process.exit(1),
  });
  try {
    await startEverything(options, supervisor, () => end(1));
  } catch (error) {
    // What fails after the end was asked for fails because of it.
    if (!supervisor.isStopping) report(error);
    await end(1);
  }
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
  const orphans = (await supervisor.ledger?.endOrphans()) ?? [];
  if (orphans.length > 0) say('start', `ended what an earlier run left: ${orphans.join(', ')}`);
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
  const redis = await provideRedis({
    url: process.env.REDIS_URL,
    directory: path.join(dataDirectory, 'redis'),
    packageDirectory,
    durable: true,
    choosePort: () => ports.prefer('redis', 6379),
    supervisor,
  });
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
  needed.push(
    await startApi({ root, supervisor, port: apiPort, secrets, database, redisUrl: redis?.url, exchangeUrl }),
  );
  if (options.dashboard) {
    say('dashboard', 'starting …');
    const prometheusUrl = prometheus?.url;
    needed.push(
      await startDashboard({ root, supervisor, port: dashboardPort, secrets, database, apiUrl, prometheusUrl }),
    );
  }
  const traffic = options.traffic ? await startTraffic({ root, supervisor, apiUrl, secrets }) : undefined;
  watch({ needed, spared: [redis?.running, prometheus?.running, traffic], supervisor, onLoss });

  say('start', `ready after ${seconds(performance.now() - startedAt)}; logs in ${supervisor.logDirectory}`);
  announce(
    {
      apiUrl,
      ...(options.dashboard && { dashboardUrl }),
      ...(prometheus && { prometheusUrl: prometheus.url }),
      ...(redis && { redisUrl: redis.url }),
      ...(redis?.running && { redisPid: redis.running.pid }),
      signIns: database.signIns,
      dataDirectory,
      pid: process.pid,
    },
    { json: options.json },
  );
  // The children are spawned detached and their pipes are files: something has to keep this process.
  setInterval(() => {}, 2 ** 30);
}
