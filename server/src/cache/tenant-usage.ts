import type { QuotaState } from '../core/quota.js';
import type { CacheEngine } from './cache-engine.js';
import { MAX_ROUNDS_TO_READ } from './settled-usage.js';
import type { TenantRuntime } from './tenant-runtime.js';

export interface TenantUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** Quota plus overage where overage is allowed. */
  readonly hardLimitBytes: number;
  readonly entries: number;
  readonly state: QuotaState;
}

/** Exact at this moment where the shared store answers and little was dead, else the last known. */
export async function tenantUsage(engine: CacheEngine, { tenant }: TenantRuntime): Promise<TenantUsage> {
  engine.assertOpen();
  const runtime = await engine.registry.open(tenant);
  const { usedBytes, entries } = await engine.settle(runtime, MAX_ROUNDS_TO_READ, true);
  const { quotaBytes, hardLimitBytes, state } = runtime.counters;
  return { usedBytes, quotaBytes, hardLimitBytes, entries, state };
}
