// @ts-check
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { say, seconds } from '../say.mjs';
import { readJson, writePrivateJson } from '../start/private-json.mjs';
import { Trouble } from '../trouble.mjs';
import { pings } from './ask-redis.mjs';
import { busPortOf, CLUSTER_ARGS, formCluster, untilWhole } from './form-cluster.mjs';
import { accepts, parseServiceUrl } from './reachable.mjs';
import { findServer } from './redis.mjs';

/** @typedef {import('./supervisor.mjs').Running} Running */
/** @typedef {import('./ports.mjs').Ports} Ports */

const NODES = 6;
const FIRST_PORT = 7_000;
const STEP = 10;
const TRIES = 20;
/** The bus of the last node has to be a port as well. */
const LAST_FIRST_PORT = 65_535 - 10_000 - NODES + 1;

/**
 * The cluster of the addresses, else 3 masters and 3 replicas started on loopback. A second start goes on with the data
 * of the first where its ports are free.
 * @param {object} options
 * @param {string | undefined} options.addresses such as `127.0.0.1:7000,127.0.0.1:7001`
 * @param {string} [options.variable] the variable that they came from
 * @param {boolean} [options.durable] keeps append-only files, by default; without them nothing outlives the processes
 * @param {string} options.directory for its data
 * @param {string} options.packageDirectory
 * @param {number} [options.firstPort] this one and the next five; by default 7000, or free ones above it
 * @param {Ports} options.ports
 * @param {import('./supervisor.mjs').Supervisor} options.supervisor
 * @returns {Promise<{ addresses: string, running: Running[] }>}
 * @throws {Trouble} where none is to be had
 */
export async function provideRedisCluster({
  addresses,
  variable = 'REDIS_CLUSTER',
  directory,
  packageDirectory,
  durable = true,
  firstPort,
  ports: free,
  supervisor,
}) {
  if (addresses) return { addresses: await requireCluster(variable, addresses), running: [] };
  const startedAt = performance.now();
  const server = await findServer(packageDirectory);
  if (!server)
    throw new Trouble(`There is no Redis for a cluster: install Redis 7 (redis-server), or set ${variable}.`);
  const clusterFile = path.join(directory, 'cluster.json');
  const kept = await keptPorts(clusterFile, firstPort, free);
  const ports = kept ?? (await choosePorts(firstPort, free));
  if (!kept) {
    // What was interrupted while it formed has no such file, and is made anew.
    rmSync(clusterFile, { force: true });
    rmSync(path.join(directory, 'nodes'), { recursive: true, force: true });
  }
  const running = [];
  // Those that were masters first: they end last, and need not wait for a replica that lags.
  for (const port of ports) {
    const nodeDirectory = path.join(directory, 'nodes', String(port));
    mkdirSync(nodeDirectory, { recursive: true });
    const node = await supervisor.launch({
      name: `redis-${port}`,
      command: server.command,
      args: [
        ...['--bind', '127.0.0.1', '--port', String(port), '--dir', '.', '--save', ''],
        ...['--appendonly', durable ? 'yes' : 'no', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
        ...CLUSTER_ARGS,
      ],
      cwd: nodeDirectory,
      ...(server.env && { env: server.env }),
    });
    running.push(node);
  }
  for (const [index, node] of running.entries()) {
    await supervisor.untilReady(node, () => pings(Number(ports[index])), 60_000);
  }
  await (kept ? untilWhole(ports) : formCluster(ports));
  writePrivateJson(clusterFile, { ports });
  const place = path.relative(process.cwd(), directory) || '.';
  say('cluster', `${kept ? 'goes on' : 'formed'} in ${seconds(performance.now() - startedAt)}, data in ${place}`);
  return { addresses: ports.map((port) => `127.0.0.1:${port}`).join(','), running };
}

/** @param {string} file @param {number | undefined} firstPort @param {Ports} free @returns {Promise<number[] | undefined>} of the cluster that ran here, where it can run again */
async function keptPorts(file, firstPort, free) {
  const ports = readJson(file)?.ports;
  if (!Array.isArray(ports) || ports.length !== NODES || (firstPort && ports[0] !== firstPort)) return undefined;
  const taken = await free.claimAll(ports.flatMap((port) => [port, busPortOf(port)]));
  if (taken === undefined) return ports;
  if (!firstPort) say('cluster', `port ${taken} of the cluster that ran here is taken: a new one is made`);
  return undefined;
}

/** @param {number | undefined} firstPort @param {Ports} free @returns {Promise<number[]>} */
async function choosePorts(firstPort, free) {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const first = firstPort ?? FIRST_PORT + attempt * STEP;
    const ports = Array.from({ length: NODES }, (_, index) => first + index);
    const taken = await free.claimAll(ports.flatMap((port) => [port, busPortOf(port)]));
    if (taken === undefined) return ports;
    const what = ports.includes(taken)
      ? `port ${taken} is taken`
      : `port ${taken}, the bus of ${taken - 10_000}, is taken`;
    if (firstPort) throw new Trouble(`The ${what}: end what listens there, or choose other ports with --port.`);
    say('cluster', `${what}, trying from ${first + STEP}`);
  }
  throw new Trouble(`No six free ports from ${FIRST_PORT} on: end some programs, or choose other ports with --port.`);
}

/** @param {string} option @param {string | undefined} text @returns {number | undefined} @throws {Trouble} */
export function firstPortOf(option, text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= LAST_FIRST_PORT) return port;
  throw new Trouble(
    `${option} is '${text}', but has to be a port from 1 to ${LAST_FIRST_PORT}: six are used, and the six 10,000 above.`,
  );
}

/**
 * @param {string} variable
 * @param {string} addresses
 * @returns {Promise<string>} as given
 * @throws {Trouble} where none of them answers
 */
async function requireCluster(variable, addresses) {
  for (const { host, port } of parseAddresses(variable, addresses)) {
    if (!(await accepts(host, port))) continue;
    say('cluster', `${host}:${port}, from ${variable}`);
    return addresses;
  }
  throw new Trouble(
    `None of the nodes of ${variable} answers: start them, or unset it to have a cluster started here.`,
  );
}

/**
 * @param {string} variable
 * @param {string} addresses
 * @throws {Trouble} where they are no list of addresses; the message holds no password
 */
export function parseAddresses(variable, addresses) {
  return addresses.split(',').map((address) => {
    const text = address.trim();
    const url = parseServiceUrl(variable, text.includes('://') ? text : `redis://${text}`);
    if (/^rediss?:$/.test(url.protocol) && url.hostname && url.port)
      return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) };
    throw new Trouble(`${variable} has to be a list such as 127.0.0.1:7000,127.0.0.1:7001: correct it, or unset it.`);
  });
}
