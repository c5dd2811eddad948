import type { Emit, WriteOutcome } from '../core/contracts.js';
import { type Limits, type QuotaState, quotaState } from '../core/quota.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** Keeps a tenant's counters and gauges, and tells of what is rare. */
export class TenantFigures {
  readonly #emit: Emit;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Takes what a write or a settle said of a tenant's use, and tells when its state changed. */
  gauge(runtime: TenantRuntime, usedBytes: number, entries: number, limits: Limits): QuotaState {
    const { counters } = runtime;
    const from = counters.state;
    const to = quotaState(usedBytes, limits);
    counters.usedBytes = usedBytes;
    counters.entries = entries;
    if (from !== to) {
      counters.state = to;
      this.#emit({ type: 'quota-state', tenant: runtime.tenant, from, to, usedBytes, quotaBytes: limits.quotaBytes });
    }
    return to;
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
    if (outcome.status === 'void') return;
    if (outcome.status === 'stored') {
      counters.writes++;
      counters.bytesWritten += payloadBytes;
    }
    this.evicted(runtime, outcome.evictedEntries, outcome.evictedBytes);
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
    this.gauge(runtime, outcome.usedBytes, outcome.entries, limits);
  }

  evicted({ counters, tenant }: TenantRuntime, entries: number, bytes: number): void {
    if (entries === 0) return;
    counters.evictions += entries;
    counters.evictedBytes += bytes;
    this.#emit({ type: 'eviction', tenant, reason: 'space', entries, bytes });
  }
}
