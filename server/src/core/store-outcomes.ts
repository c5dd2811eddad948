import type { QuotaState } from './quota.js';

/** `void`: the lease under which the write came no longer stands; nothing changed. */
export type WriteStatus = 'stored' | 'too-large' | 'full' | 'void';

/**
 * A tenant's use passed a threshold. One caller over all processes hears of each crossing; the state falls back only once
 * use has fallen to 95 % of the threshold (`FALL_BACK_RATIO`), so that use that wavers about it is told once.
 */
export interface QuotaCrossing {
  readonly from: QuotaState;
  readonly to: QuotaState;
  readonly usedBytes: number;
  /** The store's clock, in milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * What a call does to a tenant beside what it is asked for. Each entry and each crossing is told once, by one call: whoever
 * leaves it uncounted loses it.
 */
export interface Consequences {
  /** Found to have expired and given back; writes of one call share them, and one of them tells. */
  readonly expiredEntries: number;
  readonly evictedEntries: number;
  readonly evictedBytes: number;
  readonly crossing?: QuotaCrossing | undefined;
}

/** The honest result of one write. Bytes count key, value and bookkeeping of all the tenant's live entries. */
export interface WriteOutcome extends Consequences {
  readonly status: WriteStatus;
  readonly sizeBytes: number;
  readonly sequence: number;
  /** What `hard` would have done where the enforcement is `observe`: counted, not done. */
  readonly wouldEvictBytes: number;
  readonly wouldReject: boolean;
  readonly usedBytes: number;
  readonly entries: number;
  /** How many replicas had the entry in time, where the body said to wait for some; fewer is no failure. */
  readonly replicas?: number | undefined;
}

export interface StoreUsage {
  readonly usedBytes: number;
  readonly entries: number;
}

/** What the store integrates over a tenant's use at every change of it: grows for ever, unless the store is emptied. */
export interface StoreMeters {
  /** When this account began, in milliseconds since 1970: another value means that the others began again at 0. */
  readonly sinceMs: number;
  /** Bytes x milliseconds. */
  readonly byteMs: number;
  /** The same of what was above the quota at that time. */
  readonly overageByteMs: number;
  /** The greatest use since `sinceMs`. */
  readonly peakBytes: number;
  /** Crossings into `exceeded` or `critical`. */
  readonly timesExceeded: number;
}

/** What a change of limits would evict. `exact` is false where the store looked at its first 1,000 candidates only. */
export interface EvictionPreview extends StoreUsage {
  readonly evictBytes: number;
  readonly evictEntries: number;
  readonly exact: boolean;
  /** What had expired and was given back first, so that it is not counted among the victims. */
  readonly expiredEntries: number;
}

/** One bounded round of settling: what expired, what a clear left behind, what is above the limit in force. */
export interface SettleOutcome extends StoreUsage, Consequences {
  /** True where the bound of one round was reached and another is due. */
  readonly more: boolean;
  /** The meters of the account, as the store integrated them at every change. */
  readonly meters: StoreMeters;
}
