import { addCounters, TenantCounters } from '../core/counters.js';
import type { BrowseOptions, EntryPage } from '../core/entries.js';
import type { EntryId, Resource } from '../core/resource.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import type { CacheEngine } from './cache-engine.js';
import { keepsInL1, NOTHING } from './call-arguments.js';
import { HandleCalls } from './handle-calls.js';
import type { BatchFactory } from './load-batch.js';
import type { Factory } from './load-context.js';
import type { ReadCall } from './read-call.js';
import { type HadOfMany, readEachThrough } from './read-many-through.js';
import { readManyFresh } from './read-shared.js';
import { reload } from './reload.js';
import { patiently } from './settled-usage.js';
import { TenantCache } from './tenant-cache.js';
import type { TenantRuntime } from './tenant-runtime.js';

interface Named {
  readonly resource: Resource<unknown>;
  readonly key: string;
}

/** A shared dataset's cache: a tenant's, which also reads entries of many resources at once and loads what is fresh. */
export class DatasetHandle extends TenantCache {
  readonly #engine: CacheEngine;
  readonly #runtime: TenantRuntime;
  readonly #upkeep: Pick<StoreUpkeep, 'browse'>;
  readonly #calls: HandleCalls;
  /** Of the times that the dataset was open here before. */
  readonly #before = new TenantCounters();

  constructor(engine: CacheEngine, runtime: TenantRuntime, upkeep: Pick<StoreUpkeep, 'browse'>) {
    super(engine, runtime);
    this.#engine = engine;
    this.#runtime = runtime;
    this.#upkeep = upkeep;
    this.#calls = new HandleCalls(engine, runtime);
    engine.registry.onLeave((account, counters) => {
      if (account === runtime.tenant) addCounters(this.#before, counters);
    });
  }

  /** The fresh values, by the names of the entries; one round trip for all that L1 does not hold. */
  async readMany(entries: ReadonlyMap<string, Named>): Promise<Map<string, unknown>> {
    const { values, missing } = this.#look(entries);
    const resources = new Map<Resource<unknown>, Map<EntryId, string>>();
    for (const [name, { resource, key }] of missing) {
      const names = resources.get(resource) ?? new Map<EntryId, string>();
      resources.set(resource, names.set(this.#calls.id(resource, key), name));
    }
    // What is asked for in one turn goes out together.
    const reads = [...resources].map(async ([resource, names]) => {
      const ids = [...names.keys()];
      const found = await readManyFresh(this.#engine, this.#runtime, resource.name, ids, keepsInL1(resource));
      for (const [id, value] of found) values.set(names.get(id) as string, value);
    });
    if (reads.length > 0) await this.#calls.timed(Promise.all(reads));
    return values;
  }

  /**
   * The same, and one call of `load` for all that this call has to load. What its result leaves out is left out here; a
   * promise in it that rejects is the failure of its entry alone.
   */
  async loadMany(entries: ReadonlyMap<string, Named>, load: BatchFactory<unknown>): Promise<HadOfMany<unknown>> {
    const { values, missing } = this.#look(entries);
    const [first] = missing;
    if (first === undefined) return { values, errors: [] };
    // Its options are those of all, which are of one kind.
    const planOf = () => this.#calls.plan(first[1].resource, undefined);
    const calls = new Map<string, ReadCall>(
      missing.map(([name, { resource, key }]) => [
        name,
        this.#calls.read(resource, this.#calls.id(resource, key), NOTHING),
      ]),
    );
    const loaded = await this.#calls.timed(readEachThrough(calls, load, planOf));
    for (const [name, value] of loaded.values) values.set(name, value);
    return { values, errors: loaded.errors };
  }

  /** As `reload`. */
  async reload(
    resource: Resource<unknown>,
    key: string,
    load: Factory<unknown>,
    unlessFreshForMs: number,
  ): Promise<boolean> {
    const call = this.#calls.read(resource, this.#calls.id(resource, key), load);
    return reload(call, this.#calls.plan(resource, undefined), unlessFreshForMs);
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE`, `REQUEST_INVALID` for a cursor that is none */
  browse(options: BrowseOptions): Promise<EntryPage> {
    return patiently(() => this.#upkeep.browse(this.tenantId, options));
  }

  /** Since this process began; gauges as it heard last. */
  counters(): TenantCounters {
    const { usedBytes, entries, quotaBytes, hardLimitBytes, state } = this.#runtime.counters;
    const sum = Object.assign(new TenantCounters(), { usedBytes, entries, quotaBytes, hardLimitBytes, state });
    addCounters(sum, this.#before);
    addCounters(sum, this.#runtime.counters);
    return sum;
  }

  #look(entries: ReadonlyMap<string, Named>) {
    const values = new Map<string, unknown>();
    const missing: [name: string, entry: Named][] = [];
    for (const [name, entry] of entries) {
      const local = this.#calls.fresh(entry.resource, entry.key);
      if (local) values.set(name, local.value);
      else missing.push([name, entry]);
    }
    return { values, missing };
  }
}
