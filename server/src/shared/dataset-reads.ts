import { type SharedKey, sharedEntry } from '../core/dataset.js';
import { fail } from '../core/errors.js';
import { NO_VALUE } from '../core/no-value.js';
import type { Resource } from '../core/resource.js';
import type { SharedLoadContext } from '../core/shared.js';
import type { DatasetCache, EntryLoader, HadEntries } from './dataset-cache.js';
import type { Kind, Kinds } from './kinds.js';

/** An entry whose names were checked, with all that reading it takes. */
export interface DatasetEntry extends SharedKey {
  readonly settings: Kind;
  readonly resource: Resource<unknown>;
  /** Of the tiers, within the resource. */
  readonly key: string;
}

/** Reads a dataset through the loaders of its kinds, whoever asks, and counts what that costs the origin. */
export class DatasetReads {
  /** Calls of loaders; one that loads many counts once. */
  originCalls = 0;
  /** Reads of what has a loader, and that ran none. */
  originCallsSaved = 0;
  readonly #cache: DatasetCache;
  readonly #kinds: Kinds;

  constructor(cache: DatasetCache, kinds: Kinds) {
    this.#cache = cache;
    this.#kinds = kinds;
  }

  /** @throws TenantCacheError `KEY_INVALID` */
  entry(group: string, kind: string): DatasetEntry {
    const [name, key] = sharedEntry({ group, kind });
    const settings = this.#kinds.of(kind);
    return { group, kind, settings, resource: settings.resource(name), key };
  }

  /** One for each group, in their order. @throws TenantCacheError `KEY_INVALID` */
  entries(groups: readonly string[], kind: string): DatasetEntry[] {
    if (!Array.isArray(groups)) throw fail('KEY_INVALID', { given: typeof groups, allowed: 'an array of groups' });
    return [...new Set(groups as string[])].map((group) => this.entry(group, kind));
  }

  async read(entry: DatasetEntry): Promise<unknown> {
    const { settings, resource, key, group } = entry;
    if (settings.load === undefined) {
      if (settings.loadMany === undefined) return this.#cache.get(resource, key);
      return (await this.readMany([entry])).get(group);
    }
    let called = false;
    const value = await this.#cache.getOrSet(resource, key, (context) => {
      called = true;
      return (this.loader(entry) as EntryLoader)(context);
    });
    if (!called) this.originCallsSaved++;
    return value;
  }

  /**
   * By group, in the order of the entries, which are of one kind. What cannot be had is left out.
   * @throws why, where nothing can but, for some, that there is none
   */
  async readMany(entries: readonly DatasetEntry[]): Promise<Map<string, unknown>> {
    const [first] = entries;
    if (first === undefined) return new Map();
    const { load, loadMany } = first.settings;
    const named = new Map(entries.map((entry) => [entry.group, entry]));
    const { values, errors } = await (loadMany ? this.#loadMany(named, loadMany) : this.#readEach(named, load));
    if (errors.length > 0 && [...values.values()].every((value) => value === null)) throw errors[0];
    return new Map(entries.filter(({ group }) => values.has(group)).map(({ group }) => [group, values.get(group)]));
  }

  /**
   * What loads an entry by itself; undefined where nothing does.
   * @param freshForMs told to the loader of what may be fresh still
   */
  loader(entry: DatasetEntry, freshForMs?: number): EntryLoader | undefined {
    const { group, kind, settings } = entry;
    const { load, loadMany } = settings;
    const key = Object.freeze({ group, kind });
    if (load) {
      return (context) => {
        this.originCalls++;
        return load(key, told(context, freshForMs));
      };
    }
    if (loadMany === undefined) return undefined;
    return async (context) => {
      this.originCalls++;
      const found = assertMap(await loadMany([key], told(context, freshForMs)));
      return found.has(key) ? found.get(key) : NO_VALUE;
    };
  }

  async #readEach(named: ReadonlyMap<string, DatasetEntry>, load: Kind['load']): Promise<HadEntries> {
    if (load === undefined) return { values: await this.#cache.readMany(named), errors: [] };
    const values = new Map<string, unknown>();
    const reads = [...named].map(async ([group, entry]) => values.set(group, await this.read(entry)));
    const results = await Promise.allSettled(reads);
    return { values, errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])) };
  }

  async #loadMany(
    named: ReadonlyMap<string, DatasetEntry>,
    loadMany: NonNullable<Kind['loadMany']>,
  ): Promise<HadEntries> {
    let asked = 0;
    const had = await this.#cache.loadMany(named, async (groups, context) => {
      asked += groups.length;
      this.originCalls++;
      const keys = groups.map((group) => Object.freeze({ group, kind: (named.get(group) as DatasetEntry).kind }));
      const found = assertMap(await loadMany(keys, told(context)));
      return new Map(keys.filter((key) => found.has(key)).map((key) => [key.group, found.get(key)]));
    });
    this.originCallsSaved += named.size - asked;
    return had;
  }
}

/** A loader needs no more of what the tiers tell, and it can be taken apart. */
function told(context: SharedLoadContext, freshForMs?: number): SharedLoadContext {
  return {
    ...(freshForMs !== undefined && { freshForMs }),
    get signal() {
      return context.signal;
    },
    setTtl: (ttl) => context.setTtl(ttl),
    setGrace: (grace) => context.setGrace(grace),
  };
}

function assertMap<V>(found: ReadonlyMap<SharedKey, V>): ReadonlyMap<SharedKey, V> {
  if (found instanceof Map) return found;
  throw fail('VALUE_NOT_CACHEABLE', {
    given: `${typeof found} from loadMany`,
    allowed: 'a Map by the keys it was given',
  });
}
