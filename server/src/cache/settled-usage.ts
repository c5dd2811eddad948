import { setTimeout as delay } from 'node:timers/promises';
import type { SharedStore, StoreUsage } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';

/** A reader of figures would rather wait a moment than hear that there are none; a request of the hot path would not. */
const ATTEMPTS = 3;
const PAUSE_MS = 50;

/**
 * What the shared store counts at this moment, once all that is due is settled.
 * @throws TenantCacheError `STORE_UNAVAILABLE` where it does not answer three times
 */
export async function settledUsage(store: SharedStore, tenant: TenantId, limits: Limits): Promise<StoreUsage> {
  for (;;) {
    const { usedBytes, entries, more } = await patiently(() => store.settle(tenant, limits));
    if (!more) return { usedBytes, entries };
  }
}

/** The answer of the first of three attempts that has one. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS);
    }
  }
}
