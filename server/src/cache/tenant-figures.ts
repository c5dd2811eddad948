import type { Emit, QuotaCrossing, SettleOutcome, WriteOutcome } from '../core/contracts.js';
import type { EvictionCause } from '../core/events.js';
import { type Limits, quotaState } from '../core/quota.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** Keeps a tenant's counters and gauges, and tells of what is rare. */
export class TenantFigures {
  readonly #emit: Emit;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Takes what a settle said of a tenant. */
  settled(runtime: TenantRuntime, settled: SettleOutcome, limits: Limits): void {
    runtime.counters.expirations += settled.expiredEntries;
    this.#evicted(runtime, 'limit', settled.evictedEntries, settled.evictedBytes);
    this.#gauge(runtime, settled.usedBytes, settled.entries, limits);
    this.#crossed(runtime, settled.crossing, limits);
  }

  loadFailed(runtime: TenantRuntime, resource: string, code: string): void {
    runtime.counters.loadErrors++;
    this.#emit({ type: 'load-error', tenant: runtime.tenant, resource, code });
  }

  loadVoided(runtime: TenantRuntime, resource: string): void {
    runtime.counters.loadsVoided++;
    this.#emit({ type: 'load-voided', tenant: runtime.tenant, resource });
  }

  written(runtime: TenantRuntime, outcome: WriteOutcome, limits: Limits, payloadBytes: number): void {
    const { counters, tenant } = runtime;
    this.#crossed(runtime, outcome.crossing, limits);
    if (outcome.status === 'void') return;
    if (outcome.status === 'stored') {
      counters.writes++;
      counters.bytesWritten += payloadBytes;
    }
    this.#evicted(runtime, 'write', outcome.evictedEntries, outcome.evictedBytes);
    if (outcome.wouldEvictBytes > 0) {
      counters.observedEvictionBytes += outcome.wouldEvictBytes;
      this.#emit({ type: 'observed-eviction', tenant, bytes: outcome.wouldEvictBytes });
    }
    if (outcome.status !== 'stored' || outcome.wouldReject) {
      counters.rejections++;
      const tooLarge = outcome.status === 'too-large' || outcome.sizeBytes > limits.hardLimitBytes;
      const code = tooLarge ? 'ENTRY_TOO_LARGE' : 'QUOTA_EXCEEDED';
      this.#emit({
        type: 'rejection',
        tenant,
        code,
        sizeBytes: outcome.sizeBytes,
        observed: outcome.status === 'stored',
      });
    }
    this.#gauge(runtime, outcome.usedBytes, outcome.entries, limits);
  }

  /** What a reconcile found to be gone: the server evicted or lost it. */
  lost(runtime: TenantRuntime, entries: number, bytes: number): void {
    this.#evicted(runtime, 'server', entries, bytes);
  }

  #evicted({ counters, tenant }: TenantRuntime, cause: EvictionCause, entries: number, bytes: number): void {
    if (entries === 0) return;
    counters.evictions += entries;
    counters.evictedBytes += bytes;
    if (cause === 'limit') counters.evictionsByLimit += entries;
    if (cause === 'server') counters.evictionsByServer += entries;
    this.#emit({ type: 'eviction', tenant, reason: 'space', cause, entries, bytes });
  }

  /** The state that requests are told is that of this moment; a crossing is told by the store, once over all processes. */
  #gauge({ counters }: TenantRuntime, usedBytes: number, entries: number, limits: Limits): void {
    counters.usedBytes = usedBytes;
    counters.entries = entries;
    counters.state = quotaState(usedBytes, limits);
  }

  #crossed({ tenant }: TenantRuntime, crossing: QuotaCrossing | undefined, limits: Limits): void {
    if (crossing === undefined) return;
    const { quotaBytes, hardLimitBytes } = limits;
    this.#emit({ type: 'quota-state', tenant, ...crossing, quotaBytes, hardLimitBytes });
  }
}
