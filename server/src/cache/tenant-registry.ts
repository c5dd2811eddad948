import type { AccessSampler } from '../core/advice.js';
import { addCounters, addResources, countedSoFar, type TenantCounters } from '../core/counters.js';
import { isDatasetOwner } from '../core/dataset.js';
import type { TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { DEFAULT_FLEET, effectiveLimits, type Rollout } from '../core/fleet.js';
import type { LocalTier } from '../core/local-tier.js';
import type { TenantId } from '../core/tenant-id.js';
import { SingleFlight } from './single-flight.js';
import { TenantRuntime } from './tenant-runtime.js';

/** Looks settings up; `peek` answers only from memory. */
export interface TenantLookup {
  peek(tenant: TenantId): TenantRecord | undefined;
  find(tenant: TenantId): Promise<TenantRecord>;
}

type Local = Pick<LocalTier, 'follow' | 'partition'>;

/** Hears of a tenant that leaves, with its last counters: nothing is added to them any more. */
export type LeaveListener = (tenant: TenantId, counters: TenantCounters) => void;

/** What watches a tenant's requests, where there is memory for it; the limit is infinite where nothing is enforced. */
export type Sample = (tenant: TenantId, limitBytes: number) => AccessSampler | undefined;

/** The tenants this process has seen, each with its counters, limits and loads under way. */
export class TenantRegistry {
  /** Those whose settings are known. */
  readonly #runtimes = new Map<TenantId, TenantRuntime>();
  /** Not open here, but something was counted of them that has not been brought to the sink. */
  readonly #visited = new Map<TenantId, TenantRuntime>();
  /**
   * The others, held by nobody but their handles: anybody could fill the memory with names, and yet all handles of one
   * name must share what is under way.
   */
  readonly #strangers = new Map<TenantId, WeakRef<TenantRuntime>>();
  readonly #gone = new FinalizationRegistry<TenantId>((tenant) => {
    if (this.#strangers.get(tenant)?.deref() === undefined) this.#strangers.delete(tenant);
  });
  readonly #opening = new SingleFlight<TenantId, TenantRuntime>();
  readonly #lookup: TenantLookup;
  readonly #local: Local;
  readonly #learnUsage: (runtime: TenantRuntime) => Promise<unknown>;
  readonly #rollout: () => Rollout;
  readonly #sample: Sample;
  readonly #leaving: LeaveListener[] = [];

  constructor(
    lookup: TenantLookup,
    local: Local,
    learnUsage: (runtime: TenantRuntime) => Promise<unknown>,
    rollout: () => Rollout = () => DEFAULT_FLEET,
    sample: Sample = () => undefined,
  ) {
    this.#lookup = lookup;
    this.#local = local;
    this.#learnUsage = learnUsage;
    this.#rollout = rollout;
    this.#sample = sample;
  }

  get(tenant: TenantId): TenantRuntime {
    const seen = this.peek(tenant);
    if (seen !== undefined) return seen;
    const runtime = new TenantRuntime(tenant);
    this.#strangers.set(tenant, new WeakRef(runtime));
    this.#gone.register(runtime, tenant);
    return runtime;
  }

  peek(tenant: TenantId): TenantRuntime | undefined {
    return this.#runtimes.get(tenant) ?? this.#visited.get(tenant) ?? this.#strangers.get(tenant)?.deref();
  }

  /**
   * The runtime with its settings in force.
   * @throws TenantCacheError `TENANT_SUSPENDED`, `TENANT_NOT_FOUND`, `DIRECTORY_UNAVAILABLE`
   */
  async open(tenant: TenantId): Promise<TenantRuntime> {
    const runtime = this.get(tenant);
    if (runtime.limits === undefined) {
      runtime.opening = true;
      try {
        await this.#opening.share(tenant, () => this.#learn(runtime));
      } finally {
        runtime.opening = false;
      }
    } else {
      // Memory answers; where its answer is old, this starts the refresh in the background.
      const remembered = this.#lookup.peek(tenant);
      // Where it remembers too many to have kept this one, it is asked again, and the limits in force serve meanwhile.
      if (remembered === undefined) this.#lookup.find(tenant).then(noop, noop);
    }
    if (runtime.suspended) throw fail('TENANT_SUSPENDED');
    return runtime;
  }

  /** Once for all who ask at the start. */
  async #learn(runtime: TenantRuntime): Promise<TenantRuntime> {
    // L1 can be filled only once the tenant's invalidations are heard.
    const record = await this.#lookup.find(runtime.tenant);
    await this.#local.follow(runtime.tenant);
    this.apply(record);
    // Other processes may have written: without a look, this one would tell its callers that nothing is used.
    await this.#learnUsage(runtime);
    return runtime;
  }

  /** The runtime where nothing has to be waited for. */
  openNow(tenant: TenantId): TenantRuntime | undefined {
    const runtime = this.#runtimes.get(tenant);
    if (runtime === undefined || this.#lookup.peek(tenant) === undefined) return undefined;
    return runtime.suspended ? undefined : runtime;
  }

  apply(record: TenantRecord): void {
    const runtime = this.get(record.tenantId);
    const limits = effectiveLimits(record, this.#rollout());
    const enforced = limits.enforcement === 'hard' || limits.enforcement === 'soft';
    // While Redis is away nobody else holds the tenant to its quota.
    const limitBytes = enforced ? limits.hardLimitBytes : Number.POSITIVE_INFINITY;
    runtime.record = record;
    runtime.apply(limits);
    runtime.local = this.#local.partition(record.tenantId, record.l1Policy, limitBytes);
    runtime.sampler = this.#sample(record.tenantId, limitBytes);
    runtime.suspended = record.suspended;
    this.#enter(runtime, this.#runtimes);
    this.#visited.delete(record.tenantId);
  }

  /** What holds for all tenants changed, and with it what is in force for each. */
  applyAgain(): void {
    for (const { record } of this.#runtimes.values()) if (record) this.apply(record);
  }

  /** Those with their settings known. */
  all(): IterableIterator<TenantRuntime> {
    return this.#runtimes.values();
  }

  /** Of `counted`, those whose counters are brought to the sink and told of by tenant: a dataset is nobody's tenant. */
  *tenants(): Generator<TenantRuntime> {
    for (const runtime of this.counted()) if (!isDatasetOwner(runtime.tenant)) yield runtime;
  }

  /** All that something was counted of. */
  *counted(): Generator<TenantRuntime> {
    yield* this.#runtimes.values();
    yield* this.#visited.values();
  }

  /** A call begins or ends: what is counted of a tenant that left is brought to the sink again. */
  use(runtime: TenantRuntime): void {
    runtime.used = true;
    if (runtime.left && this.peek(runtime.tenant) === runtime) this.#enter(runtime, this.#visited);
  }

  /** Something was counted of a tenant that may not be open here. */
  collect(runtime: TenantRuntime): void {
    if (runtime.collected || countedSoFar(runtime.counters) === 0) return;
    const present = this.peek(runtime.tenant) ?? runtime;
    if (present !== runtime) {
      const counted = runtime.countAnew();
      addCounters(present.counters, counted);
      addResources(present.counters, counted);
    }
    if (!present.collected) this.#enter(present, this.#visited);
  }

  /**
   * Gives up a tenant of which nothing is under way and all that was counted is safe. Whoever still holds a handle
   * holds the runtime, which everybody finds again, and which opens anew with its next call.
   */
  leave(runtime: TenantRuntime): void {
    const { tenant } = runtime;
    if (!this.#runtimes.delete(tenant) && !this.#visited.delete(tenant)) return;
    this.#strangers.set(tenant, new WeakRef(runtime));
    this.#gone.register(runtime, tenant);
    const counters = runtime.countAnew();
    runtime.collected = false;
    runtime.left = true;
    runtime.suspended = false;
    runtime.limits = undefined;
    runtime.local = undefined;
    runtime.sampler = undefined;
    runtime.record = undefined;
    for (const listener of this.#leaving) listener(tenant, counters);
  }

  onLeave(listener: LeaveListener): void {
    this.#leaving.push(listener);
  }

  #enter(runtime: TenantRuntime, place: Map<TenantId, TenantRuntime>): void {
    // A handle may be held for days before its first call, which is when counting begins.
    if (!runtime.collected && countedSoFar(runtime.counters) === 0) runtime.counters.sinceMs = Date.now();
    runtime.collected = true;
    runtime.left = false;
    runtime.idleSinceMs = undefined;
    place.set(runtime.tenant, runtime);
    this.#strangers.delete(runtime.tenant);
  }
}

function noop(): void {}
