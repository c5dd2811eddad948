import type { Emit, EntryBody, SettleOutcome, SharedStore, StoredEntry, WriteOutcome } from '../core/contracts.js';
import { TenantCacheError } from '../core/errors.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { PendingInvalidations } from './pending-invalidations.js';

/** L2 as the cache sees it: a store that does not answer is a miss, never an error of the request. */
export class SharedTier {
  readonly #store: SharedStore;
  readonly #emit: Emit;
  readonly #pending = new PendingInvalidations();

  constructor(store: SharedStore, emit: Emit) {
    this.#store = store;
    this.#emit = emit;
  }

  async read(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined> {
    if (this.#pending.has(tenant, id)) return undefined;
    return this.#tolerate('get', () => this.#store.get(tenant, id));
  }

  async readMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]> {
    if (ids.length === 0) return [];
    const found = await this.#tolerate('get', () => this.#store.getMany(tenant, ids));
    return ids.map((id, index) => (this.#pending.has(tenant, id) ? undefined : found?.[index]));
  }

  /** Undefined where the outcome is unknown. */
  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits): Promise<WriteOutcome | undefined> {
    return this.#tolerate('write', () => this.#store.write(tenant, id, body, limits));
  }

  /** Whether an explicit write reached the store is not known: what it was to replace must not be read again. */
  distrust(tenant: TenantId, id: EntryId): void {
    this.#pending.add(tenant, id);
  }

  async remove(tenant: TenantId, id: EntryId): Promise<boolean> {
    const removed = await this.#tolerate('delete', () => this.#store.delete(tenant, id));
    if (removed === undefined) this.#pending.add(tenant, id);
    return removed ?? false;
  }

  async clear(tenant: TenantId): Promise<void> {
    const cleared = await this.#tolerate('clear', async () => {
      await this.#store.clear(tenant);
      return true;
    });
    if (!cleared) this.#pending.addTenant(tenant);
  }

  /** One bounded round; undefined where the store does not answer. */
  settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome | undefined> {
    return this.#tolerate('settle', () => this.#store.settle(tenant, limits));
  }

  touch(tenant: TenantId, id: EntryId): void {
    this.#store.touch(tenant, id);
  }

  /** A store that was refused or silent is asked again; where it is fit now, it serves from here on. */
  async recheck(): Promise<void> {
    if (this.#store.state() === 'down') await this.#store.ready().catch(() => {});
  }

  /** Sends the invalidations that found the store away. */
  async sendPending(): Promise<void> {
    if (this.#pending.size > 0) await this.#tolerate('delete', () => this.#pending.send(this.#store));
  }

  async #tolerate<T>(operation: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE')) throw error;
      this.#emit({ type: 'store-error', operation, code: error.code });
      return undefined;
    }
  }
}
