import type { Emit } from '../core/contracts.js';
import type { EvictionCause } from '../core/events.js';
import { type Limits, type QuotaState, quotaState } from '../core/quota.js';
import type { Consequences, QuotaCrossing, SettleOutcome, WriteOutcome } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import type { GoneEntries } from '../core/upkeep.js';
import type { TenantRegistry } from './tenant-registry.js';
import { TenantRuntime } from './tenant-runtime.js';

/** In the order of what they mean for the tenant. */
const STATES: readonly QuotaState[] = ['ok', 'warning', 'exceeded', 'critical'];

/** Keeps a tenant's counters and gauges, and tells of what is rare. */
export class TenantFigures {
  readonly #emit: Emit;
  readonly #registry: Pick<TenantRegistry, 'collect' | 'peek'>;

  /** @param registry has what is counted of tenants that this process does not have open collected, too */
  constructor(emit: Emit, registry: Pick<TenantRegistry, 'collect' | 'peek'>) {
    this.#emit = emit;
    this.#registry = registry;
  }

  /** Takes what a settle said of a tenant. */
  settled(runtime: TenantRuntime, settled: SettleOutcome, limits: Limits): void {
    runtime.counters.expirations += settled.expiredEntries;
    this.#evicted(runtime, 'limit', settled.evictedEntries, settled.evictedBytes);
    this.#gauge(runtime, settled.usedBytes, settled.entries, limits);
    this.#crossed(runtime, settled.crossing, limits);
    this.#registry.collect(runtime);
  }

  /** Takes what a call did to a tenant that may not be open here, of which its caller does not know. */
  untold(tenant: TenantId, did: Consequences, limits: Limits, cause: EvictionCause): void {
    const runtime = this.#runtimeOf(tenant);
    runtime.counters.expirations += did.expiredEntries;
    this.#evicted(runtime, cause, did.evictedEntries, did.evictedBytes);
    this.#crossed(runtime, did.crossing, limits);
    this.#registry.collect(runtime);
  }

  /** What was found to have expired by a question about a tenant, which may not be open here. */
  expired(tenant: TenantId, entries: number): void {
    if (entries === 0) return;
    const runtime = this.#runtimeOf(tenant);
    runtime.counters.expirations += entries;
    this.#registry.collect(runtime);
  }

  loadFailed(runtime: TenantRuntime, resource: string, code: string): void {
    runtime.counters.loadErrors++;
    runtime.countersOf(resource).loadErrors++;
    this.#emit({ type: 'load-error', tenant: runtime.tenant, resource, code });
  }

  loadVoided(runtime: TenantRuntime, resource: string): void {
    runtime.counters.loadsVoided++;
    this.#emit({ type: 'load-voided', tenant: runtime.tenant, resource });
  }

  written(runtime: TenantRuntime, resource: string, outcome: WriteOutcome, limits: Limits, payloadBytes: number): void {
    const { counters, tenant } = runtime;
    this.#crossed(runtime, outcome.crossing, limits);
    counters.expirations += outcome.expiredEntries;
    if (outcome.status === 'void') return;
    if (outcome.status === 'stored') {
      const ofResource = runtime.countersOf(resource);
      counters.writes++;
      counters.bytesWritten += payloadBytes;
      ofResource.writes++;
      ofResource.bytesWritten += payloadBytes;
    }
    this.#evicted(runtime, 'write', outcome.evictedEntries, outcome.evictedBytes);
    if (outcome.wouldEvictBytes > 0) {
      counters.observedEvictionBytes += outcome.wouldEvictBytes;
      this.#emit({ type: 'observed-eviction', tenant, bytes: outcome.wouldEvictBytes });
    }
    // What a ceiling keeps out nobody asked to have stored.
    const heldBack = outcome.status === 'full' && limits.ceilingBytes !== undefined;
    if (!heldBack && (outcome.status !== 'stored' || outcome.wouldReject)) {
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
    this.#registry.collect(runtime);
  }

  /** What a reconcile found to be gone: the server evicted or lost it, or it had expired. */
  gone(tenant: TenantId, { ghosts, ghostBytes, expiredEntries }: GoneEntries): void {
    const runtime = this.#runtimeOf(tenant);
    runtime.counters.expirations += expiredEntries;
    this.#evicted(runtime, 'server', ghosts, ghostBytes);
    this.#registry.collect(runtime);
  }

  #runtimeOf(tenant: TenantId): TenantRuntime {
    return this.#registry.peek(tenant) ?? new TenantRuntime(tenant);
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

  #crossed({ tenant, counters }: TenantRuntime, crossing: QuotaCrossing | undefined, limits: Limits): void {
    if (crossing === undefined) return;
    const { quotaBytes, hardLimitBytes } = limits;
    if (STATES.indexOf(crossing.to) > STATES.indexOf(crossing.from)) {
      counters.warnings++;
      if (crossing.to === 'warning') counters.crossedToWarning++;
      else if (crossing.to === 'exceeded') counters.crossedToExceeded++;
      else counters.crossedToCritical++;
    }
    this.#emit({ type: 'quota-state', tenant, ...crossing, quotaBytes, hardLimitBytes });
  }
}
