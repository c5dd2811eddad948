import type { StaleReason } from '../core/events.js';
import type { LocalEntry } from '../core/local-tier.js';
import type { EntryId } from '../core/resource.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import type { Span } from '../core/tracing.js';
import type { CacheEngine } from './cache-engine.js';
import { type FoundEntry, UNKNOWN_SEQUENCE } from './freshness.js';
import type { Factory } from './load-context.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** One call of `getOrSet` that L1 did not answer. */
export interface ReadCall {
  readonly engine: CacheEngine;
  readonly runtime: TenantRuntime;
  readonly resource: string;
  readonly id: EntryId;
  readonly factory: Factory<unknown>;
  /** What L1 had, no longer fresh. */
  readonly local: LocalEntry | undefined;
  /** Told where the quota kept the value out. */
  readonly onRefused: () => void;
  readonly span?: Span | undefined;
  /** What was seen is to be loaded again although it is fresh. */
  readonly anew?: true;
  /** Set by a warm-up, which nobody waits for. */
  readonly warming?: {
    readonly belowWarning: boolean;
    /** Hears what the shared store said; undefined: it did not answer. */
    readonly onWritten: (outcome: WriteOutcome | undefined) => void;
  };
  /** Set by a batch, which asked the shared store for many entries at once and loads them with one factory. */
  readonly batch?: {
    readonly found: FoundEntry | undefined;
    /** The shared store has answered the request for the lease, or the call needs none. */
    readonly onAnswer: () => void;
  };
}

export function serveStale(call: ReadCall, found: FoundEntry, reason: StaleReason): unknown {
  const { engine, runtime, resource } = call;
  runtime.counters.staleServed++;
  call.span?.tell({ tier: found.sequence === UNKNOWN_SEQUENCE ? 'l1' : 'l2', outcome: 'stale' });
  engine.emit({ type: 'stale-served', tenant: runtime.tenant, resource, reason });
  return engine.served(runtime, resource, call.id, found);
}
