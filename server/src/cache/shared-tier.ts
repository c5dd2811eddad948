import type {
  Emit,
  EntryBody,
  Lease,
  LeaseAnswer,
  LeaseRequest,
  SettleOutcome,
  SharedStore,
  StoredEntry,
  WriteOutcome,
} from '../core/contracts.js';
import { TenantCacheError } from '../core/errors.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { PendingInvalidations } from './pending-invalidations.js';

/** What a read comes to while the store does not answer; it says nothing of the entry. */
export const AWAY = Symbol('the shared store is away');

/** L2 as the cache sees it: a store that does not answer is a miss, never an error of the request. */
export class SharedTier {
  readonly #store: SharedStore;
  readonly #emit: Emit;
  readonly #pending = new PendingInvalidations();
  #sending: Promise<void> | undefined;
  readonly #changing = new Set<Promise<unknown>>();

  constructor(store: SharedStore, emit: Emit) {
    this.#store = store;
    this.#emit = emit;
  }

  async read(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined | typeof AWAY> {
    if (this.#pending.size > 0) await this.#sendFirst();
    if (this.#pending.has(tenant, id)) return undefined;
    const found = await this.#tolerate('get', () => this.#store.get(tenant, id), AWAY);
    return found && found !== AWAY && this.#pending.has(tenant, id, found.tags) ? undefined : found;
  }

  async readMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined | typeof AWAY)[]> {
    if (ids.length === 0) return [];
    if (this.#pending.size > 0) await this.#sendFirst();
    const found = await this.#tolerate('get', () => this.#store.getMany(tenant, ids), AWAY);
    if (found === AWAY) return ids.map(() => AWAY);
    return ids.map((id, index) => (this.#pending.has(tenant, id, found[index]?.tags) ? undefined : found[index]));
  }

  /** Undefined where the outcome is unknown. */
  write(
    tenant: TenantId,
    id: EntryId,
    body: EntryBody,
    limits: Limits,
    lease?: Lease,
  ): Promise<WriteOutcome | undefined> {
    return this.#track(this.#tolerate('write', () => this.#store.write(tenant, id, body, limits, lease)));
  }

  /** Undefined where the store does not answer: then a load is nobody's but the asker's, and not shared. */
  async lease(tenant: TenantId, id: EntryId, request: LeaseRequest): Promise<LeaseAnswer | undefined> {
    if (this.#pending.size > 0) {
      await this.#sendFirst();
      if (this.#pending.has(tenant, id)) return undefined;
    }
    return this.#tolerate('lease', () => this.#store.lease(tenant, id, request));
  }

  async renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number): Promise<void> {
    await this.#tolerate('lease', () => this.#store.renew(tenant, id, lease, ttlMs));
  }

  async release(tenant: TenantId, id: EntryId, lease: Lease): Promise<void> {
    await this.#tolerate('lease', () => this.#store.release(tenant, id, lease));
  }

  /** Whether an explicit write reached the store is not known: what it was to replace must not be read again. */
  distrust(tenant: TenantId, id: EntryId): void {
    this.#pending.add(tenant, id);
  }

  async remove(tenant: TenantId, id: EntryId): Promise<boolean> {
    const removed = await this.#track(this.#tolerate('delete', () => this.#store.delete(tenant, id)));
    if (removed === undefined) this.#pending.add(tenant, id);
    return removed ?? false;
  }

  async invalidate(tenant: TenantId, scopes: readonly Scope[]): Promise<void> {
    const done = await this.#track(
      this.#tolerate('invalidate', async () => {
        await this.#store.invalidate(tenant, scopes);
        return true;
      }),
    );
    if (!done) this.#pending.addScopes(tenant, scopes);
  }

  async clear(tenant: TenantId): Promise<void> {
    const cleared = await this.#track(
      this.#tolerate('clear', async () => {
        await this.#store.clear(tenant);
        return true;
      }),
    );
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
    if (this.#pending.size === 0) return;
    const errors = await this.#pending.send(this.#store);
    if (errors.length > 0) this.#emit({ type: 'store-error', operation: 'invalidate', code: 'STORE_UNAVAILABLE' });
  }

  /** The same past a breaker that is still open; what failed, if anything did. */
  sendPendingBy(direct: Pick<SharedStore, 'delete' | 'clear' | 'invalidate'>): Promise<readonly unknown[]> {
    return this.#pending.send(direct);
  }

  /** Resolves when what changes the store has been answered: what was acknowledged must not be cut off by a close. */
  async drained(): Promise<void> {
    while (this.#changing.size > 0) await Promise.allSettled(this.#changing);
    await this.sendPending();
  }

  /** Nothing is read from a store that came back before it has heard what it missed. */
  async #sendFirst(): Promise<void> {
    if (this.#store.state() === 'down') return;
    this.#sending ??= this.sendPending().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  #track<T>(change: Promise<T>): Promise<T> {
    this.#changing.add(change);
    const ended = () => this.#changing.delete(change);
    change.then(ended, ended);
    return change;
  }

  async #tolerate<T, F = undefined>(operation: string, call: () => Promise<T>, fallback?: F): Promise<T | F> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE')) throw error;
      this.#emit({ type: 'store-error', operation, code: error.code });
      return fallback as F;
    }
  }
}
