import { type CacheOptions, createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { testRedisUrl } from './redis-url.js';

const open: TenantCacheServer[] = [];

/** A process of its own on the tests' Redis, as far as the cache can tell. The deadline is generous: the machine is shared. */
export function redisCache(options: Partial<CacheOptions> = {}): TenantCacheServer {
  const cache = createTenantCache({
    redis: { url: testRedisUrl() },
    tenants: { default: { quotaBytes: 1e6 } },
    redisTimeout: '5s',
    // On a Redis that tests share, a leader would hold the tenants of the others to what its own directory says.
    upkeep: false,
    ...options,
  });
  open.push(cache);
  return cache;
}

export async function closeRedisCaches(): Promise<void> {
  await Promise.all(open.splice(0).map((cache) => cache.close()));
}
