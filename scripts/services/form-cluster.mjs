// @ts-check
import { Trouble } from '../trouble.mjs';
import { askRedis } from './ask-redis.mjs';

const SLOTS = 16_384;
const CHECK_MS = 50;
const FORM_TIMEOUT_MS = 30_000;

/** What each node is started with; its directory is the process's own, so that a path with a space need not survive Redis's parser. */
export const CLUSTER_ARGS = [
  ['--cluster-enabled', 'yes'],
  ['--cluster-config-file', 'nodes.conf'],
  ['--cluster-node-timeout', '2000'],
  ['--cluster-announce-ip', '127.0.0.1'],
  // While one master is gone the tenants of the others go on.
  ['--cluster-require-full-coverage', 'no'],
  // A replica that comes back is of use after its copy, not 5 s later.
  ['--repl-diskless-sync-delay', '0'],
].flat();

/** @param {number} port */
export const busPortOf = (port) => port + 10_000;

/**
 * Makes fresh nodes one cluster: the first half masters, each with one replica of the second half.
 * @param {readonly number[]} ports of nodes that answer
 */
export async function formCluster(ports) {
  const masters = ports.slice(0, ports.length / 2);
  const bounds = [...masters.keys(), masters.length].map((index) => Math.round((index * SLOTS) / masters.length));
  // Masters that begin with the same epoch would have to settle which of them is right.
  await Promise.all(ports.map((port, index) => askRedis(port, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`)));
  await Promise.all(
    masters.map((port, index) =>
      askRedis(port, `CLUSTER ADDSLOTSRANGE ${bounds[index]} ${Number(bounds[index + 1]) - 1}`),
    ),
  );
  for (const port of ports) {
    for (const other of ports) if (other > port) await askRedis(port, `CLUSTER MEET 127.0.0.1 ${other}`);
  }
  await until(ports, async () => (await Promise.all(ports.map(nodesOf))).every((nodes) => isMet(nodes, ports.length)));
  for (const [index, port] of ports.slice(masters.length).entries()) {
    await askRedis(port, `CLUSTER REPLICATE ${await askRedis(Number(masters[index]), 'CLUSTER MYID')}`);
  }
  await untilWhole(ports);
}

/**
 * Waits until every node knows all others, each slot is served and each replica follows its master.
 * @param {readonly number[]} ports
 */
export async function untilWhole(ports) {
  await until(ports, async () => (await Promise.all(ports.map((port) => isWhole(port, ports.length)))).every(Boolean));
}

/** @param {readonly number[]} ports @param {() => Promise<boolean>} condition @throws {Trouble} where it does not come true */
async function until(ports, condition) {
  const deadline = performance.now() + FORM_TIMEOUT_MS;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) {
      const states = await Promise.all(ports.map((port) => askRedis(port, 'CLUSTER NODES').catch(String)));
      throw new Trouble(
        `The nodes on ${ports.join(', ')} were no whole cluster within ${FORM_TIMEOUT_MS / 1_000} s: start it again with --fresh.`,
        states[0],
      );
    }
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

/** @param {number} port @returns {Promise<string[]>} lines of CLUSTER NODES */
async function nodesOf(port) {
  return (await askRedis(port, 'CLUSTER NODES')).trim().split('\n');
}

/** @param {string[]} nodes @param {number} count */
function isMet(nodes, count) {
  return nodes.length === count && nodes.every((line) => !/handshake|fail|disconnected/.test(line));
}

/** @param {number} port @param {number} count */
async function isWhole(port, count) {
  const info = await askRedis(port, 'CLUSTER INFO');
  if (!info.includes('cluster_state:ok') || !info.includes(`cluster_slots_ok:${SLOTS}`)) return false;
  const nodes = await nodesOf(port);
  if (!isMet(nodes, count) || nodes.filter((line) => line.includes('slave')).length !== count / 2) return false;
  const replication = await askRedis(port, 'INFO replication');
  return replication.includes('role:master') || replication.includes('master_link_status:up');
}
