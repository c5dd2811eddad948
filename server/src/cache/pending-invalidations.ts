import type { SharedStore } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

/** A new one for each clear, so that a clear asked for while another is being sent is not taken for sent. */
class WholeTenant {}

/** Past this many ids of one tenant its whole namespace is cleared instead: bounded memory, never a stale read. */
const MAX_IDS_PER_TENANT = 1_000;

/**
 * Invalidations that the shared store did not confirm. Until they are sent, this process does not read what they name
 * from the shared store; sending one twice only costs a miss.
 */
export class PendingInvalidations {
  readonly #pending = new Map<TenantId, Set<EntryId> | WholeTenant>();

  get size(): number {
    return this.#pending.size;
  }

  has(tenant: TenantId, id: EntryId): boolean {
    if (this.#pending.size === 0) return false;
    const ids = this.#pending.get(tenant);
    return ids !== undefined && (!(ids instanceof Set) || ids.has(id));
  }

  add(tenant: TenantId, id: EntryId): void {
    const ids = this.#pending.get(tenant) ?? new Set<EntryId>();
    if (!(ids instanceof Set)) return;
    ids.add(id);
    this.#pending.set(tenant, ids.size > MAX_IDS_PER_TENANT ? new WholeTenant() : ids);
  }

  addTenant(tenant: TenantId): void {
    this.#pending.set(tenant, new WholeTenant());
  }

  /** Sends what is pending; stops at the first failure, keeping the rest. */
  async send(store: Pick<SharedStore, 'delete' | 'clear'>): Promise<void> {
    for (const [tenant, ids] of [...this.#pending]) {
      if (!(ids instanceof Set)) await store.clear(tenant);
      else
        for (const id of [...ids]) {
          await store.delete(tenant, id);
          ids.delete(id);
        }
      const left = this.#pending.get(tenant);
      if (left === ids && (!(ids instanceof Set) || ids.size === 0)) this.#pending.delete(tenant);
    }
  }
}
