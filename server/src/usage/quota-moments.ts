import { isDatasetOwner } from '../core/dataset.js';
import type { CacheEvent } from '../core/events.js';
import { QUOTA_STATES, type QuotaState } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';

/** How often a tenant's use came into a worse state, and how often the tenant felt its quota. */
export interface QuotaMoments {
  warning: number;
  exceeded: number;
  critical: number;
  /** Crossings above the quota or the limit in force, and writes that were refused. */
  felt: number;
}

/** Tenants whose moments are kept one by one between two scrapes. */
const MAX_TENANTS = 10_000;

/** Counts them out of events: also of tenants that this process looks after without having them open. */
export class QuotaMomentCounts {
  /** Of all tenants. */
  readonly totals: QuotaMoments = { warning: 0, exceeded: 0, critical: 0, felt: 0 };
  readonly #byTenant = new Map<TenantId, QuotaMoments>();

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'quota-state' && isWorse(event.from, event.to)) {
      const to = event.to as Exclude<QuotaState, 'ok'>;
      this.#count(event.tenant, to);
      if (to !== 'warning') this.#count(event.tenant, 'felt');
    } else if (event.type === 'rejection' && !event.observed) this.#count(event.tenant, 'felt');
  };

  of(tenant: TenantId): QuotaMoments | undefined {
    return this.#byTenant.get(tenant);
  }

  forget(tenant: TenantId): void {
    this.#byTenant.delete(tenant);
  }

  /** Of the others the totals are enough. */
  keepOnly(kept: { has(tenant: TenantId): boolean }): void {
    for (const tenant of this.#byTenant.keys()) if (!kept.has(tenant)) this.#byTenant.delete(tenant);
  }

  #count(tenant: TenantId, moment: keyof QuotaMoments): void {
    if (isDatasetOwner(tenant)) return;
    this.totals[moment]++;
    let own = this.#byTenant.get(tenant);
    if (own === undefined) {
      if (this.#byTenant.size >= MAX_TENANTS) return;
      own = { warning: 0, exceeded: 0, critical: 0, felt: 0 };
      this.#byTenant.set(tenant, own);
    }
    own[moment]++;
  }
}

function isWorse(from: QuotaState, to: QuotaState): boolean {
  return QUOTA_STATES.indexOf(to) > QUOTA_STATES.indexOf(from);
}
