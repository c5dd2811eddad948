import type { EntryBody, Lease, LeaseRequest, SharedStore } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { type Bypass, refused } from './bypass.js';

/** A store behind the kill switch: while that is on it is `down`, every call rejects, and none reaches the store. */
export class BypassableStore implements SharedStore {
  readonly #store: SharedStore;
  readonly #bypass: Bypass;

  constructor(store: SharedStore, bypass: Bypass) {
    this.#store = store;
    this.#bypass = bypass;
  }

  get(tenant: TenantId, id: EntryId) {
    return this.#bypass.on ? refused() : this.#store.get(tenant, id);
  }

  getMany(tenant: TenantId, ids: readonly EntryId[]) {
    return this.#bypass.on ? refused() : this.#store.getMany(tenant, ids);
  }

  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease?: Lease) {
    return this.#bypass.on ? refused() : this.#store.write(tenant, id, body, limits, lease);
  }

  lease(tenant: TenantId, id: EntryId, request: LeaseRequest) {
    return this.#bypass.on ? refused() : this.#store.lease(tenant, id, request);
  }

  renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number) {
    return this.#bypass.on ? refused() : this.#store.renew(tenant, id, lease, ttlMs);
  }

  release(tenant: TenantId, id: EntryId, lease: Lease) {
    return this.#bypass.on ? refused() : this.#store.release(tenant, id, lease);
  }

  delete(tenant: TenantId, id: EntryId) {
    return this.#bypass.on ? refused() : this.#store.delete(tenant, id);
  }

  invalidate(tenant: TenantId, scopes: readonly Scope[]) {
    return this.#bypass.on ? refused() : this.#store.invalidate(tenant, scopes);
  }

  clear(tenant: TenantId) {
    return this.#bypass.on ? refused() : this.#store.clear(tenant);
  }

  touch(tenant: TenantId, id: EntryId): void {
    if (!this.#bypass.on) this.#store.touch(tenant, id);
  }

  settle(tenant: TenantId, limits: Limits) {
    return this.#bypass.on ? refused() : this.#store.settle(tenant, limits);
  }

  preview(tenant: TenantId, limits: Limits) {
    return this.#bypass.on ? refused() : this.#store.preview(tenant, limits);
  }

  sample(tenant: TenantId, resource: string, count: number) {
    return this.#bypass.on ? refused() : this.#store.sample(tenant, resource, count);
  }

  ready() {
    return this.#bypass.on ? refused() : this.#store.ready();
  }

  state(tenant?: TenantId): 'up' | 'down' {
    return this.#bypass.on ? 'down' : this.#store.state(tenant);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
