import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { PendingInvalidations } from './pending-invalidations.js';

/** What is remembered is this old at least before it is forgotten, and twice as old at most. */
const KEPT_MS = 10_000;

/**
 * What the shared store acknowledged of late. Where a replica takes over that had not heard of it yet, or a server comes
 * back without it, a value from before would be seen again: so it is sent once more.
 */
export class RecentChanges {
  #newer = new PendingInvalidations();
  #older = new PendingInvalidations();
  #sinceMs = performance.now();

  add(tenant: TenantId, id: EntryId): void {
    this.#turn();
    this.#newer.add(tenant, id);
  }

  addScopes(tenant: TenantId, scopes: readonly Scope[]): void {
    this.#turn();
    this.#newer.addScopes(tenant, scopes);
  }

  addTenant(tenant: TenantId): void {
    this.#turn();
    this.#newer.addTenant(tenant);
  }

  /** All that is remembered of these tenants becomes pending; it stays remembered. */
  copyTo(pending: PendingInvalidations, concerns: (tenant: TenantId) => boolean): void {
    this.#turn();
    pending.addAll(this.#older, concerns);
    pending.addAll(this.#newer, concerns);
  }

  #turn(): void {
    const agedMs = performance.now() - this.#sinceMs;
    if (agedMs < KEPT_MS) return;
    this.#older = agedMs < 2 * KEPT_MS ? this.#newer : new PendingInvalidations();
    this.#newer = new PendingInvalidations();
    this.#sinceMs = performance.now();
  }
}
