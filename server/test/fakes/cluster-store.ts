import { Cluster, type Redis } from 'ioredis';
import type { RedisStoreOptions } from '../../src/l2/create-redis-store.js';
import { testClusterAddresses } from './cluster-addresses.js';
import { redisStore } from './redis-store.js';

export const clusterUrls = (addresses: readonly string[]) => addresses.map((address) => `redis://${address}`);

/** A store, bus and queue on a Cluster: the tests' own where none is named. */
export function clusterStore(options: Partial<RedisStoreOptions> = {}, addresses = testClusterAddresses()) {
  return redisStore({ redis: { cluster: clusterUrls(addresses) }, ...options });
}

/** A client of the test's own; it routes each call by its first key, so helpers that are written for one Redis serve. */
export function clusterClient(addresses = testClusterAddresses()): Redis {
  const nodes = addresses.map((address) => ({ host: '127.0.0.1', port: Number(address.split(':')[1]) }));
  return new Cluster(nodes) as unknown as Redis;
}
