import type { EntryBody, Lease, LeaseRequest, SharedStore } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import type { SpanFacts, SpanName, Tracing } from '../core/tracing.js';

/** A store whose reads, writes and invalidations have spans while tracing is on. */
export class TracedStore implements SharedStore {
  readonly #store: SharedStore;
  readonly #tracing: Tracing;

  constructor(store: SharedStore, tracing: Tracing) {
    this.#store = store;
    this.#tracing = tracing;
  }

  get(tenant: TenantId, id: EntryId) {
    if (!this.#tracing.enabled) return this.#store.get(tenant, id);
    const call = () => this.#store.get(tenant, id);
    return this.#span('l2.read', { tenant, resource: resourceOf(id) }, call, (entry) => (entry ? 'hit' : 'miss'));
  }

  getMany(tenant: TenantId, ids: readonly EntryId[]) {
    if (!this.#tracing.enabled) return this.#store.getMany(tenant, ids);
    return this.#span('l2.read', { tenant, entries: ids.length }, () => this.#store.getMany(tenant, ids));
  }

  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease?: Lease) {
    if (!this.#tracing.enabled) return this.#store.write(tenant, id, body, limits, lease);
    const call = () => this.#store.write(tenant, id, body, limits, lease);
    return this.#span('l2.write', { tenant, resource: resourceOf(id) }, call, ({ status }) => status);
  }

  delete(tenant: TenantId, id: EntryId) {
    if (!this.#tracing.enabled) return this.#store.delete(tenant, id);
    const call = () => this.#store.delete(tenant, id);
    return this.#span('l2.invalidate', { tenant, resource: resourceOf(id) }, call);
  }

  invalidate(tenant: TenantId, scopes: readonly Scope[]) {
    if (!this.#tracing.enabled) return this.#store.invalidate(tenant, scopes);
    const call = () => this.#store.invalidate(tenant, scopes);
    return this.#span('l2.invalidate', { tenant, entries: scopes.length }, call);
  }

  clear(tenant: TenantId) {
    if (!this.#tracing.enabled) return this.#store.clear(tenant);
    return this.#span('l2.invalidate', { tenant }, () => this.#store.clear(tenant));
  }

  lease(tenant: TenantId, id: EntryId, request: LeaseRequest) {
    return this.#store.lease(tenant, id, request);
  }

  renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number) {
    return this.#store.renew(tenant, id, lease, ttlMs);
  }

  release(tenant: TenantId, id: EntryId, lease: Lease) {
    return this.#store.release(tenant, id, lease);
  }

  touch(tenant: TenantId, id: EntryId): void {
    this.#store.touch(tenant, id);
  }

  settle(tenant: TenantId, limits: Limits) {
    return this.#store.settle(tenant, limits);
  }

  preview(tenant: TenantId, limits: Limits) {
    return this.#store.preview(tenant, limits);
  }

  sample(tenant: TenantId, resource: string, count: number) {
    return this.#store.sample(tenant, resource, count);
  }

  ready() {
    return this.#store.ready();
  }

  state(tenant?: TenantId) {
    return this.#store.state(tenant);
  }

  close() {
    return this.#store.close();
  }

  #span<T>(name: SpanName, facts: SpanFacts, call: () => Promise<T>, outcome?: (result: T) => string): Promise<T> {
    return this.#tracing.span(name, { ...facts, tier: 'l2' }, async (span) => {
      const result = await call();
      if (outcome) span?.tell({ outcome: outcome(result) });
      return result;
    });
  }
}

function resourceOf(id: EntryId): string {
  return id.slice(0, id.indexOf(':'));
}
