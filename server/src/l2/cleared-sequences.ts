import type { TenantId } from '../core/tenant-id.js';

/** Says which stretch of unbroken listening an answer belongs to. */
export type ListeningMark = number | undefined;

/**
 * The sequence of each tenant's last clear, as far as this process can vouch for it: while the bus stands and the
 * tenant is followed no clear goes unheard, so a GET need not ask again.
 */
export class ClearedSequences {
  readonly #known = new Map<TenantId, number>();
  readonly #followed = new Map<TenantId, number>();
  #marks = 0;

  /** Undefined where Redis must be asked. */
  get(tenant: TenantId): number | undefined {
    return this.#known.get(tenant);
  }

  followed(tenant: TenantId): void {
    if (!this.#followed.has(tenant)) this.#followed.set(tenant, ++this.#marks);
  }

  unfollowed(tenant: TenantId): void {
    this.#followed.delete(tenant);
    this.#known.delete(tenant);
  }

  /** To be taken before Redis is asked and handed to `learn` with the answer. */
  mark(tenant: TenantId): ListeningMark {
    return this.#followed.get(tenant);
  }

  learn(tenant: TenantId, sequence: number, mark: ListeningMark): void {
    if (mark !== undefined && this.#followed.get(tenant) === mark) this.raise(tenant, sequence);
  }

  /** A clear was heard of, or made. Sequences only grow, so the order of arrival does not matter. */
  raise(tenant: TenantId, sequence: number): void {
    if (!this.#followed.has(tenant)) return;
    this.#known.set(tenant, Math.max(sequence, this.#known.get(tenant) ?? 0));
  }

  /** The bus is down: a clear may go unheard from now on. */
  forgetAll(): void {
    this.#known.clear();
    this.#followed.clear();
  }
}
