import { setTimeout as delay } from 'node:timers/promises';
import type { Codec, Emit, Lease, Sealer, StoredEntry } from '../core/contracts.js';
import { fail } from '../core/errors.js';
import type { Latency } from '../core/latency.js';
import type { LoadSettings } from '../core/load-options.js';
import type { LocalTier, PendingMark } from '../core/local-tier.js';
import { belowWarning, type Limits } from '../core/quota.js';
import { type EntryId, namesOf } from '../core/resource.js';
import type { StoreUsage, WriteOutcome } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Tracing } from '../core/tracing.js';
import type { TtlPolicy } from '../core/ttl-decision.js';
import type { EntryPlan } from './entry-options.js';
import { deadEntry, type FoundEntry, UNKNOWN_SEQUENCE } from './freshness.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { type PreparedEntry, prepareEntry } from './prepare-entry.js';
import { readPayload } from './sealed-payload.js';
import { SealedWriter } from './sealed-writer.js';
import type { Written } from './set-result.js';
import { withoutEviction } from './settled-usage.js';
import type { SharedTier } from './shared-tier.js';
import { TenantFigures } from './tenant-figures.js';
import type { TenantRegistry } from './tenant-registry.js';
import type { TenantRuntime } from './tenant-runtime.js';
import type { WriteBehind } from './write-behind.js';
import { WriteOrder } from './write-order.js';

export interface CacheEngineOptions {
  local: LocalTier;
  shared: SharedTier;
  leases: LeaseKeeper;
  registry: TenantRegistry;
  codec: Codec;
  sealer: Sealer | undefined;
  ttlPolicy: TtlPolicy;
  tracing: Tracing;
  latency: Latency;
  emit: Emit;
  defaults: LoadSettings;
  maxEntryBytes: number;
  busUp: (tenant: TenantId) => boolean;
}

/** How a value came to be stored: by a load, under its lease where there is a shared store, or by an explicit write. */
export interface WriteSource {
  readonly load: boolean;
  readonly lease?: Lease | undefined;
  readonly loadMs?: number | undefined;
  /** Stored only where it leaves the tenant below its warning threshold. */
  readonly belowWarning?: boolean | undefined;
}

const EXPLICIT: WriteSource = { load: false };
/** For loads when the cache is closed. */
const CLOSE_GRACE_MS = 1_000;

/** The steps that all operations of a handle are made of: read a tier, store through both, keep the figures. */
export class CacheEngine {
  readonly local: LocalTier;
  readonly shared: SharedTier;
  readonly leases: LeaseKeeper;
  readonly registry: TenantRegistry;
  readonly latency: Latency;
  readonly defaults: LoadSettings;
  readonly figures: TenantFigures;
  readonly emit: Emit;
  readonly busUp: (tenant: TenantId) => boolean;
  /** Set where the cache is configured for it. */
  writeBehind: WriteBehind | undefined;
  readonly writeOrder = new WriteOrder();
  readonly tracing: Tracing;
  readonly #maxEntryBytes: number;
  readonly #codec: Codec;
  readonly #sealer: Sealer | undefined;
  readonly #sealed: SealedWriter | undefined;
  readonly #ttlPolicy: TtlPolicy;
  #closed = false;

  constructor(options: CacheEngineOptions) {
    this.local = options.local;
    this.shared = options.shared;
    this.leases = options.leases;
    this.registry = options.registry;
    this.latency = options.latency;
    this.defaults = options.defaults;
    this.emit = options.emit;
    this.figures = new TenantFigures(options.emit, options.registry);
    this.busUp = options.busUp;
    this.tracing = options.tracing;
    this.#maxEntryBytes = options.maxEntryBytes;
    this.#codec = options.codec;
    this.#sealer = options.sealer;
    this.#sealed = options.sealer && new SealedWriter(options.shared, options.sealer);
    this.#ttlPolicy = options.ttlPolicy;
  }

  /** Refuses new calls, lets loads under way end for a moment, and gives up those that do not. */
  async close(): Promise<void> {
    this.#closed = true;
    const loads = [...this.registry.all()].flatMap((runtime) => runtime.loads.underway());
    const ended = Promise.allSettled(loads.map(({ promise }) => promise));
    await Promise.race([ended, delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    for (const flight of loads) flight.abort(fail('CACHE_CLOSED'));
    await ended;
    await this.shared.drained();
    this.leases.close();
  }

  /** What turns values into what is stored. */
  get payloads(): { readonly codec: Codec; readonly sealer: Sealer | undefined } {
    return { codec: this.#codec, sealer: this.#sealer };
  }

  /** The plan, if its category is known. @throws TenantCacheError `OPTION_INVALID` */
  plan(plan: EntryPlan): EntryPlan {
    if (plan.category !== undefined) this.#ttlPolicy.assertCategory(plan.category);
    return plan;
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

  /**
   * An entry of the shared store, decoded, and kept in L1 where it is fresh. Anything unreadable is found dead: a miss,
   * but its sequence is known, so that a load may replace it.
   */
  async accept(runtime: TenantRuntime, mark: PendingMark, stored: StoredEntry, l1: boolean): Promise<FoundEntry> {
    const { sequence, tags, loadMs } = stored;
    const freshUntilMs = stored.createdAtMs + stored.ttlMs;
    const usableUntilMs = freshUntilMs + stored.graceMs;
    const nowMs = Date.now();
    if (usableUntilMs <= nowMs) return deadEntry(sequence);
    const payload = readPayload(this.#codec, this.#sealer, mark, stored);
    const decoded = payload instanceof Promise ? await payload : payload;
    if ('reason' in decoded) {
      this.emit({ type: 'unreadable-entry', tenant: runtime.tenant, reason: decoded.reason });
      return deadEntry(sequence);
    }
    const bytes = stored.payload.length;
    const found = { value: decoded.value, bytes, freshUntilMs, usableUntilMs, sequence, tags, loadMs };
    if (l1 && freshUntilMs > nowMs) this.local.settle(mark, found, usableUntilMs - nowMs);
    return found;
  }

  /** The values that wait to be written behind, which the source does not have yet; undefined where there is no queue. */
  waiting(tenant: TenantId, ids: readonly EntryId[]): Promise<Map<EntryId, unknown>> | undefined {
    return this.writeBehind?.waiting(tenant, ids);
  }

  /** Tells the TTL policy that an entry was asked for and has to be loaded. */
  asked(runtime: TenantRuntime, id: EntryId): void {
    this.#ttlPolicy.noteAccess(runtime.tenant, id);
  }

  /** Counts a value that the cache answered, stale or not, and marks it as just used. */
  served(runtime: TenantRuntime, resource: string, id: EntryId, hit: FoundEntry): unknown {
    const { tenant } = runtime;
    // The shared store did not answer: the value is what L1 still had.
    if (hit.sequence === UNKNOWN_SEQUENCE) runtime.hitL1(resource, hit.bytes);
    else runtime.hitL2(resource, hit.bytes);
    runtime.sampler?.hit(resource, id.slice(resource.length + 1), hit.bytes);
    this.shared.touch(tenant, id);
    this.#ttlPolicy.noteAccess(tenant, id);
    return hit.value;
  }

  /** Encodes and writes to the shared store, then to L1; never throws because of a quota. Closes the mark. */
  async store(
    runtime: TenantRuntime,
    resource: string,
    id: EntryId,
    value: unknown,
    plan: EntryPlan,
    mark: PendingMark,
    source: WriteSource = EXPLICIT,
  ): Promise<Written> {
    try {
      // A load can be done again: only what the application wrote is worth the wait.
      const waitFor = source.load ? undefined : plan.waitFor;
      const request = { runtime, resource, id, value, plan, loadMs: source.loadMs, waitFor };
      const preparing = prepareEntry(this.#codec, this.#ttlPolicy, request);
      const prepared = preparing instanceof Promise ? await preparing : preparing;
      const inForce = runtime.limits ?? (await this.limitsOf(runtime));
      const limits = source.belowWarning ? belowWarning(inForce) : inForce;
      const { body } = prepared;
      // A load without a lease has nobody's leave to overwrite what others may have stored since.
      const alone = source.load && source.lease === undefined;
      const startedMs = performance.now();
      const outcome = alone ? undefined : await this.#write(runtime, id, prepared, limits, source.lease);
      if (!alone) this.latency.set.observe(performance.now() - startedMs);
      const kept = outcome === undefined || outcome.status === 'stored';
      this.local.replace(mark, kept && plan.l1 ? prepared.local : undefined, body.ttlMs + body.graceMs);
      if (outcome) this.figures.written(runtime, resource, outcome, limits, body.payload.length);
      // What the quota kept out counts as well: a larger one might have kept it.
      if (outcome && outcome.status !== 'void') {
        const { payload, ttlMs, graceMs } = body;
        runtime.sampler?.stored(...namesOf(id), { sizeBytes: outcome.sizeBytes, ttlMs, graceMs, payload });
      }
      const sizeBytes = outcome?.sizeBytes ?? body.payload.length;
      return { outcome, limits, sizeBytes, maxEntryBytes: this.#maxEntryBytes };
    } catch (error) {
      this.local.settle(mark);
      throw error;
    }
  }

  #write(
    runtime: TenantRuntime,
    id: EntryId,
    { body }: PreparedEntry,
    limits: Limits,
    lease: Lease | undefined,
  ): Promise<WriteOutcome | undefined> {
    if (this.#sealed) return this.#sealed.write(runtime.tenant, id, body, limits, lease);
    return this.shared.write(runtime.tenant, id, body, limits, lease);
  }

  /**
   * Settles what is due of a tenant, round by round; where the store does not answer, the last known figures.
   * @param deadOnly leaves what lives above the limit to the background
   * @returns `more`: rounds are left to do
   */
  async settle(
    runtime: TenantRuntime,
    maxRounds: number,
    deadOnly = false,
  ): Promise<StoreUsage & { readonly more: boolean }> {
    const { limits } = runtime;
    let more = false;
    if (limits !== undefined) {
      for (let round = 0; round < maxRounds; round++) {
        const settled = await this.shared.settle(runtime.tenant, deadOnly ? withoutEviction(limits) : limits);
        more = settled?.more ?? false;
        if (settled === undefined) break;
        this.figures.settled(runtime, settled, limits);
        if (!more) break;
      }
    }
    return { usedBytes: runtime.counters.usedBytes, entries: runtime.counters.entries, more };
  }
}
