import { createCache } from 'cache-manager';
import type { Keyv } from 'keyv';
import { TTL_MS } from '../workload.js';
import { memoryKeyv, redisKeyv } from './cacheable.js';
import type { OpenCache, Peer } from './peer.js';

async function opened(stores: Keyv[]): Promise<OpenCache> {
  const cache = createCache({ stores, ttl: TTL_MS });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrSet: (key, load) => cache.wrap(key, load),
    close: () => cache.disconnect(),
  };
}

export const cacheManager: Peer = {
  name: 'cache-manager + keyv',
  memory: () => opened([memoryKeyv()]),
  shared: (url) => opened([redisKeyv(url)]),
  tiered: (url) => opened([memoryKeyv(), redisKeyv(url)]),
};
