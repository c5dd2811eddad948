import type { TenantCounters } from '../core/counters.js';
import { QuotaExceededError } from '../core/errors.js';
import { type Limits, type QuotaState, quotaState } from '../core/quota.js';
import type { WriteOutcome } from '../core/store-outcomes.js';

/** What the shared store said of a write; `outcome` is undefined where the shared store did not answer. */
export interface Written {
  readonly outcome: WriteOutcome | undefined;
  readonly limits: Limits;
  readonly sizeBytes: number;
  /** The largest entry that the cache takes from anybody. */
  readonly maxEntryBytes: number;
}

/** What a write came to. Bytes count keys, values and bookkeeping of all the tenant's live entries. */
export interface SetResult {
  readonly stored: boolean;
  /** Entries of this tenant that made room. */
  readonly evicted: number;
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly state: QuotaState;
  /** Of a resource with `waitForReplicas`: how many have it. Fewer than asked for is no failure. */
  readonly replicas?: number;
}

/** @throws QuotaExceededError where the enforcement is `hard` and the entry was kept out */
export function setResult({ outcome, limits, sizeBytes, maxEntryBytes }: Written, counters: TenantCounters): SetResult {
  const { quotaBytes, hardLimitBytes } = limits;
  if (outcome === undefined) {
    return { stored: false, evicted: 0, usedBytes: counters.usedBytes, quotaBytes, state: counters.state };
  }
  const { status, usedBytes } = outcome;
  const stored = status === 'stored';
  if (!stored && status !== 'void' && limits.enforcement === 'hard') {
    throw new QuotaExceededError(
      status === 'full' ? 'QUOTA_EXCEEDED' : 'ENTRY_TOO_LARGE',
      sizeBytes,
      usedBytes,
      status === 'full' ? hardLimitBytes : Math.min(hardLimitBytes, maxEntryBytes),
    );
  }
  const state = quotaState(usedBytes, limits);
  const result = { stored, evicted: outcome.evictedEntries, usedBytes, quotaBytes, state };
  return outcome.replicas === undefined ? result : { ...result, replicas: outcome.replicas };
}
