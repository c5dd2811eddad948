import type {
  Codec,
  Emit,
  LocalEntry,
  LocalTier,
  PendingMark,
  StoredEntry,
  StoreUsage,
  WriteOutcome,
} from '../core/contracts.js';
import { fail } from '../core/errors.js';
import type { Latency } from '../core/latency.js';
import { type Limits, type QuotaState, quotaState } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { ResolvedOptions } from './entry-options.js';
import type { SharedTier } from './shared-tier.js';
import type { TenantRegistry } from './tenant-registry.js';
import type { TenantRuntime } from './tenant-runtime.js';

export interface CacheEngineOptions {
  local: LocalTier;
  shared: SharedTier;
  registry: TenantRegistry;
  codec: Codec;
  latency: Latency;
  emit: Emit;
  defaultTtlMs: number;
}

/** What a write came to; `outcome` is undefined where the shared store did not answer. */
export interface Written {
  readonly outcome: WriteOutcome | undefined;
  readonly limits: Limits;
  readonly sizeBytes: number;
}

/** The steps that all operations of a handle are made of: read a tier, store through both, keep the figures. */
export class CacheEngine {
  readonly local: LocalTier;
  readonly shared: SharedTier;
  readonly registry: TenantRegistry;
  readonly latency: Latency;
  readonly defaultTtlMs: number;
  readonly #codec: Codec;
  readonly #emit: Emit;
  #closed = false;

  constructor(options: CacheEngineOptions) {
    this.local = options.local;
    this.shared = options.shared;
    this.registry = options.registry;
    this.latency = options.latency;
    this.defaultTtlMs = options.defaultTtlMs;
    this.#codec = options.codec;
    this.#emit = options.emit;
  }

  close(): void {
    this.#closed = true;
  }

  assertOpen(): void {
    if (this.#closed) throw fail('CACHE_CLOSED');
  }

  /** The limits in force; the first use of a tenant in this process looks them up. @throws as `TenantRegistry.open` */
  async limitsOf(runtime: TenantRuntime): Promise<Limits> {
    const { limits } = runtime.limits === undefined ? await this.registry.open(runtime.tenant) : runtime;
    if (limits === undefined) throw fail('TENANT_NOT_FOUND');
    return limits;
  }

  /** A fresh entry of the shared store, decoded; anything unreadable is a miss. Closes the mark on a hit. */
  accept(
    runtime: TenantRuntime,
    mark: PendingMark,
    stored: StoredEntry | undefined,
    l1: boolean,
  ): LocalEntry | undefined {
    if (stored === undefined) return undefined;
    const leftMs = stored.createdAtMs + stored.ttlMs - Date.now();
    if (leftMs <= 0) return undefined;
    try {
      const entry = { value: this.#codec.decode(stored.payload), bytes: stored.payload.length };
      this.local.settle(mark, l1 ? entry : undefined, leftMs);
      return entry;
    } catch {
      this.#emit({ type: 'unreadable-entry', tenant: runtime.tenant, reason: 'codec' });
      return undefined;
    }
  }

  countL2Hit({ counters, tenant }: TenantRuntime, id: EntryId, hit: LocalEntry): void {
    counters.l2Hits++;
    counters.bytesServed += hit.bytes;
    this.shared.touch(tenant, id);
  }

  /** Encodes and writes to the shared store, then to L1; never throws because of a quota. */
  async store(
    runtime: TenantRuntime,
    id: EntryId,
    value: unknown,
    options: ResolvedOptions,
    mark: PendingMark,
  ): Promise<Written> {
    try {
      const payload = this.#codec.encode(value);
      if (options.maxEntryBytes !== undefined && payload.length > options.maxEntryBytes) {
        throw fail('ENTRY_TOO_LARGE', { given: `${payload.length} bytes`, allowed: `${options.maxEntryBytes} bytes` });
      }
      const limits = await this.limitsOf(runtime);
      const startedMs = performance.now();
      const outcome = await this.shared.write(
        runtime.tenant,
        id,
        { payload, ttlMs: options.ttlMs, graceMs: 0 },
        limits,
      );
      this.latency.set.observe(performance.now() - startedMs);
      const kept = outcome === undefined || outcome.status === 'stored';
      const entry = kept && options.l1 ? { value, bytes: payload.length } : undefined;
      this.local.replace(mark, entry, options.ttlMs);
      if (outcome) this.#account(runtime, outcome, limits, payload.length);
      return { outcome, limits, sizeBytes: outcome?.sizeBytes ?? payload.length };
    } catch (error) {
      this.local.settle(mark);
      throw error;
    }
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

  /** Settles what is due of a tenant, round by round; where the store does not answer, the last known figures. */
  async settle(runtime: TenantRuntime, maxRounds = 4_096): Promise<StoreUsage> {
    const { counters, limits } = runtime;
    if (limits !== undefined) {
      for (let round = 0; round < maxRounds; round++) {
        const settled = await this.shared.settle(runtime.tenant, limits);
        if (settled === undefined) break;
        counters.expirations += settled.expiredEntries;
        this.#countEvictions(runtime, settled.evictedEntries, settled.evictedBytes);
        this.gauge(runtime, settled.usedBytes, settled.entries, limits);
        if (!settled.more) break;
      }
    }
    return { usedBytes: counters.usedBytes, entries: counters.entries };
  }

  loadFailed(runtime: TenantRuntime, resource: string): void {
    runtime.counters.loadErrors++;
    this.#emit({ type: 'load-error', tenant: runtime.tenant, resource });
  }

  #account(runtime: TenantRuntime, outcome: WriteOutcome, limits: Limits, payloadBytes: number): void {
    const { counters, tenant } = runtime;
    if (outcome.status === 'stored') {
      counters.writes++;
      counters.bytesWritten += payloadBytes;
    }
    this.#countEvictions(runtime, outcome.evictedEntries, outcome.evictedBytes);
    if (outcome.status !== 'stored' || outcome.wouldReject) {
      counters.rejections++;
      const code = outcome.sizeBytes > limits.hardLimitBytes ? 'ENTRY_TOO_LARGE' : 'QUOTA_EXCEEDED';
      this.#emit({ type: 'rejection', tenant, code, sizeBytes: outcome.sizeBytes, observed: outcome.wouldReject });
    }
    this.gauge(runtime, outcome.usedBytes, outcome.entries, limits);
  }

  #countEvictions({ counters, tenant }: TenantRuntime, entries: number, bytes: number): void {
    if (entries === 0) return;
    counters.evictions += entries;
    counters.evictedBytes += bytes;
    this.#emit({ type: 'eviction', tenant, reason: 'space', entries, bytes });
  }
}
