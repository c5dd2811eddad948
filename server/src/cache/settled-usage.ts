import type { SharedStore, StoreUsage } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';

/** What the shared store counts at this moment, once all that is due is settled; rejects where it does not answer. */
export async function settledUsage(store: SharedStore, tenant: TenantId, limits: Limits): Promise<StoreUsage> {
  for (;;) {
    const { usedBytes, entries, more } = await store.settle(tenant, limits);
    if (!more) return { usedBytes, entries };
  }
}
