import { setTimeout as delay } from 'node:timers/promises';
import type { Emit, EntryBody, Lease, LeaseAnswer, LeaseRequest, SharedStore, StoredEntry } from '../core/contracts.js';
import { TenantCacheError } from '../core/errors.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { SettleOutcome, WriteOutcome } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import { isBypassed } from './bypass.js';
import { PendingInvalidations } from './pending-invalidations.js';
import { RecentChanges } from './recent-changes.js';

const RESEND_EVERY_MS = 50;
const RESEND_TURNS = 40;

/** What a read comes to while the store does not answer; it says nothing of the entry. */
export const AWAY = Symbol('the shared store is away');

/** L2 as the cache sees it: a store that does not answer is a miss, never an error of the request. */
export class SharedTier {
  readonly #store: SharedStore;
  readonly #emit: Emit;
  readonly #pending = new PendingInvalidations();
  readonly #recent = new RecentChanges();
  /** By tenant, so that none waits for the server of another. */
  readonly #sending = new Map<TenantId, Promise<unknown>>();
  /** Servers that took over from others since the start. */
  #successions = 0;
  #resending = false;
  readonly #changing = new Set<Promise<unknown>>();

  constructor(store: SharedStore, emit: Emit) {
    this.#store = store;
    this.#emit = emit;
  }

  async read(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined | typeof AWAY> {
    if (this.#pending.size > 0) await this.#sendFirst(tenant);
    if (this.#pending.has(tenant, id)) return undefined;
    const successions = this.#successions;
    const found = await this.#tolerate('get', () => this.#store.get(tenant, id), AWAY);
    // Who answered may not know what the one before acknowledged.
    if (successions !== this.#successions) return AWAY;
    return found && found !== AWAY && this.#pending.has(tenant, id, found.tags) ? undefined : found;
  }

  async readMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined | typeof AWAY)[]> {
    if (ids.length === 0) return [];
    if (this.#pending.size > 0) await this.#sendFirst(tenant);
    const successions = this.#successions;
    const found = await this.#tolerate('get', () => this.#store.getMany(tenant, ids), AWAY);
    if (found === AWAY || successions !== this.#successions) return ids.map(() => AWAY);
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
    if (!this.#pending.hasAny(tenant)) return this.#write(tenant, id, body, limits, lease);
    // What is pending would take away what is written now.
    return this.#track(this.#sendFirst(tenant).then(() => this.#write(tenant, id, body, limits, lease)));
  }

  #write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease: Lease | undefined) {
    return this.#track(this.#tolerate('write', () => this.#store.write(tenant, id, body, limits, lease)));
  }

  /** Undefined where the store does not answer: then a load is nobody's but the asker's, and not shared. */
  async lease(tenant: TenantId, id: EntryId, request: LeaseRequest): Promise<LeaseAnswer | undefined> {
    if (this.#pending.size > 0) {
      await this.#sendFirst(tenant);
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

  /** An explicit write was acknowledged: what it replaced must not come back. */
  written(tenant: TenantId, id: EntryId): void {
    this.#recent.add(tenant, id);
  }

  async remove(tenant: TenantId, id: EntryId): Promise<boolean> {
    const removed = await this.#track(this.#tolerate('delete', () => this.#store.delete(tenant, id)));
    if (removed === undefined) this.#pending.add(tenant, id);
    else this.#recent.add(tenant, id);
    return removed ?? false;
  }

  async invalidate(tenant: TenantId, scopes: readonly Scope[]): Promise<void> {
    const done = await this.#track(
      this.#tolerate('invalidate', async () => {
        await this.#store.invalidate(tenant, scopes);
        return true;
      }),
    );
    if (done) this.#recent.addScopes(tenant, scopes);
    else this.#pending.addScopes(tenant, scopes);
  }

  /** Whether the store has yet to hear of something that is gone. */
  isPending(tenant: TenantId): boolean {
    return this.#pending.hasAny(tenant);
  }

  async clear(tenant: TenantId): Promise<void> {
    const cleared = await this.#track(
      this.#tolerate('clear', async () => {
        await this.#store.clear(tenant);
        return true;
      }),
    );
    if (cleared) this.#recent.addTenant(tenant);
    else this.#pending.addTenant(tenant);
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

  /** Sends the invalidations that found the store away, where it is not away now. */
  async sendPending(): Promise<void> {
    if (this.#pending.size > 0) await this.#send((tenant) => this.#store.state(tenant) === 'up');
  }

  /** The same past a breaker that is still open, of the tenants behind it; what failed, if anything did. */
  sendPendingBy(
    direct: Pick<SharedStore, 'delete' | 'clear' | 'invalidate'>,
    concerns?: (tenant: TenantId) => boolean,
  ): Promise<readonly unknown[]> {
    return this.#pending.send(direct, concerns);
  }

  /** These tenants' keys are with a server that may lack what was acknowledged last: it is told again before it is read. */
  succeeded(concerns: (tenant: TenantId) => boolean): void {
    this.#successions++;
    this.#recent.copyTo(this.#pending, concerns);
    if (this.#pending.size > 0) void this.#resend();
  }

  /** Resolves when what changes the store has been answered: what was acknowledged must not be cut off by a close. */
  async drained(): Promise<void> {
    while (this.#changing.size > 0) await Promise.allSettled(this.#changing);
    await this.sendPending();
  }

  /** Nothing is read from a store that came back before it has heard what it missed. */
  async #sendFirst(tenant: TenantId): Promise<void> {
    if (!this.#pending.hasAny(tenant) || this.#store.state(tenant) === 'down') return;
    let sending = this.#sending.get(tenant);
    if (sending === undefined) {
      sending = this.#send((each) => each === tenant).finally(() => this.#sending.delete(tenant));
      this.#sending.set(tenant, sending);
    }
    await sending;
  }

  async #send(concerns: (tenant: TenantId) => boolean): Promise<void> {
    const errors = await this.#pending.send(this.#store, concerns);
    if (errors.some((error) => !isBypassed(error))) {
      this.#emit({ type: 'store-error', operation: 'invalidate', code: 'STORE_UNAVAILABLE' });
    }
  }

  /** For the other processes' sake at once, and not with the next read. */
  async #resend(): Promise<void> {
    if (this.#resending) return;
    this.#resending = true;
    for (let turn = 0; turn < RESEND_TURNS && this.#pending.size > 0; turn++) {
      await this.sendPending();
      await delay(RESEND_EVERY_MS, undefined, { ref: false });
    }
    this.#resending = false;
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
      if (!isBypassed(error)) this.#emit({ type: 'store-error', operation, code: error.code });
      return fallback as F;
    }
  }
}
