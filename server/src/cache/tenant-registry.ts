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

/** The tenants this process has seen, each with its counters, limits and loads under way. */
export class TenantRegistry {
  /** Those whose settings are known. */
  readonly #runtimes = new Map<TenantId, TenantRuntime>();
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

  constructor(
    lookup: TenantLookup,
    local: Local,
    learnUsage: (runtime: TenantRuntime) => Promise<unknown>,
    rollout: () => Rollout = () => DEFAULT_FLEET,
  ) {
    this.#lookup = lookup;
    this.#local = local;
    this.#learnUsage = learnUsage;
    this.#rollout = rollout;
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
    return this.#runtimes.get(tenant) ?? this.#strangers.get(tenant)?.deref();
  }

  /**
   * The runtime with its settings in force.
   * @throws TenantCacheError `TENANT_SUSPENDED`, `TENANT_NOT_FOUND`, `DIRECTORY_UNAVAILABLE`
   */
  async open(tenant: TenantId): Promise<TenantRuntime> {
    const runtime = this.get(tenant);
    if (runtime.limits === undefined) {
      await this.#opening.share(tenant, () => this.#learn(runtime));
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
    runtime.suspended = record.suspended;
    this.#runtimes.set(record.tenantId, runtime);
    this.#strangers.delete(record.tenantId);
  }

  /** What holds for all tenants changed, and with it what is in force for each. */
  applyAgain(): void {
    for (const { record } of this.#runtimes.values()) if (record) this.apply(record);
  }

  all(): IterableIterator<TenantRuntime> {
    return this.#runtimes.values();
  }
}

function noop(): void {}
