import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import type { InvalidationRecord } from './invalidation-records.js';
import { KnownInvalidations } from './known-invalidations.js';

/** Says which stretch of unbroken listening an answer belongs to. */
export type ListeningMark = number | undefined;

/** Past this many the tenant's are forgotten and read again: Redis keeps fewer than it was told of. */
const MAX_RECORDS = 8_192;

interface Followed {
  readonly mark: number;
  readonly invalidations: KnownInvalidations;
  /** False while only what was heard since is known, and nothing from before. */
  complete: boolean;
}

/**
 * Each tenant's invalidations, as far as this process can vouch for them: while the bus stands and the tenant is followed
 * none goes unheard, so a GET need not ask again.
 */
export class InvalidationTable {
  readonly #followed = new Map<TenantId, Followed>();
  #marks = 0;

  /** Undefined where Redis must be asked. */
  get(tenant: TenantId): KnownInvalidations | undefined {
    const followed = this.#followed.get(tenant);
    return followed?.complete ? followed.invalidations : undefined;
  }

  followed(tenant: TenantId): void {
    if (!this.#followed.has(tenant)) this.#begin(tenant);
  }

  unfollowed(tenant: TenantId): void {
    this.#followed.delete(tenant);
  }

  /** To be taken before Redis is asked and handed to `learn` with the answer. */
  mark(tenant: TenantId): ListeningMark {
    return this.#followed.get(tenant)?.mark;
  }

  learn(tenant: TenantId, cleared: number, records: readonly InvalidationRecord[], mark: ListeningMark): void {
    const followed = this.#followed.get(tenant);
    if (mark === undefined || followed?.mark !== mark) return;
    followed.invalidations.clear(cleared);
    for (const { scope, sequence } of records) followed.invalidations.add(scope, sequence);
    followed.complete = true;
  }

  /** An invalidation was heard of, or made. */
  raise(tenant: TenantId, scopes: readonly Scope[], sequence: number): void {
    const followed = this.#followed.get(tenant);
    if (!followed) return;
    for (const scope of scopes) followed.invalidations.add(scope, sequence);
    if (followed.invalidations.size > MAX_RECORDS) this.forget(tenant);
  }

  raiseClear(tenant: TenantId, sequence: number): void {
    this.#followed.get(tenant)?.invalidations.clear(sequence);
  }

  /** Something may have gone unheard: what is known of a followed tenant begins anew. */
  forget(tenant: TenantId): void {
    if (this.#followed.has(tenant)) this.#begin(tenant);
  }

  /** The bus is down: an invalidation may go unheard from now on. */
  forgetAll(): void {
    this.#followed.clear();
  }

  #begin(tenant: TenantId): void {
    this.#followed.set(tenant, { mark: ++this.#marks, invalidations: new KnownInvalidations(), complete: false });
  }
}
