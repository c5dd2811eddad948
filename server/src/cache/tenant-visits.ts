import type { SharedStore } from '../core/contracts.js';
import type { TenantSource } from '../core/directory.js';
import { codeOf } from '../core/errors.js';
import { effectiveLimits, type Rollout } from '../core/fleet.js';
import type { Limits } from '../core/quota.js';
import type { SettleOutcome } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import { withoutEviction } from './settled-usage.js';
import type { TenantFigures } from './tenant-figures.js';
import type { TenantRegistry } from './tenant-registry.js';
import { TenantRuntime } from './tenant-runtime.js';

/** Bounds one visit, so that a tenant with much to give back does not hold up the others. */
const MAX_ROUNDS = 4;

export interface TenantVisitsParts {
  readonly store: Pick<SharedStore, 'settle'>;
  /** Not the remembered ones: whom nobody asks for must not drive out whom somebody does. */
  readonly source: TenantSource;
  readonly rollout: () => Rollout;
  readonly registry: Pick<TenantRegistry, 'peek'>;
  readonly figures: TenantFigures;
}

type OnUse = (tenant: TenantId, usedBytes: number, quotaBytes: number) => void;

/** Settles tenants whom this process may not have open, and leaves them so. */
export class TenantVisits {
  readonly #parts: TenantVisitsParts;
  /** Hears what a tenant uses of its quota, as often as that has changed; of an infinite one where it has none. */
  onUse: OnUse = () => {};
  /** Use as a visit left it, under the tenant's limits. */
  readonly #left = new Map<TenantId, number>();

  constructor(parts: TenantVisitsParts) {
    this.#parts = parts;
  }

  /**
   * One bounded visit. What is dead goes. Settings are asked for, and enforced, only where use is not what the last visit
   * left, or where the visit is to be thorough: a fleet of tenants that nobody uses costs the directory next to nothing.
   * @param thorough also down to a limit that was lowered unheard
   * @throws TenantCacheError `STORE_UNAVAILABLE`
   */
  async visit(tenant: TenantId, thorough: boolean): Promise<SettleOutcome> {
    const open = this.#parts.registry.peek(tenant);
    // To the limit its sweeper brings it.
    if (open?.limits) {
      const settled = await this.#settle(open, open.limits, 1, withoutEviction(open.limits));
      return this.#told(tenant, open.limits, settled);
    }
    // What is counted of it is collected all the same.
    const unopened = open ?? new TenantRuntime(tenant);
    const dead = await this.#settle(unopened, NOBODYS, MAX_ROUNDS);
    if (dead.more) return dead;
    // Whoever uses nothing is below any quota.
    if (dead.usedBytes === 0) this.#told(tenant, undefined, dead);
    if (dead.usedBytes === (thorough ? 0 : (this.#left.get(tenant) ?? 0))) return dead;
    const limits = await this.#limitsOf(tenant);
    if (limits === 'away') return dead;
    if (limits === undefined) return this.#told(tenant, limits, dead);
    const settled = this.#told(tenant, limits, await this.#settle(unopened, limits, MAX_ROUNDS));
    if (settled.usedBytes === 0) this.#left.delete(tenant);
    else if (!settled.more) this.#left.set(tenant, settled.usedBytes);
    return settled;
  }

  /** Who has no quota uses nothing of it. */
  #told(tenant: TenantId, limits: Limits | undefined, settled: SettleOutcome): SettleOutcome {
    if (limits === undefined || limits.enforcement === 'off') this.onUse(tenant, 0, Number.POSITIVE_INFINITY);
    else this.onUse(tenant, settled.usedBytes, limits.quotaBytes);
    return settled;
  }

  async #settle(runtime: TenantRuntime, limits: Limits, rounds: number, enforced = limits): Promise<SettleOutcome> {
    for (let round = 1; ; round++) {
      const outcome = await this.#parts.store.settle(runtime.tenant, enforced);
      this.#parts.figures.settled(runtime, outcome, limits);
      if (!outcome.more || round === rounds) return outcome;
    }
  }

  /** Undefined where the directory knows nobody of that name. */
  async #limitsOf(tenant: TenantId): Promise<Limits | 'away' | undefined> {
    try {
      return effectiveLimits(await this.#parts.source.find(tenant), this.#parts.rollout());
    } catch (error) {
      return codeOf(error) === 'TENANT_NOT_FOUND' ? undefined : 'away';
    }
  }
}

/** What is dead goes under these, and nothing else. */
const NOBODYS: Limits = Object.freeze({
  quotaBytes: Number.MAX_SAFE_INTEGER,
  hardLimitBytes: Number.MAX_SAFE_INTEGER,
  policy: 'lru',
  enforcement: 'off',
});
