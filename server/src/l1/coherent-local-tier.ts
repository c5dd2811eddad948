import { setTimeout as delay } from 'node:timers/promises';
import type { BusMessage, InvalidationBus } from '../core/contracts.js';
import type { L1Policy } from '../core/l1-options.js';
import type { LocalEntry, LocalPartition, LocalStore, LocalTier } from '../core/local-tier.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { FollowedTenants } from './followed-tenants.js';
import { type Mark, OpenMarks } from './open-marks.js';

export interface CoherenceOptions {
  local: LocalStore;
  bus: InvalidationBus;
  /** Whether the shared store answers: without it no other process can write what this one would miss. */
  sharedUp: (tenant: TenantId) => boolean;
  maxTtlMs: number;
  /** How long an entry may live in L1 while the shared store is gone. */
  detachedTtlMs: number;
  deadlineMs: number;
  /** A tenant's subscription newly stands; until then changes of its settings went unheard as well. */
  onFollowed?: (tenant: TenantId) => void;
  /** Something was invalidated, by this process or as heard; all of the tenant where no scopes are given. */
  onInvalidated?: (tenant: TenantId, scopes?: readonly Scope[]) => void;
  /** Another process wrote or deleted these. */
  onChanged?: (tenant: TenantId, ids: readonly EntryId[]) => void;
}

/**
 * L1 kept coherent by marks (after the leases of Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013): a reader
 * opens a mark before it asks L2, an invalidation spoils the marks on its entry, and only a clean mark fills L1. While
 * the bus is down nothing is filled, for an invalidation could be missed, unless the shared store is gone as well.
 */
export class CoherentLocalTier implements LocalTier {
  readonly #options: CoherenceOptions;
  readonly #marks = new OpenMarks();
  readonly #followed: FollowedTenants;
  /** Of which something was kept while nothing could be heard of them. */
  readonly #unheard = new Set<TenantId>();

  constructor(options: CoherenceOptions) {
    this.#options = options;
    this.#followed = new FollowedTenants(options.bus, (tenant) => {
      this.#marks.spoilTenant(tenant);
      options.onFollowed?.(tenant);
    });
    options.bus.onMessage((message) => this.#hear(message));
    // In both directions: what was heard before a break says nothing of what was said during it.
    options.bus.onState((_state, tenants) => this.#break(tenants));
  }

  partition(tenant: TenantId, policy?: L1Policy, limitBytes?: number): LocalPartition {
    return this.#options.local.partition(tenant, policy, limitBytes);
  }

  get(tenant: TenantId, id: EntryId): LocalEntry | undefined {
    return this.#options.local.get(tenant, id);
  }

  async follow(tenant: TenantId): Promise<void> {
    const standing = this.#followed.use(tenant);
    if (standing) await Promise.race([standing, delay(this.#options.deadlineMs, undefined, { ref: false })]);
  }

  begin(tenant: TenantId, id: EntryId): Mark {
    void this.#followed.use(tenant);
    return this.#marks.open(tenant, id);
  }

  settle(mark: Mark, entry?: LocalEntry, ttlMs = 0): void {
    this.#marks.close(mark);
    if (entry !== undefined && mark.clean) this.#fill(mark, entry, ttlMs);
  }

  replace(mark: Mark, entry: LocalEntry | undefined, ttlMs: number): void {
    this.#marks.close(mark);
    // A reader that asked L2 before this write may hold the value it replaced.
    this.drop(mark.tenant, mark.id);
    if (entry !== undefined && mark.clean) this.#fill(mark, entry, ttlMs);
  }

  drop(tenant: TenantId, id: EntryId): void {
    this.#options.local.delete(tenant, id);
    this.#marks.spoil(tenant, id);
  }

  dropScopes(tenant: TenantId, scopes: readonly Scope[]): void {
    this.#options.local.invalidate(tenant, scopes);
    this.#marks.spoilScopes(tenant, scopes);
    this.#options.onInvalidated?.(tenant, scopes);
  }

  dropTenant(tenant: TenantId): void {
    this.#drop(tenant);
    this.#options.onInvalidated?.(tenant);
  }

  release(tenant: TenantId): void {
    this.#drop(tenant);
    this.#options.local.release(tenant);
  }

  /**
   * Stops following the tenants that were not used since the last call, so that subscriptions do not grow for ever.
   * Called no more often than `maxTtlMs`, nothing of theirs is alive in L1.
   */
  dropIdle(): void {
    this.#marks.prune();
    // What was kept then is past its time by now, unless it is kept so still.
    for (const tenant of this.#unheard) if (this.#options.bus.state(tenant) === 'up') this.#unheard.delete(tenant);
    for (const tenant of this.#followed.dropIdle((each) => this.#marks.has(each))) this.#drop(tenant);
  }

  #drop(tenant: TenantId): void {
    this.#options.local.clear(tenant);
    this.#marks.spoilTenant(tenant);
  }

  #hear(message: BusMessage): void {
    if (message.type === 'entries') {
      for (const id of message.ids) this.drop(message.tenant, id);
      this.#options.onChanged?.(message.tenant, message.ids);
    } else if (message.type === 'invalidate') this.dropScopes(message.tenant, message.scopes);
    else if (message.type === 'clear' || message.type === 'gap') this.dropTenant(message.tenant);
  }

  #break(tenants: readonly TenantId[] | undefined): void {
    if (tenants === undefined) {
      this.#options.local.clearAll();
      this.#marks.spoilAll();
      this.#unheard.clear();
      return;
    }
    for (const tenant of tenants) this.#drop(tenant);
    for (const tenant of this.#unheard) {
      if (this.#options.bus.state(tenant) === 'down') continue;
      this.#unheard.delete(tenant);
      this.#drop(tenant);
    }
  }

  #fill(mark: Mark, entry: LocalEntry, ttlMs: number): void {
    const boundMs = Math.min(ttlMs, this.#boundMs(mark.tenant));
    if (boundMs > 0) this.#options.local.set(mark.tenant, mark.id, entry, boundMs);
  }

  #boundMs(tenant: TenantId): number {
    const { bus, sharedUp, maxTtlMs, detachedTtlMs } = this.#options;
    if (bus.state(tenant) === 'up') return this.#followed.stands(tenant) ? maxTtlMs : 0;
    if (sharedUp(tenant)) return 0;
    this.#unheard.add(tenant);
    return Math.min(maxTtlMs, detachedTtlMs);
  }
}
