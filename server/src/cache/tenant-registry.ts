import type { TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { LocalTier } from '../core/local-tier.js';
import { limitsOf } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import { SingleFlight } from './single-flight.js';
import { TenantRuntime } from './tenant-runtime.js';

/** Looks settings up; `peek` answers only from memory. */
export interface TenantLookup {
  peek(tenant: TenantId): TenantRecord | undefined;
  find(tenant: TenantId): Promise<TenantRecord>;
}

/** The tenants this process has seen, each with its counters, limits and loads under way. */
export class TenantRegistry {
  readonly #runtimes = new Map<TenantId, TenantRuntime>();
  readonly #opening = new SingleFlight<TenantId, TenantRuntime>();
  readonly #lookup: TenantLookup;
  readonly #local: Pick<LocalTier, 'follow' | 'partition'>;
  readonly #learnUsage: (runtime: TenantRuntime) => Promise<unknown>;

  constructor(
    lookup: TenantLookup,
    local: Pick<LocalTier, 'follow' | 'partition'>,
    learnUsage: (runtime: TenantRuntime) => Promise<unknown>,
  ) {
    this.#lookup = lookup;
    this.#local = local;
    this.#learnUsage = learnUsage;
  }

  get(tenant: TenantId): TenantRuntime {
    let runtime = this.#runtimes.get(tenant);
    if (runtime === undefined) {
      runtime = new TenantRuntime(tenant);
      this.#runtimes.set(tenant, runtime);
    }
    return runtime;
  }

  peek(tenant: TenantId): TenantRuntime | undefined {
    return this.#runtimes.get(tenant);
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
      this.#lookup.peek(tenant);
    }
    if (runtime.suspended) throw fail('TENANT_SUSPENDED');
    return runtime;
  }

  /** Once for all who ask at the start. */
  async #learn(runtime: TenantRuntime): Promise<TenantRuntime> {
    // L1 can be filled only once the tenant's invalidations are heard.
    const record = await this.#find(runtime.tenant);
    await this.#local.follow(runtime.tenant);
    this.apply(record);
    // Other processes may have written: without a look, this one would tell its callers that nothing is used.
    await this.#learnUsage(runtime);
    return runtime;
  }

  /** A name that is no tenant's must not be held, or anybody could fill the memory with names. */
  async #find(tenant: TenantId): Promise<TenantRecord> {
    try {
      return await this.#lookup.find(tenant);
    } catch (error) {
      if (this.#runtimes.get(tenant)?.limits === undefined) this.#runtimes.delete(tenant);
      throw error;
    }
  }

  /** The runtime where nothing has to be waited for. */
  openNow(tenant: TenantId): TenantRuntime | undefined {
    const runtime = this.#runtimes.get(tenant);
    if (runtime?.limits === undefined || this.#lookup.peek(tenant) === undefined) return undefined;
    return runtime.suspended ? undefined : runtime;
  }

  apply(record: TenantRecord): void {
    const runtime = this.get(record.tenantId);
    runtime.apply(limitsOf(record.settings));
    runtime.local = this.#local.partition(record.tenantId, record.l1Policy);
    runtime.suspended = record.suspended;
  }

  /** Those whose settings are known: what has been asked for by name alone does not count as a tenant. */
  *all(): Generator<TenantRuntime> {
    for (const runtime of this.#runtimes.values()) if (runtime.limits !== undefined) yield runtime;
  }
}
