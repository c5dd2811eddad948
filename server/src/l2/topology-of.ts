import type { Cluster, Redis } from 'ioredis';
import { ClusterSource } from './cluster-source.js';
import { RedisCluster } from './redis-cluster.js';
import type { ServerSource } from './redis-connections.js';
import { RedisNode, type RedisNodeOptions } from './redis-node.js';
import { type RedisTopology, SingleRedis } from './redis-topology.js';

/** Where Redis is: a URL, those of some nodes of a Cluster, or a client of the application's own whose options are taken. */
export type RedisSource =
  | { readonly url: string }
  | { readonly cluster: readonly string[] }
  | { readonly client: Redis | Cluster };

export interface TopologyOptions
  extends Pick<RedisNodeOptions, 'deadlineMs' | 'failures' | 'halfOpenAfterMs' | 'logger' | 'emit'> {
  /** Sends what found a server away; `concerns` says of which lanes. */
  readonly beforeClose: (concerns: (lane: number) => boolean) => Promise<readonly unknown[]>;
  /** Calls of these lanes reach their server again, or will in a moment. */
  readonly onReturn: (concerns: (lane: number) => boolean) => void;
  /** A server that may lack what was acknowledged of these lanes took them over, or came back without it. */
  readonly onSuccession: (concerns: (lane: number) => boolean) => void;
}

/** Connects in the background. */
export function topologyOf(redis: RedisSource, options: TopologyOptions): RedisTopology {
  const cluster = clusterSource(redis);
  if (cluster) return openCluster(cluster, options);
  const source = redis as Extract<RedisSource, ServerSource>;
  const everything = () => true;
  return new SingleRedis(
    new RedisNode({
      ...options,
      source,
      address: addressOf(source),
      inCluster: false,
      beforeClose: () => options.beforeClose(everything),
      onReturn: () => options.onReturn(everything),
      onRestart: () => options.onSuccession(everything),
    }),
  );
}

function openCluster(source: ClusterSource, options: TopologyOptions): RedisTopology {
  const lanesOf = (node: RedisNode) => (lane: number) => cluster.nodeOf(lane) === node;
  const cluster: RedisCluster = new RedisCluster({
    source,
    deadlineMs: options.deadlineMs,
    onSuccession: options.onSuccession,
    openNode: (address) =>
      new RedisNode({
        ...options,
        emit: (event) => options.emit(event.type === 'breaker' ? { ...event, node: address } : event),
        source: source.node(address),
        address,
        inCluster: true,
        beforeClose: (node) => options.beforeClose(lanesOf(node)),
        onReturn: (node) => options.onReturn(lanesOf(node)),
        onRestart: (node) => options.onSuccession(lanesOf(node)),
      }),
  });
  return cluster;
}

function clusterSource(redis: RedisSource): ClusterSource | undefined {
  if ('cluster' in redis) return ClusterSource.ofUrls(redis.cluster);
  if ('client' in redis && redis.client.isCluster) return ClusterSource.ofClient(redis.client as Cluster);
  return undefined;
}

function addressOf(source: ServerSource): string {
  if ('host' in source) return `${source.host}:${source.port}`;
  if ('client' in source) return `${source.client.options.host ?? 'localhost'}:${source.client.options.port ?? 6379}`;
  const { hostname, port } = new URL(source.url);
  return `${hostname}:${port || 6379}`;
}
