import type { EntryId } from '../core/resource.js';
import { prefixScope } from '../core/scope.js';
import { tagList } from '../core/tags.js';
import type { TenantId } from '../core/tenant-id.js';
import { WARM, type WarmableEntries } from '../core/warming.js';
import { abortable } from './abortable.js';
import type { CacheEngine } from './cache-engine.js';
import {
  entryMap,
  factoryOf,
  inOrder,
  keepsInL1,
  keyList,
  NOTHING,
  notAFunction,
  type ResourceArg,
} from './call-arguments.js';
import { type EntryOptions, resourceName } from './entry-options.js';
import { setEntry, writeBehindEntry, writeThroughEntry } from './explicit-writes.js';
import { refreshEarly } from './freshness.js';
import { HandleCalls } from './handle-calls.js';
import { clearTenant, deleteEntries, invalidateScopes } from './invalidations.js';
import type { BatchFactory } from './load-batch.js';
import type { Factory } from './load-context.js';
import type { ReadCall } from './read-call.js';
import { readManyThrough } from './read-many-through.js';
import { readFresh, readManyFresh } from './read-shared.js';
import { refresh } from './read-through.js';
import type { SetResult } from './set-result.js';
import { type TenantMetrics, tenantMetrics } from './tenant-metrics.js';
import type { TenantRuntime } from './tenant-runtime.js';
import { type TenantUsage, tenantUsage } from './tenant-usage.js';
import { warmEntry } from './warm-entry.js';
import type { WriteBehindResult } from './write-behind.js';
import type { Persist } from './write-through.js';

/** Tags of one invalidation. */
const MAX_TAGS_PER_CALL = 1_000;

/**
 * One tenant's cache. No method takes a tenant id, so none can reach another tenant. Every method rejects with
 * `RESOURCE_INVALID` or `KEY_INVALID` for names off the grammar, and with `CACHE_CLOSED` after `close()`.
 */
export class TenantCache implements WarmableEntries {
  readonly #engine: CacheEngine;
  readonly #runtime: TenantRuntime;
  readonly #calls: HandleCalls;

  constructor(engine: CacheEngine, runtime: TenantRuntime) {
    this.#engine = engine;
    this.#runtime = runtime;
    this.#calls = new HandleCalls(engine, runtime);
  }

  get tenantId(): TenantId {
    return this.#runtime.tenant;
  }

  /** Whether the quota kept a value of this handle out; a request has a handle of its own. */
  get refused(): boolean {
    return this.#calls.refused;
  }

  /** The fresh value, or undefined where there is none. */
  get<T = unknown>(resource: ResourceArg<T>, key: string): Promise<T | undefined> {
    try {
      const local = this.#calls.fresh(resource, key);
      if (local) return Promise.resolve(local.value as T);
      const id = this.#calls.id(resource, key);
      return this.#calls.timed(
        readFresh(this.#engine, this.#runtime, resourceName(resource), id, keepsInL1(resource)),
      ) as Promise<T | undefined>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The fresh values, by key; one round trip for all that L1 does not hold. */
  async getMany<T = unknown>(resource: ResourceArg<T>, keys: readonly string[]): Promise<Map<string, T>> {
    const runtime = this.#runtime;
    const values = new Map<string, T>();
    const missing = new Map<EntryId, string>();
    for (const key of keyList(keys)) {
      const local = this.#calls.fresh(resource, key);
      if (local) values.set(key, local.value as T);
      else missing.set(this.#calls.id(resource, key), key);
    }
    if (missing.size === 0) return values;
    const read = readManyFresh(this.#engine, runtime, resourceName(resource), [...missing.keys()], keepsInL1(resource));
    const found = await this.#calls.timed(read);
    for (const [id, value] of found) values.set(missing.get(id) as string, value as T);
    return inOrder(values, keys);
  }

  /**
   * The cached value, or what `factory` loads, which is then stored. Callers of one cold key share one load, over all
   * processes, and its error. A quota never fails a read: a value it keeps out is returned all the same.
   * @param factory may be left out where the resource brings a `load`
   * @throws what the factory throws, unless a stale value in its grace can be answered; TenantCacheError
   *   `LOAD_TIMEOUT` after `hardTimeout`, `VALUE_NOT_CACHEABLE` for undefined
   */
  getOrSet<T>(resource: ResourceArg<T>, key: string, factory?: Factory<T>, options?: EntryOptions): Promise<T> {
    try {
      if (options?.signal?.aborted) throw options.signal.reason;
      const local = options?.l1 === false ? this.#calls.skipL1() : this.#calls.fresh(resource, key);
      if (local && local.loadMs === undefined) return Promise.resolve(local.value as T);
      const id = this.#calls.id(resource, key);
      const call = this.#calls.read(resource, id, factoryOf(resource, key, factory));
      const plan = this.#calls.plan(resource, options);
      if (local === undefined) return this.#calls.readThrough(call, plan) as Promise<T>;
      if (refreshEarly(local, plan.settings.beta, Date.now())) refresh(call, plan, undefined);
      return Promise.resolve(local.value as T);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The same for many keys: one round trip per tier, and one call of `factory` for all that this call has to load. Keys
   * that its result leaves out are left out here.
   */
  async getOrSetMany<T>(
    resource: ResourceArg<T>,
    keys: readonly string[],
    factory: BatchFactory<T>,
    options?: EntryOptions,
  ): Promise<Map<string, T>> {
    if (typeof factory !== 'function') throw notAFunction('factory', factory);
    const planOf = () => this.#calls.plan(resource, options);
    planOf().signal?.throwIfAborted();
    const values = new Map<string, T>();
    const missing = new Map<string, ReadCall>();
    for (const key of keyList(keys)) {
      const local = options?.l1 === false ? this.#calls.skipL1() : this.#calls.fresh(resource, key);
      if (local) values.set(key, local.value as T);
      else missing.set(key, this.#calls.read(resource, this.#calls.id(resource, key), NOTHING));
    }
    const read = readManyThrough(missing, factory, planOf);
    const loaded = await this.#calls.timed(abortable(read, options?.signal));
    for (const [key, value] of loaded) values.set(key, value);
    return inOrder(values, keys);
  }

  /**
   * Stores a value, evicting this tenant's own entries where the quota asks for it. Where the shared store does not
   * answer, `stored` is false and the figures are the last known.
   * @throws QuotaExceededError where the enforcement is `hard` and the entry cannot fit
   */
  async set<T>(resource: ResourceArg<T>, key: string, value: T, options?: EntryOptions): Promise<SetResult> {
    return setEntry(this.#calls.write(resource, key, value, options));
  }

  /**
   * Brings a value to its source with `persist`, then to the cache; where the cache cannot take it the entry is dropped,
   * so that the old value is not read any more.
   * @throws what `persist` throws, and then the cache is as it was
   */
  async writeThrough<T>(
    resource: ResourceArg<T>,
    key: string,
    value: T,
    persist: Persist<T>,
    options?: EntryOptions,
  ): Promise<SetResult> {
    return writeThroughEntry(this.#calls.write(resource, key, value, options), persist);
  }

  /**
   * Queues a value durably and stores it; the option `writeBehind` of the cache brings it to the source later.
   * @throws TenantCacheError `WRITE_BEHIND_FULL`, `STORE_UNAVAILABLE` where it cannot be queued
   */
  async writeBehind<T>(
    resource: ResourceArg<T>,
    key: string,
    value: T,
    options?: EntryOptions,
  ): Promise<WriteBehindResult> {
    return writeBehindEntry(this.#calls.write(resource, key, value, options));
  }

  /**
   * Stores many values of one resource, in calls that hold up to 32 each. What came to each is in the result, by key.
   * @throws QuotaExceededError after all have been tried, for the first that cannot fit
   */
  async setMany<T>(
    resource: ResourceArg<T>,
    entries: Iterable<readonly [string, T]>,
    options?: EntryOptions,
  ): Promise<Map<string, SetResult>> {
    const last = entryMap(entries);
    for (const key of last.keys()) this.#calls.id(resource, key);
    const results = await Promise.allSettled([...last].map(([key, value]) => this.set(resource, key, value, options)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return new Map([...last.keys()].map((key, index) => [key, (results[index] as { value: SetResult }).value]));
  }

  /** Whether there was an entry. Where the shared store does not answer, the deletion is sent when it does again. */
  async delete(resource: ResourceArg<unknown>, key: string): Promise<boolean> {
    const [removed] = await deleteEntries(this.#engine, this.#runtime, [this.#calls.id(resource, key)]);
    return removed ?? false;
  }

  /** How many of the entries there were. */
  async deleteMany(resource: ResourceArg<unknown>, keys: readonly string[]): Promise<number> {
    const ids = [...keyList(keys)].map((key) => this.#calls.id(resource, key));
    return (await deleteEntries(this.#engine, this.#runtime, ids)).filter(Boolean).length;
  }

  /** Every entry with one of the tags is gone once this resolves, in all processes, in O(tags). */
  async invalidateTags(tags: readonly string[]): Promise<void> {
    this.#calls.assertUsable();
    const scopes = tagList(tags, MAX_TAGS_PER_CALL).map((tag) => ({ tag }));
    if (scopes.length > 0) await invalidateScopes(this.#engine, this.#runtime, scopes, 'tags');
  }

  async invalidateResource(resource: ResourceArg<unknown>): Promise<void> {
    this.#calls.assertUsable();
    const scope = prefixScope(resourceName(resource), '');
    await invalidateScopes(this.#engine, this.#runtime, [scope], 'resource');
  }

  /** Every entry of the resource whose key begins so; a plain prefix, no pattern. */
  async invalidatePrefix(resource: ResourceArg<unknown>, prefix: string): Promise<void> {
    this.#calls.assertUsable();
    const scope = prefixScope(resourceName(resource), prefix);
    await invalidateScopes(this.#engine, this.#runtime, [scope], 'prefix');
  }

  /** Everything of this tenant is gone once this resolves, at a cost that does not grow with the number of entries. */
  async clear(): Promise<void> {
    this.#engine.assertOpen();
    await clearTenant(this.#engine, this.#runtime);
  }

  /** Exact at this moment where the shared store answers, else the last known. */
  usage(): Promise<TenantUsage> {
    return tenantUsage(this.#engine, this.#runtime);
  }

  /** This process's counters of the tenant, since the tenant came into it; one that nobody asks for leaves. */
  metrics(): TenantMetrics {
    return tenantMetrics(this.#runtime.counters);
  }

  [WARM](...entry: Parameters<WarmableEntries[typeof WARM]>): ReturnType<WarmableEntries[typeof WARM]> {
    return warmEntry(this.#engine, this.#runtime, ...entry);
  }
}
