import type { QuotaState } from './quota.js';
import type { TenantId } from './tenant-id.js';

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
  | { type: 'load-error'; tenant: TenantId; resource: string }
  | { type: 'store-error'; operation: string; code: string }
  | { type: 'breaker'; state: 'closed' | 'open' | 'half-open' }
  | { type: 'bus'; state: 'up' | 'down' }
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
