import { randomUUID } from 'node:crypto';
import { describe, it } from '@jest/globals';
import type { QuotaChange } from '../../src/core/directory.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { MemoryApiKeys } from '../../src/tenant/memory-api-keys.js';
import { apiKeyStoreContract } from '../../src/testing/api-key-store-contract.js';

apiKeyStoreContract({ describe, it }, 'memory', async () => {
  const rows: QuotaChange[] = [];
  const tenants = new Set<TenantId>();
  const store = new MemoryApiKeys(
    (tenant) => tenants.has(tenant),
    ({ id: actor, source }, deed) => {
      rows.unshift({
        id: randomUUID(),
        at: new Date().toISOString(),
        actor,
        onBehalfOf: null,
        source,
        ip: null,
        ...deed,
      });
    },
  );
  return {
    process: () => store,
    async tenant() {
      const tenant = tenantId(`t-${randomUUID()}`);
      tenants.add(tenant);
      return tenant;
    },
    async removeTenant(tenant) {
      tenants.delete(tenant);
      store.removeTenant(tenant);
    },
    audited: async (tenant) => rows.filter((row) => row.tenantId === tenant),
    close: async () => {},
  };
});
