import { type Cache, createCache, type StorageInputMemory, type StorageInputRedis } from 'async-cache-dedupe';
import { Redis } from 'ioredis';
import { RUN, TTL_MS } from '../workload.js';
import type { OpenCache, Peer } from './peer.js';

interface Wanted {
  readonly key: string;
  readonly load: () => Promise<unknown>;
}

async function opened(storage: StorageInputMemory | StorageInputRedis, client?: Redis): Promise<OpenCache> {
  const cache: Cache = createCache({ ttl: TTL_MS / 1_000, storage });
  const defined = cache.define('load', { serialize: ({ key }: Wanted) => `${RUN}${key}` }, ({ load }: Wanted) =>
    load(),
  );
  return {
    getOrSet: (key, load) => defined.load({ key, load }),
    async close() {
      client?.disconnect();
    },
  };
}

/** It keeps its results in memory or in Redis, never in both. */
export const asyncCacheDedupe: Peer = {
  name: 'async-cache-dedupe',
  memory: () => opened({ type: 'memory', options: { size: 100_000 } }),
  shared(url) {
    const client = new Redis(url, { enableAutoPipelining: true }).on('error', () => {});
    return opened({ type: 'redis', options: { client } }, client);
  },
  tiered: (url) => asyncCacheDedupe.shared(url),
};
