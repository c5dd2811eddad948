import { type CacheOptions, createTenantCache, type TenantCacheServer } from 'tenantcache';
import { RUN, TTL_MS } from '../workload.js';
import type { OpenCache, Peer } from './peer.js';

/** Above what a stall of the machine takes: a call that the deadline ended must not be counted as a fast one. */
const PATIENT = { redisTimeout: '5s' } as const;
let failures = 0;
const QUOTA_BYTES = 512 * 1024 * 1024;

/** Tenant, quota and metrics on, as in every other use; the deadline apart, all options are the defaults. */
export function open(options: Partial<CacheOptions>): TenantCacheServer {
  const cache = createTenantCache({
    tenants: { default: { quotaBytes: QUOTA_BYTES } },
    defaultTtl: TTL_MS,
    observers: [(event) => void (event.type === 'store-error' && failures++)],
    ...options,
  });
  return {
    ...cache,
    /** @throws where calls to Redis failed: a failed call is fast, and would look like a gain */
    async close() {
      await cache.close();
      if (failures > 0) throw new Error(`${failures} calls of tenantcache to Redis failed`);
    },
  };
}

async function opened(options: Partial<CacheOptions>): Promise<OpenCache> {
  const cache = open(options);
  await cache.ready();
  const tenant = cache.forTenant(`bench-${RUN}`);
  return {
    get: (key) => tenant.get('bench', key),
    set: async (key, value) => (await tenant.set('bench', key, value)).stored,
    getOrSet: (key, load) => tenant.getOrSet('bench', key, load),
    async close() {
      await tenant.clear();
      await tenant.usage();
      await cache.close();
    },
  };
}

export const tenantcache: Peer = {
  name: 'tenantcache',
  memory: () => opened({}),
  shared: (url) => opened({ redis: { url }, l1: false, ...PATIENT }),
  tiered: (url) => opened({ redis: { url }, ...PATIENT }),
};
