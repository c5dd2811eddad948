import { setTimeout as delay } from 'node:timers/promises';
import type { SharedStore } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { StoreUsage } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';

/** A reader of figures would rather wait a moment than hear that there are none; a request of the hot path would not. */
const ATTEMPTS = 3;
const PAUSE_MS = 50;
/** Of settling in one request; what then is left dead is for the next, or for the sweeper. */
export const MAX_ROUNDS_TO_READ = 64;

export interface SettledUsage extends StoreUsage {
  /** False where so much was dead that some of it still counts; each further call has less to do. */
  readonly exact: boolean;
}

/** What settles the dead alone: that a lowered quota evicts is no affair of whoever reads figures. */
export function withoutEviction(limits: Limits): Limits {
  return { ...limits, enforcement: 'off' };
}

/**
 * What the shared store counts at this moment, once what is dead is settled: 64 rounds of it at most.
 * @param onExpired hears of each round how many entries had expired
 * @throws TenantCacheError `STORE_UNAVAILABLE` where it does not answer three times
 */
export async function settledUsage(
  store: SharedStore,
  tenant: TenantId,
  limits: Limits,
  onExpired: (entries: number) => void,
): Promise<SettledUsage> {
  const dead = withoutEviction(limits);
  for (let round = 1; ; round++) {
    const { usedBytes, entries, expiredEntries, more } = await patiently(() => store.settle(tenant, dead));
    onExpired(expiredEntries);
    if (!more || round === MAX_ROUNDS_TO_READ) return { usedBytes, entries, exact: !more };
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
