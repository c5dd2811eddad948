import type { EntryBody, SharedStore } from '../core/contracts.js';
import { fail } from '../core/errors.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

/** `lost` does the work and then fails: a write that timed out but happened. */
export type Fault = 'none' | 'down' | 'lost';

/** Wraps a store so that a test decides when it fails. */
export class FaultyStore implements SharedStore {
  fault: Fault = 'none';
  readonly #store: SharedStore;

  constructor(store: SharedStore) {
    this.#store = store;
  }

  get(tenant: TenantId, id: EntryId) {
    return this.#call(() => this.#store.get(tenant, id));
  }

  getMany(tenant: TenantId, ids: readonly EntryId[]) {
    return this.#call(() => this.#store.getMany(tenant, ids));
  }

  write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits) {
    return this.#call(() => this.#store.write(tenant, id, body, limits));
  }

  delete(tenant: TenantId, id: EntryId) {
    return this.#call(() => this.#store.delete(tenant, id));
  }

  clear(tenant: TenantId) {
    return this.#call(() => this.#store.clear(tenant));
  }

  touch(tenant: TenantId, id: EntryId): void {
    if (this.fault === 'none') this.#store.touch(tenant, id);
  }

  settle(tenant: TenantId, limits: Limits) {
    return this.#call(() => this.#store.settle(tenant, limits));
  }

  preview(tenant: TenantId, limits: Limits) {
    return this.#call(() => this.#store.preview(tenant, limits));
  }

  ready() {
    return this.#call(() => this.#store.ready());
  }

  state(): 'up' | 'down' {
    return this.fault === 'none' ? this.#store.state() : 'down';
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    const fault = this.fault;
    if (fault === 'down') throw fail('STORE_UNAVAILABLE', { given: 'a planted fault' });
    const result = await call();
    if (fault === 'lost') throw fail('STORE_UNAVAILABLE', { given: 'a planted fault' });
    return result;
  }
}
