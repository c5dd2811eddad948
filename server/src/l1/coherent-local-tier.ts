import { setTimeout as delay } from 'node:timers/promises';
import type { InvalidationBus, LocalEntry, LocalStore, LocalTier, PendingMark } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

interface Mark extends PendingMark {
  clean: boolean;
}

export interface CoherenceOptions {
  local: LocalStore;
  bus: InvalidationBus;
  /** Whether the shared store answers: without it no other process can write what this one would miss. */
  sharedUp: () => boolean;
  maxTtlMs: number;
  /** How long an entry may live in L1 while the shared store is gone. */
  detachedTtlMs: number;
  deadlineMs: number;
}

/**
 * L1 kept coherent by marks (after the leases of Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013): a reader
 * opens a mark before it asks L2, an invalidation spoils the marks on its entry, and only a clean mark fills L1. While
 * the bus is down nothing is filled, for an invalidation could be missed, unless the shared store is gone as well.
 */
export class CoherentLocalTier implements LocalTier {
  readonly #options: CoherenceOptions;
  readonly #marks = new Map<TenantId, Set<Mark>>();
  readonly #followed = new Set<TenantId>();
  readonly #following = new Map<TenantId, Promise<void>>();

  constructor(options: CoherenceOptions) {
    this.#options = options;
    options.bus.onMessage((message) => {
      if (message.type === 'clear') this.dropTenant(message.tenant);
      else if (message.type === 'entries') for (const id of message.ids) this.drop(message.tenant, id);
    });
    options.bus.onState(() => this.#dropAll());
  }

  get(tenant: TenantId, id: EntryId): LocalEntry | undefined {
    return this.#options.local.get(tenant, id);
  }

  async follow(tenant: TenantId): Promise<void> {
    const standing = this.#follow(tenant);
    if (standing) await Promise.race([standing, delay(this.#options.deadlineMs, undefined, { ref: false })]);
  }

  begin(tenant: TenantId, id: EntryId): Mark {
    void this.#follow(tenant);
    const mark: Mark = { tenant, id, clean: true };
    const marks = this.#marks.get(tenant);
    if (marks) marks.add(mark);
    else this.#marks.set(tenant, new Set([mark]));
    return mark;
  }

  settle(mark: Mark, entry?: LocalEntry, ttlMs = 0): void {
    this.#close(mark);
    if (entry !== undefined && mark.clean) this.#fill(mark, entry, ttlMs);
  }

  replace(mark: Mark, entry: LocalEntry | undefined, ttlMs: number): void {
    this.#close(mark);
    // A reader that asked L2 before this write may hold the value it replaced.
    this.drop(mark.tenant, mark.id);
    if (entry !== undefined && mark.clean) this.#fill(mark, entry, ttlMs);
  }

  #close(mark: Mark): void {
    const marks = this.#marks.get(mark.tenant);
    if (marks?.delete(mark) && marks.size === 0) this.#marks.delete(mark.tenant);
  }

  #fill(mark: Mark, entry: LocalEntry, ttlMs: number): void {
    const boundMs = Math.min(ttlMs, this.#boundMs(mark.tenant));
    if (boundMs > 0) this.#options.local.set(mark.tenant, mark.id, entry, boundMs);
  }

  drop(tenant: TenantId, id: EntryId): void {
    this.#options.local.delete(tenant, id);
    const marks = this.#marks.get(tenant);
    if (marks) for (const mark of marks) if (mark.id === id) mark.clean = false;
  }

  dropTenant(tenant: TenantId): void {
    this.#options.local.clear(tenant);
    const marks = this.#marks.get(tenant);
    if (marks) for (const mark of marks) mark.clean = false;
  }

  #boundMs(tenant: TenantId): number {
    const { bus, sharedUp, maxTtlMs, detachedTtlMs } = this.#options;
    if (bus.state() === 'up') return this.#followed.has(tenant) ? maxTtlMs : 0;
    return sharedUp() ? 0 : Math.min(maxTtlMs, detachedTtlMs);
  }

  #follow(tenant: TenantId): Promise<void> | undefined {
    if (this.#followed.has(tenant) || this.#options.bus.state() !== 'up') return undefined;
    const underway = this.#following.get(tenant);
    if (underway) return underway;
    const standing = this.#options.bus
      .follow(tenant)
      .then(() => {
        // Marks opened before the subscription stood may have missed a message.
        this.#spoil(tenant);
        this.#followed.add(tenant);
      })
      // The bus reports its own state; until it stands again L1 is not filled.
      .catch(() => {})
      .finally(() => this.#following.delete(tenant));
    this.#following.set(tenant, standing);
    return standing;
  }

  #spoil(tenant: TenantId): void {
    for (const mark of this.#marks.get(tenant) ?? []) mark.clean = false;
  }

  #dropAll(): void {
    this.#options.local.clearAll();
    for (const marks of this.#marks.values()) for (const mark of marks) mark.clean = false;
  }
}
