import type { BrowseOptions } from '../core/entries.js';
import type { TenantId } from '../core/tenant-id.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import { type Bypass, refused } from './bypass.js';

/** Upkeep behind the kill switch: while that is on nothing of a tenant is changed; where tenants are can still be asked. */
export class BypassableUpkeep implements StoreUpkeep {
  readonly #upkeep: StoreUpkeep;
  readonly #bypass: Bypass;

  constructor(upkeep: StoreUpkeep, bypass: Bypass) {
    this.#upkeep = upkeep;
    this.#bypass = bypass;
  }

  reconcile(tenant: TenantId, options: Parameters<StoreUpkeep['reconcile']>[1]) {
    return this.#bypass.on ? refused() : this.#upkeep.reconcile(tenant, options);
  }

  forget(tenant: TenantId) {
    return this.#bypass.on ? refused() : this.#upkeep.forget(tenant);
  }

  enrol(tenants: readonly TenantId[]) {
    return this.#bypass.on ? refused() : this.#upkeep.enrol(tenants);
  }

  roll(after: string | undefined, count: number) {
    return this.#bypass.on ? refused() : this.#upkeep.roll(after, count);
  }

  strike(tenant: TenantId) {
    return this.#bypass.on ? refused() : this.#upkeep.strike(tenant);
  }

  placement(tenant: TenantId) {
    return this.#upkeep.placement(tenant);
  }

  browse(tenant: TenantId, options: BrowseOptions) {
    return this.#bypass.on ? refused() : this.#upkeep.browse(tenant, options);
  }

  async health() {
    return { ...(await this.#upkeep.health()), bypassed: this.#bypass.on };
  }

  nodes(options?: { readonly counted?: boolean }) {
    return this.#upkeep.nodes(options);
  }

  serverEvictions() {
    return this.#bypass.on ? refused() : this.#upkeep.serverEvictions();
  }

  nodeOf(tenant: TenantId) {
    return this.#upkeep.nodeOf(tenant);
  }

  leadership(name: string) {
    return this.#upkeep.leadership(name);
  }
}
