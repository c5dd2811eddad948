import { randomUUID } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { tenantId } from '../../src/core/tenant-id.js';
import { MemoryWatchlists } from '../../src/testing/memory-watchlists.js';
import { watchlistStoreContract } from '../../src/testing/watchlist-store-contract.js';

watchlistStoreContract({ describe, it }, 'memory', async () => {
  const store = new MemoryWatchlists();
  return {
    process: () => store,
    tenant: async () => tenantId(`t-${randomUUID()}`),
    removeTenant: async (tenant) => store.removeTenant(tenant),
    close: async () => {},
  };
});
