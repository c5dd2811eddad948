import type { EntryId } from '../core/resource.js';
import { covers, type Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';

/** One read under way: what it brings may have been revoked before it is here. */
export class OpenRead {
  /** Nothing can have been missed since it began. */
  unbroken: boolean;
  #all = false;
  #scopes: (readonly Scope[])[] | undefined;

  constructor(
    readonly tenant: TenantId,
    readonly id: EntryId,
    unbroken: boolean,
  ) {
    this.unbroken = unbroken;
  }

  hear(scopes: readonly Scope[] | undefined): void {
    if (scopes === undefined) this.#all = true;
    else if (this.#scopes === undefined) this.#scopes = [scopes];
    else this.#scopes.push(scopes);
  }

  /** Whether what was heard meanwhile concerns a set with these tags. */
  revoked(tags: readonly string[]): boolean {
    if (this.#all) return true;
    return this.#scopes?.some((scopes) => scopes.some((scope) => covers(scope, this.id, tags))) ?? false;
  }
}

/** The reads under way in this process. */
export class OpenReads {
  readonly #tenants = new Map<TenantId, Set<OpenRead>>();

  open(tenant: TenantId, id: EntryId, unbroken: boolean): OpenRead {
    const read = new OpenRead(tenant, id, unbroken);
    const reads = this.#tenants.get(tenant);
    if (reads) reads.add(read);
    else this.#tenants.set(tenant, new Set([read]));
    return read;
  }

  close(read: OpenRead): void {
    const reads = this.#tenants.get(read.tenant);
    reads?.delete(read);
    if (reads?.size === 0) this.#tenants.delete(read.tenant);
  }

  hear(tenant: TenantId, scopes: readonly Scope[] | undefined): void {
    for (const read of this.#tenants.get(tenant) ?? []) read.hear(scopes);
  }

  /** Something may have been missed, of these tenants or of all. */
  break(tenants: readonly TenantId[] = [...this.#tenants.keys()]): void {
    for (const tenant of tenants) for (const read of this.#tenants.get(tenant) ?? []) read.unbroken = false;
  }
}
