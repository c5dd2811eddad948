import { randomUUID } from 'node:crypto';
import { describe, it } from '@jest/globals';
import type { QuotaChange } from '../../src/core/directory.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { alertStoreContract } from '../../src/testing/alert-store-contract.js';
import { MemoryAlertStore } from '../../src/testing/memory-alert-store.js';

alertStoreContract({ describe, it }, 'memory', async () => {
  const rows: QuotaChange[] = [];
  const store = new MemoryAlertStore(({ id: actor, source }, deed) => {
    rows.unshift({
      id: randomUUID(),
      at: new Date().toISOString(),
      actor,
      onBehalfOf: null,
      source,
      ip: null,
      ...deed,
    });
  });
  return {
    process: () => store,
    tenant: async () => tenantId(`t-${randomUUID()}`),
    audited: async (tenant) => rows.filter((row) => row.tenantId === tenant),
    close: async () => {},
  };
});
