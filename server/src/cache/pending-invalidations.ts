import type { SharedStore } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import { covers, type Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';

/** Past this many ids or scopes of one tenant its whole namespace is cleared instead: bounded memory, never a stale read. */
const MAX_PER_TENANT = 1_000;

const MAX_FAILURES = 3;

/** A new one for each clear, so that a clear asked for while another is being sent is not taken for sent. */
class WholeTenant {}

/** Each with the number under which it was added last: what is asked for again while it is being sent is not sent yet. */
class Parts {
  readonly ids = new Map<EntryId, number>();
  readonly scopes = new Map<string, { readonly scope: Scope; readonly added: number }>();
  #added = 0;

  get size(): number {
    return this.ids.size + this.scopes.size;
  }

  add(id: EntryId): void {
    this.ids.set(id, ++this.#added);
  }

  addScope(scope: Scope): void {
    this.scopes.set(JSON.stringify(scope), { scope, added: ++this.#added });
  }
}

/**
 * Invalidations that the shared store did not confirm. Until they are sent, this process does not read what they name
 * from the shared store; sending one twice only costs a miss.
 */
export class PendingInvalidations {
  readonly #pending = new Map<TenantId, Parts | WholeTenant>();

  get size(): number {
    return this.#pending.size;
  }

  /** @param tags of the entry that was read */
  has(tenant: TenantId, id: EntryId, tags?: readonly string[]): boolean {
    if (this.#pending.size === 0) return false;
    const pending = this.#pending.get(tenant);
    if (pending === undefined) return false;
    if (!(pending instanceof Parts) || pending.ids.has(id)) return true;
    for (const { scope } of pending.scopes.values()) if (covers(scope, id, tags)) return true;
    return false;
  }

  add(tenant: TenantId, id: EntryId): void {
    this.#grow(tenant, (parts) => parts.add(id));
  }

  addScopes(tenant: TenantId, scopes: readonly Scope[]): void {
    this.#grow(tenant, (parts) => {
      for (const scope of scopes) parts.addScope(scope);
    });
  }

  addTenant(tenant: TenantId): void {
    this.#pending.set(tenant, new WholeTenant());
  }

  /** What another has of these tenants, as if it were added now. */
  addAll(other: PendingInvalidations, concerns: (tenant: TenantId) => boolean): void {
    for (const [tenant, pending] of other.#pending) {
      if (!concerns(tenant)) continue;
      if (!(pending instanceof Parts)) this.addTenant(tenant);
      else {
        for (const id of pending.ids.keys()) this.add(tenant, id);
        this.addScopes(
          tenant,
          [...pending.scopes.values()].map(({ scope }) => scope),
        );
      }
    }
  }

  hasAny(tenant: TenantId): boolean {
    return this.#pending.has(tenant);
  }

  /**
   * Sends what is pending and keeps what fails. One tenant's damaged keys must not hold up the others, but a store that
   * fails for several is away: so it stops at the third failure, and begins with the others the next time.
   * @param concerns which tenants'; omitted: all
   * @returns what failed
   */
  async send(
    store: Pick<SharedStore, 'delete' | 'clear' | 'invalidate'>,
    concerns: (tenant: TenantId) => boolean = () => true,
  ): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    for (const [tenant, pending] of [...this.#pending]) {
      if (!concerns(tenant)) continue;
      try {
        if (pending instanceof Parts) await sendParts(store, tenant, pending);
        else await store.clear(tenant);
      } catch (error) {
        this.#putLast(tenant);
        if (errors.push(error) === MAX_FAILURES) break;
        continue;
      }
      const left = this.#pending.get(tenant);
      if (left === pending && (!(pending instanceof Parts) || pending.size === 0)) this.#pending.delete(tenant);
    }
    return errors;
  }

  #putLast(tenant: TenantId): void {
    const pending = this.#pending.get(tenant);
    this.#pending.delete(tenant);
    if (pending) this.#pending.set(tenant, pending);
  }

  #grow(tenant: TenantId, change: (parts: Parts) => void): void {
    const pending = this.#pending.get(tenant) ?? new Parts();
    if (!(pending instanceof Parts)) return;
    change(pending);
    this.#pending.set(tenant, pending.size > MAX_PER_TENANT ? new WholeTenant() : pending);
  }
}

async function sendParts(
  store: Pick<SharedStore, 'delete' | 'invalidate'>,
  tenant: TenantId,
  { ids, scopes }: Parts,
): Promise<void> {
  const named = [...scopes];
  if (named.length > 0) {
    await store.invalidate(
      tenant,
      named.map(([, { scope }]) => scope),
    );
    for (const [name, { added }] of named) if (scopes.get(name)?.added === added) scopes.delete(name);
  }
  for (const [id, added] of [...ids]) {
    await store.delete(tenant, id);
    if (ids.get(id) === added) ids.delete(id);
  }
}
