import type { ClusterHealth, NodeHealth, StoreHealth } from '../core/store-health.js';
import { clusterInfo, nodeInfo } from './info-fields.js';
import type { PlacedTopology } from './placement.js';
import type { RedisNode } from './redis-node.js';

/** Asks every server at once, each under its deadline: whatever they do, an answer comes. */
export async function storeHealth(topology: PlacedTopology): Promise<StoreHealth> {
  const servers = topology.nodes();
  const inCluster = topology.ranges !== undefined;
  const [nodes, cluster] = await Promise.all([
    Promise.all(servers.map(healthOf)),
    inCluster ? clusterOf(servers) : undefined,
  ]);
  // Nothing is known to answer for the slots of a Cluster without nodes.
  const state = servers.length === 0 ? 'down' : topology.state();
  return { kind: inCluster ? 'cluster' : 'redis', state, bypassed: false, nodes, cluster };
}

async function healthOf(server: RedisNode): Promise<NodeHealth> {
  const { guard, connections } = server;
  const startedMs = performance.now();
  const [pingMs, info, slowCalls] = await Promise.all([
    guard.ask(() => connections.reads.ping()).then(() => performance.now() - startedMs, nothing),
    guard.ask(() => connections.reads.info()).catch(nothing),
    // A user of an older ACL may not: that alone tells of no trouble.
    guard.ask(() => connections.reads.call('SLOWLOG', 'LEN')).catch(nothing),
  ]);
  return {
    node: server.address,
    // Read last: an answer that is late may have opened the breaker, or closed it.
    state: server.state,
    breaker: guard.closed ? 'closed' : 'open',
    pingMs,
    info: info === undefined ? undefined : nodeInfo(info, typeof slowCalls === 'number' ? slowCalls : undefined),
  };
}

/** As the first sees it that answers. */
async function clusterOf(servers: readonly RedisNode[]): Promise<ClusterHealth | undefined> {
  for (const { guard, connections } of servers) {
    const info = await guard.ask(() => connections.reads.cluster('INFO')).catch(nothing);
    if (typeof info === 'string') return clusterInfo(info);
  }
  return undefined;
}

function nothing(): undefined {}
