import { fail } from '../core/errors.js';
import type { QuotaState } from '../core/quota.js';
import { type EntryId, entryId, type Resource } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import type { CacheEngine } from './cache-engine.js';
import { type EntryOptions, resolveOptions, resourceName } from './entry-options.js';
import { readManyShared, readShared } from './read-shared.js';
import { type Factory, readThrough } from './read-through.js';
import { type SetResult, setResult } from './set-result.js';
import { type TenantMetrics, tenantMetrics } from './tenant-metrics.js';
import type { TenantRuntime } from './tenant-runtime.js';

export interface TenantUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** Quota plus overage where overage is allowed. */
  readonly hardLimitBytes: number;
  readonly entries: number;
  readonly state: QuotaState;
}

/** One timed L1 hit stands for this many: two clock reads cost a third of such a hit. */
const L1_SAMPLE = 16;

/**
 * One tenant's cache. No method takes a tenant id, so none can reach another tenant. Every method rejects with
 * `RESOURCE_INVALID` or `KEY_INVALID` for names off the grammar, and with `CACHE_CLOSED` after `close()`.
 */
export class TenantCache {
  readonly #engine: CacheEngine;
  readonly #runtime: TenantRuntime;
  #refused = false;

  constructor(engine: CacheEngine, runtime: TenantRuntime) {
    this.#engine = engine;
    this.#runtime = runtime;
  }

  get tenantId(): TenantId {
    return this.#runtime.tenant;
  }

  /** Whether the quota kept a value of this handle out; a request has a handle of its own. */
  get refused(): boolean {
    return this.#refused;
  }

  /** The value, or undefined where there is none. */
  async get<T = unknown>(resource: string | Resource<T>, key: string): Promise<T | undefined> {
    const id = this.#id(resource, key);
    const hit = this.#local(id) ?? (await readShared(this.#engine, this.#runtime, id, keepsInL1(resource)));
    return hit?.value as T | undefined;
  }

  /** The values that are there, by key; one round trip for all that L1 does not hold. */
  async getMany<T = unknown>(resource: string | Resource<T>, keys: readonly string[]): Promise<Map<string, T>> {
    if (!Array.isArray(keys)) throw fail('KEY_INVALID', { given: typeof keys, allowed: 'an array of keys' });
    const ids = keys.map((key) => this.#id(resource, key));
    const local = ids.map((id) => this.#local(id));
    const missing = ids.filter((_, index) => local[index] === undefined);
    const shared = await readManyShared(this.#engine, this.#runtime, missing, keepsInL1(resource));
    const found = new Map<string, T>();
    for (const [index, key] of keys.entries()) {
      const hit = local[index] ?? shared.get(ids[index] as EntryId);
      if (hit) found.set(key, hit.value as T);
    }
    return found;
  }

  /**
   * The cached value, or what `factory` loads, which is then stored. Callers of one cold key share one load, and its
   * error. A quota never fails a read: a value it keeps out is returned all the same.
   */
  getOrSet<T>(resource: string | Resource<T>, key: string, factory: Factory<T>, options?: EntryOptions): Promise<T> {
    try {
      const id = this.#id(resource, key);
      const hit = this.#local(id);
      if (hit) return Promise.resolve(hit.value as T);
      if (typeof factory !== 'function') {
        throw fail('OPTION_INVALID', { given: `factory: ${typeof factory}`, allowed: 'a function' });
      }
      return this.#readThrough(resource, id, factory, options) as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Stores a value, evicting this tenant's own entries where the quota asks for it. Where the shared store does not
   * answer, `stored` is false and the figures are the last known.
   * @throws QuotaExceededError where the enforcement is `hard` and the entry cannot fit
   */
  async set<T>(resource: string | Resource<T>, key: string, value: T, options?: EntryOptions): Promise<SetResult> {
    const id = this.#id(resource, key);
    const resolved = resolveOptions(resource, options, this.#engine.defaultTtlMs);
    await this.#engine.limitsOf(this.#runtime);
    // A load under way read its source before this value was known.
    void this.#runtime.loads.void(id);
    const mark = this.#engine.local.begin(this.#runtime.tenant, id);
    const written = await this.#engine.store(this.#runtime, id, value, resolved, mark);
    if (written.outcome === undefined) this.#engine.shared.distrust(this.#runtime.tenant, id);
    else if (written.outcome.status !== 'stored') this.#refused = true;
    return setResult(written, this.#runtime.counters);
  }

  /** Whether there was an entry. Where the shared store does not answer, the deletion is sent when it does again. */
  async delete(resource: string | Resource<unknown>, key: string): Promise<boolean> {
    const id = this.#id(resource, key);
    const { loads, tenant, counters } = this.#runtime;
    const startedMs = performance.now();
    await loads.void(id);
    const removed = await this.#engine.shared.remove(tenant, id);
    this.#engine.latency.delete.observe(performance.now() - startedMs);
    // A load that began meanwhile may have read the source before the caller changed it.
    void loads.void(id);
    this.#engine.local.drop(tenant, id);
    if (removed) counters.invalidations++;
    return removed;
  }

  /** Everything of this tenant is gone once this resolves, at a cost that does not grow with the number of entries. */
  async clear(): Promise<void> {
    this.#engine.assertOpen();
    const { loads, tenant, counters } = this.#runtime;
    const startedMs = performance.now();
    await loads.voidAll();
    await this.#engine.shared.clear(tenant);
    this.#engine.latency.clear.observe(performance.now() - startedMs);
    void loads.voidAll();
    this.#engine.local.dropTenant(tenant);
    counters.invalidations += counters.entries;
    counters.entries = 0;
  }

  /** Exact at this moment where the shared store answers, else the last known. */
  async usage(): Promise<TenantUsage> {
    this.#engine.assertOpen();
    const runtime = await this.#engine.registry.open(this.#runtime.tenant);
    const { usedBytes, entries } = await this.#engine.settle(runtime);
    const { quotaBytes, hardLimitBytes, state } = runtime.counters;
    return { usedBytes, quotaBytes, hardLimitBytes, entries, state };
  }

  /** This process's counters of the tenant, since it first saw the tenant. */
  metrics(): TenantMetrics {
    return tenantMetrics(this.#runtime.counters);
  }

  #id(resource: string | Resource<unknown>, key: string): EntryId {
    this.#engine.assertOpen();
    if (this.#runtime.suspended) throw fail('TENANT_SUSPENDED');
    return entryId(resourceName(resource), key);
  }

  #local(id: EntryId) {
    const { counters, tenant } = this.#runtime;
    const sampled = (counters.requests++ & (L1_SAMPLE - 1)) === 0;
    const startedMs = sampled ? performance.now() : 0;
    const hit = this.#engine.local.get(tenant, id);
    if (hit === undefined) return undefined;
    counters.l1Hits++;
    counters.bytesServed += hit.bytes;
    this.#engine.shared.touch(tenant, id);
    if (sampled) {
      const ms = performance.now() - startedMs;
      this.#engine.latency.getL1.observe(ms, L1_SAMPLE);
      counters.responseTimeMs += ms * L1_SAMPLE;
    }
    return hit;
  }

  async #readThrough(
    resource: string | Resource<unknown>,
    id: EntryId,
    factory: Factory<unknown>,
    options?: EntryOptions,
  ) {
    const startedMs = performance.now();
    try {
      return await readThrough({
        engine: this.#engine,
        runtime: this.#runtime,
        resource,
        id,
        factory,
        options,
        onRefused: () => {
          this.#refused = true;
        },
      });
    } finally {
      this.#runtime.counters.responseTimeMs += performance.now() - startedMs;
    }
  }
}

function keepsInL1(resource: string | Resource<unknown>): boolean {
  return typeof resource === 'string' || resource.l1;
}
