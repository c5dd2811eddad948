import type { QuotaState } from './quota.js';
import type { TenantId } from './tenant-id.js';

export type StaleReason = 'revalidate' | 'backoff' | 'soft-timeout' | 'load-failed';

/** What must be known sideways: rare enough to be an object. Everything frequent is a field of `TenantCounters`. */
export type CacheEvent =
  | { type: 'eviction'; tenant: TenantId; reason: 'space' | 'expired'; entries: number; bytes: number }
  | {
      type: 'rejection';
      tenant: TenantId;
      code: 'QUOTA_EXCEEDED' | 'ENTRY_TOO_LARGE';
      sizeBytes: number;
      observed: boolean;
    }
  | { type: 'quota-state'; tenant: TenantId; from: QuotaState; to: QuotaState; usedBytes: number; quotaBytes: number }
  | { type: 'settings-changed'; tenant: TenantId }
  | { type: 'load-error'; tenant: TenantId; resource: string; code: string }
  /** A stale value was answered: `revalidate` while a refresh runs, the others for want of a fresh one. */
  | { type: 'stale-served'; tenant: TenantId; resource: string; reason: StaleReason }
  /** A load's value was not stored, for an invalidation came in between. */
  | { type: 'load-voided'; tenant: TenantId; resource: string }
  | { type: 'invalidation'; tenant: TenantId; kind: 'keys' | 'tags' | 'resource' | 'prefix' | 'tenant' }
  /** An attempt to persist a queued write failed; `dead`: it was the last. */
  | {
      type: 'write-behind-failure';
      tenant: TenantId;
      resource: string;
      attempt: number;
      reason: string;
      dead: boolean;
    }
  | { type: 'store-error'; operation: string; code: string }
  | { type: 'breaker'; state: 'closed' | 'open' | 'half-open' }
  | { type: 'bus'; state: 'up' | 'down' }
  /** L1 gave half of its memory back, or may hold as much as its options say again. Ratio from 0 to 1. */
  | { type: 'memory-pressure'; state: 'shrunk' | 'recovered'; memoryUsedRatio: number; budgetBytes: number }
  | { type: 'unreadable-entry'; tenant: TenantId; reason: string }
  | { type: 'flush'; ok: boolean; parts: number; durationMs: number };

/** Hands each event to every listener; a listener that throws harms neither the cache nor the other listeners. */
export class EventHub {
  readonly #listeners: ((event: CacheEvent) => void)[] = [];

  readonly emit = (event: CacheEvent): void => {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // An observer must not be able to fail a request.
      }
    }
  };

  on(listener: (event: CacheEvent) => void): void {
    this.#listeners.push(listener);
  }
}
