import { RateLimitedError } from '../core/errors.js';
import { LocalRateCounter } from '../core/local-rate-counter.js';
import type { RateCounter, RateRequest, RateReservation, RateStore } from '../core/rate-limit.js';
import type { TenantId } from '../core/tenant-id.js';

/** Of Redis keys; no limit of an application has this name. */
const POLICY = 'tenantcache-shared';
/** A process asks so often, at the least, before a tenant has had its limit. */
const QUESTIONS_PER_LIMIT = 50;
/** Tenants of which something is reserved. The others reserve no more than they read, so that nothing is lost with them. */
const MAX_TENANTS = 10_000;
/** To look through all of them costs about a millisecond. */
const SWEEP_EVERY_MS = 1_000;

/** What this process may let pass of a tenant without asking anybody. */
interface Allowance {
  window: number;
  /** Never after the window's true end. */
  endsAtMs: number;
  reads: number;
  /** Of the whole limit, when it was last asked for: it can only have become less. */
  leftForAll: number;
}

export interface ReadLimitOptions {
  readonly dataset: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Undefined: this process counts for itself. */
  readonly rates: RateStore | undefined;
  readonly now?: () => number;
  /** Default 10,000. */
  readonly maxTenants?: number;
}

/**
 * How often each tenant may read a dataset, over all processes. Reads are reserved by the dozen, so that most of them ask
 * nobody; what a process reserved and did not use is lost with the window, so together never more than the limit pass.
 * While Redis is away each process counts for itself.
 */
export class ReadLimit {
  readonly #options: ReadLimitOptions;
  readonly #shared: RateCounter | undefined;
  readonly #local: LocalRateCounter;
  readonly #now: () => number;
  readonly #maxTenants: number;
  readonly #allowances = new Map<TenantId, Allowance>();
  readonly #asking = new Map<TenantId, Promise<void>>();
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReadLimitOptions) {
    const { rates, windowMs, now = () => performance.now(), maxTenants = MAX_TENANTS } = options;
    this.#options = options;
    this.#shared = rates?.counter(POLICY, windowMs);
    this.#local = new LocalRateCounter(windowMs, now);
    this.#now = now;
    this.#maxTenants = maxTenants;
  }

  /**
   * Undefined: they may, at once.
   * @throws RateLimitedError, or rejects with it
   */
  take(tenant: TenantId, reads: number): Promise<void> | undefined {
    return this.#taken(tenant, reads) ? undefined : this.#ask(tenant, reads);
  }

  /** False where somebody has to be asked. @throws RateLimitedError */
  #taken(tenant: TenantId, reads: number): boolean {
    const { limit, windowMs } = this.#options;
    if (reads > limit) throw this.#refused(limit, windowMs);
    const allowance = this.#allowances.get(tenant);
    const nowMs = this.#now();
    if (allowance === undefined || allowance.endsAtMs <= nowMs) return false;
    if (allowance.reads >= reads) {
      allowance.reads -= reads;
      return true;
    }
    const left = allowance.reads + allowance.leftForAll;
    if (left < reads) throw this.#refused(left, allowance.endsAtMs - nowMs);
    return false;
  }

  /** Whoever comes meanwhile waits for the same answer, and asks again where others were faster. */
  async #ask(tenant: TenantId, reads: number): Promise<void> {
    do {
      let asking = this.#asking.get(tenant);
      if (asking === undefined) {
        asking = this.#reserve(tenant, reads).finally(() => this.#asking.delete(tenant));
        this.#asking.set(tenant, asking);
      }
      await asking;
    } while (!this.#taken(tenant, reads));
  }

  async #reserve(tenant: TenantId, reads: number): Promise<void> {
    const { limit, dataset } = this.#options;
    const known = this.#allowances.get(tenant);
    const askedAtMs = this.#now();
    // What is left here counts only if the window is still the same, which the answer tells.
    const kept = known !== undefined && known.endsAtMs > askedAtMs ? known.reads : 0;
    const most = this.#hasRoom(tenant) ? Math.max(reads, Math.ceil(limit / QUESTIONS_PER_LIMIT)) : reads;
    const answer = await this.#answer(`${dataset} ${tenant}`, { limit, least: reads - kept, most });
    const { reserved, left, window, resetsInMs } = answer;
    const present = this.#allowances.get(tenant);
    const same = present?.window === window;
    this.#allowances.set(tenant, {
      window,
      // Counted from before the question, so never after the true end: of two such ends the later is nearer to it.
      endsAtMs: same ? Math.max(present.endsAtMs, askedAtMs + resetsInMs) : askedAtMs + resetsInMs,
      reads: reserved + (same ? present.reads : 0),
      leftForAll: left,
    });
  }

  async #answer(key: string, request: RateRequest): Promise<RateReservation> {
    if (this.#shared === undefined) return this.#local.reserve(key, request);
    try {
      return await this.#shared.reserve(key, request);
    } catch {
      return this.#local.reserve(key, request);
    }
  }

  /**
   * Whether more may be reserved for the tenant than it reads. To make room, what is worth no more than a question is
   * dropped: windows that are over, and allowances that are used up.
   */
  #hasRoom(tenant: TenantId): boolean {
    if (this.#allowances.size < this.#maxTenants || (this.#allowances.get(tenant)?.reads ?? 0) > 0) return true;
    const nowMs = this.#now();
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return false;
    this.#sweptAtMs = nowMs;
    for (const [name, { reads, endsAtMs }] of this.#allowances) {
      if (reads === 0 || endsAtMs <= nowMs) this.#allowances.delete(name);
    }
    return this.#allowances.size < this.#maxTenants;
  }

  #refused(left: number, retryAfterMs: number): RateLimitedError {
    const { dataset, limit, windowMs } = this.#options;
    return new RateLimitedError(`shared-${dataset}`, limit, windowMs, left, Math.max(1, Math.ceil(retryAfterMs)));
  }
}
