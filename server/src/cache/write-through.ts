import type { TenantId } from '../core/tenant-id.js';
import type { SetResult } from './set-result.js';

/** What a write does to the cache, on one entry of one tenant. */
export interface CacheSteps {
  /** As `TenantCache.set`, errors of the quota included. */
  set(): Promise<SetResult>;
  /** As `TenantCache.delete`: where the store does not answer it is sent later, and until then nothing is read. */
  invalidate(): Promise<unknown>;
  /** Loads under way read the source before the write: they serve those who wait, and are not kept. */
  voidLoads(): unknown;
  /** The figures where nothing was stored. */
  unstored(): SetResult;
}

/** What `persist` of a write-through is told. */
export interface PersistContext {
  readonly tenantId: TenantId;
  /** The caller's own, where it gave one. */
  readonly signal?: AbortSignal;
}

/** Brings a value to the source; what it rejects with goes to the caller of `writeThrough`. */
export type Persist<T> = (value: T, context: PersistContext) => unknown;

/** Persists first; the cache follows. @throws what `persist` throws, and then the cache is as it was */
export async function writeThrough(steps: CacheSteps, persist: () => unknown): Promise<SetResult> {
  // Nobody who asks from here on may join a load that began before the source changes.
  void steps.voidLoads();
  await persist();
  void steps.voidLoads();
  return follow(steps);
}

/** The cache takes over what the source or the queue has: the new value, or none, never the old one. */
export async function follow(steps: CacheSteps): Promise<SetResult> {
  try {
    const result = await steps.set();
    if (result.stored) return result;
    await steps.invalidate();
    return result;
  } catch {
    // The write itself stands, so neither a quota nor a store may fail it.
    await steps.invalidate();
    return steps.unstored();
  }
}
