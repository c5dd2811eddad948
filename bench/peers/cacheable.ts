import KeyvRedis, { createKeyv as createRedisKeyv } from '@keyv/redis';
import { Cacheable, createKeyv } from 'cacheable';
import { Keyv } from 'keyv';
import { RUN, TTL_MS } from '../workload.js';
import type { OpenCache, Peer } from './peer.js';

/** Its own memory store, by reference instead of by clone, as its documentation advises where speed counts. */
export const memoryKeyv = () => createKeyv({ useClone: false, lruSize: 100_000 });

export const redisKeyv = (url: string) => createRedisKeyv(url, { namespace: `keyv-${RUN}` });

async function opened(options: ConstructorParameters<typeof Cacheable>[0]): Promise<OpenCache> {
  const cache = new Cacheable({ ttl: TTL_MS, ...options });
  cache.on('error', () => {});
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrSet: (key, load) => cache.getOrSet(key, load),
    close: () => cache.disconnect(),
  };
}

export const cacheable: Peer = {
  name: 'cacheable',
  memory: () => opened({ primary: memoryKeyv() }),
  shared: (url) => opened({ primary: redisKeyv(url) }),
  tiered: (url) => opened({ primary: memoryKeyv(), secondary: redisKeyv(url) }),
};

/** Never waits for Redis, and so loads what Redis holds: only for the case in which there is no Redis. */
export const cacheableNonBlocking: Peer = {
  ...cacheable,
  name: 'cacheable, nonBlocking',
  tiered(url) {
    const connection = { url, disableOfflineQueue: true, socket: { reconnectStrategy: false as const } };
    const store = new KeyvRedis(connection, { throwOnConnectError: false });
    return opened({ primary: memoryKeyv(), secondary: new Keyv({ store, throwOnErrors: false }), nonBlocking: true });
  },
};
