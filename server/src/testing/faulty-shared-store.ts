import type { EntryBody, Lease, LeaseRequest, SharedStore } from '../core/contracts.js';
import { fail } from '../core/errors.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';

/**
 * `lost` does the work and then fails: a write that timed out but happened. `slow` holds every call until another fault
 * is set, and then it meets that one.
 */
export type Fault = 'none' | 'down' | 'lost' | 'slow';

/** Wraps a store so that a test decides when it fails, and how. */
export class FaultyStore implements SharedStore {
  readonly #store: SharedStore;
  #fault: Fault = 'none';
  #waiting: (() => void)[] = [];

  constructor(store: SharedStore) {
    this.#store = store;
  }

  get fault(): Fault {
    return this.#fault;
  }

  set fault(fault: Fault) {
    this.#fault = fault;
    if (fault === 'slow') return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  /** Calls that `slow` holds at present. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get(tenant: TenantId, id: EntryId) {
    return this.#call(() => this.#store.get(tenant, id));
  }

  getMany(tenant: TenantId, ids: readonly EntryId[]) {
    return this.#call(() => this.#store.getMany(tenant, ids));
  }

  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease?: Lease) {
    return this.#call(() => this.#store.write(tenant, id, body, limits, lease));
  }

  lease(tenant: TenantId, id: EntryId, request: LeaseRequest) {
    return this.#call(() => this.#store.lease(tenant, id, request));
  }

  renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number) {
    return this.#call(() => this.#store.renew(tenant, id, lease, ttlMs));
  }

  release(tenant: TenantId, id: EntryId, lease: Lease) {
    return this.#call(() => this.#store.release(tenant, id, lease));
  }

  delete(tenant: TenantId, id: EntryId) {
    return this.#call(() => this.#store.delete(tenant, id));
  }

  invalidate(tenant: TenantId, scopes: readonly Scope[]) {
    return this.#call(() => this.#store.invalidate(tenant, scopes));
  }

  clear(tenant: TenantId) {
    return this.#call(() => this.#store.clear(tenant));
  }

  touch(tenant: TenantId, id: EntryId): void {
    if (this.state() === 'up') this.#store.touch(tenant, id);
  }

  settle(tenant: TenantId, limits: Limits) {
    return this.#call(() => this.#store.settle(tenant, limits));
  }

  preview(tenant: TenantId, limits: Limits) {
    return this.#call(() => this.#store.preview(tenant, limits));
  }

  sample(tenant: TenantId, resource: string, count: number) {
    return this.#call(() => this.#store.sample(tenant, resource, count));
  }

  ready() {
    return this.#call(() => this.#store.ready());
  }

  /** What is slow has not failed yet. */
  state(): 'up' | 'down' {
    return this.#fault === 'none' || this.#fault === 'slow' ? this.#store.state() : 'down';
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    while (this.#fault === 'slow') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const fault = this.#fault;
    if (fault === 'down') throw fail('STORE_UNAVAILABLE', { given: 'a planted fault' });
    const result = await call();
    if (fault === 'lost') throw fail('STORE_UNAVAILABLE', { given: 'a planted fault' });
    return result;
  }
}
