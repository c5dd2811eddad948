import type { AlertKind } from './alert.js';
import type { Enforcement, QuotaState } from './quota.js';
import type { TenantId } from './tenant-id.js';
import type { WarmingState, WarmingTrigger } from './warming.js';

export type StaleReason = 'revalidate' | 'backoff' | 'soft-timeout' | 'load-failed';

/**
 * What a tenant's entries went for: a write of its own, a limit of its own that was lowered, or the memory of the server.
 * Never another tenant.
 */
export type EvictionCause = 'write' | 'limit' | 'server';

/** Why a tenant was reconciled: its time had come, its server evicted keys by itself, or somebody asked. */
export type ReconcileTrigger = 'schedule' | 'server-evictions' | 'demand';

/** What must be known sideways: rare enough to be an object. Everything frequent is a field of `TenantCounters`. */
export type CacheEvent =
  | {
      type: 'eviction';
      tenant: TenantId;
      reason: 'space' | 'expired';
      cause: EvictionCause;
      entries: number;
      bytes: number;
    }
  /** What `hard` would have evicted where the enforcement is `observe`. */
  | { type: 'observed-eviction'; tenant: TenantId; bytes: number }
  | {
      type: 'rejection';
      tenant: TenantId;
      code: 'QUOTA_EXCEEDED' | 'ENTRY_TOO_LARGE';
      sizeBytes: number;
      observed: boolean;
    }
  /** Use passed a threshold; of each crossing one process hears. `atMs` by the store's clock. */
  | {
      type: 'quota-state';
      tenant: TenantId;
      from: QuotaState;
      to: QuotaState;
      usedBytes: number;
      quotaBytes: number;
      hardLimitBytes: number;
      atMs: number;
    }
  | { type: 'settings-changed'; tenant: TenantId }
  /** What holds for all tenants is another from here on, in this process. */
  | {
      type: 'fleet-changed';
      enforcedPercentage: number;
      enforcementOfOthers: Enforcement;
      sharedStoreBypassed: boolean;
    }
  /** Eviction in the background brings a tenant to its limit; 0: it is there. */
  | { type: 'converging'; tenant: TenantId; remainingBytes: number }
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
  /** `node`: `host:port` of the node of a Cluster whose breaker it is; each has its own. */
  | { type: 'breaker'; state: 'closed' | 'open' | 'half-open'; node?: string }
  | { type: 'bus'; state: 'up' | 'down' }
  /** L1 gave half of its memory back, or may hold as much as its options say again. Ratio from 0 to 1. */
  | { type: 'memory-pressure'; state: 'shrunk' | 'recovered'; memoryUsedRatio: number; budgetBytes: number }
  /** This process leads from here on, or does no longer. */
  | { type: 'leader'; leading: boolean }
  /** The leader visited every tenant that may hold bytes. */
  | { type: 'patrol'; tenants: number; durationMs: number }
  /**
   * What was counted of a tenant was compared with what is there, and put right. Ghosts counted and were not there, orphans
   * were there and counted for nobody. `driftBytes`: counted minus indexed, known only where `compared`.
   */
  | {
      type: 'reconciled';
      tenant: TenantId;
      trigger: ReconcileTrigger;
      ghosts: number;
      ghostBytes: number;
      orphans: number;
      repaired: number;
      driftBytes: number;
      compared: boolean;
      durationMs: number;
    }
  /** ISO times; the end is not part of the period. */
  | { type: 'period-closed'; tenant: TenantId; periodStart: string; periodEnd: string }
  | { type: 'unreadable-entry'; tenant: TenantId; reason: string }
  /** Counts were brought to the sink; `code` of what kept some from it. `lateParts` came after their day was folded, and are not in its figures. */
  | { type: 'flush'; ok: boolean; code?: string; parts: number; lateParts: number; durationMs: number }
  /** Counts of this process were brought to the journal, where they outlive it; `ok` false: they wait in the process. */
  | { type: 'journal'; ok: boolean; code?: string; parts: number; durationMs: number }
  /** The leader brought to the sink what the journal had of all processes. */
  | {
      type: 'collect';
      ok: boolean;
      code?: string;
      parts: number;
      lateParts: number;
      tenants: number;
      durationMs: number;
    }
  /** A threshold of a tenant's alert rules was passed, or is behind it again; of each one process hears. `tenant` null: of the fleet. */
  | {
      type: 'alert';
      tenant: TenantId | null;
      kind: AlertKind;
      threshold: number;
      state: 'raised' | 'resolved';
      value: number;
    }
  /** A run of a warm-up began in this process; `resumed`: how many lost it before. */
  | { type: 'warming-began'; job: string; trigger: WarmingTrigger; resumed: number }
  /**
   * It ended here, with what it came to in all. `left`: with the process, for another to go on; `deposed`: another goes on
   * with it. `code` of a source that could not be listed, or of how its lead was lost; else of the first target that failed.
   */
  | {
      type: 'warming-ended';
      job: string;
      trigger: WarmingTrigger;
      resumed: number;
      state: Exclude<WarmingState, 'running'> | 'left' | 'deposed';
      total: number;
      done: number;
      failed: number;
      skipped: number;
      bytes: number;
      durationMs: number;
      code?: string;
    }
  /** What targets of a run came to since the last such event, at most once a second. */
  | {
      type: 'warming-targets';
      job: string;
      loaded: number;
      fresh: number;
      noRoom: number;
      failed: number;
      bytes: number;
    }
  /** An attempt to deliver a webhook ended; `gave-up`: it was the last. `status` where there was an answer. */
  | { type: 'webhook'; outcome: 'delivered' | 'failed' | 'gave-up'; status?: number; attempt: number };

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
