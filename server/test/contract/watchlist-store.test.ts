import { randomUUID } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { MemoryWatchlists } from '../../src/testing/memory-watchlists.js';
import { watchlistStoreContract } from '../../src/testing/watchlist-store-contract.js';

watchlistStoreContract({ describe, it }, 'memory', async () => {
  const suspended = new Set<TenantId>();
  const store = new MemoryWatchlists(async (tenant) => suspended.has(tenant));
  return {
    process: () => store,
    tenant: async () => tenantId(`t-${randomUUID()}`),
    removeTenant: async (tenant) => store.removeTenant(tenant),
    suspendTenant: async (tenant) => void suspended.add(tenant),
    close: async () => {},
  };
});
