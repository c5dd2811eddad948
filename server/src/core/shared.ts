import type { SharedKey } from './dataset.js';
import type { Duration } from './duration.js';
import type { LoadOptions } from './load-options.js';
import type { TenantId } from './tenant-id.js';
import type { WarmableDataset } from './warming.js';

/** What the platform's loader is told about the load that it performs. */
export interface SharedLoadContext {
  /** Aborts on the hard timeout, and when every caller has gone. */
  readonly signal: AbortSignal;
  /**
   * Set where the value is loaded ahead of its end, by `refresh` or a warm-up: what is taken from another entry has to be
   * fresh for longer than this as well. `Infinity`: loaded in any case.
   */
  readonly freshForMs?: number;
  /** Keeps this value for another time than the options say. @throws TenantCacheError `OPTION_INVALID` */
  setTtl(ttl: Duration): void;
  /** Keeps this value so long after its `ttl` for loads that fail. @throws TenantCacheError `OPTION_INVALID` */
  setGrace(grace: Duration): void;
}

export type SharedLoader<T> = (key: SharedKey, context: SharedLoadContext) => T | Promise<T>;
/**
 * Loads many of one kind with one call; what its result leaves out is not there. A value may be a promise: one that rejects
 * fails its key alone, and none waits for those of the others.
 */
export type SharedBatchLoader<T> = (
  keys: readonly SharedKey[],
  context: SharedLoadContext,
) => ReadonlyMap<SharedKey, T | Promise<T>> | Promise<ReadonlyMap<SharedKey, T | Promise<T>>>;

/** How the values of a kind are loaded and kept. Every entry has a TTL: without one the cache's default holds. */
export interface SharedKindOptions<T> extends LoadOptions {
  load?: SharedLoader<T>;
  loadMany?: SharedBatchLoader<T>;
  /** False keeps values out of this process's memory. Default true. */
  l1?: boolean;
  maxEntryBytes?: number;
}

/** What a tenant holds of a dataset: it reads, and each read is counted, audited and rate-limited as the tenant's. */
export interface SharedDataset {
  readonly dataset: string;
  /**
   * The value, loaded by the platform's loader of the kind where it is not cached; undefined where there is neither.
   * @throws TenantCacheError `TENANT_MISSING`, `TENANT_SUSPENDED`, `KEY_INVALID`; RateLimitedError; and what the loader throws
   */
  get<T = unknown>(group: string, kind: string): Promise<T | undefined>;
  /**
   * The same of many, by group; one round trip and one call of the batch loader for all that is missing. What cannot be
   * had is left out, unless nothing can: then it throws why.
   */
  getMany<T = unknown>(groups: readonly string[], kind: string): Promise<Map<string, T>>;
}

/** What the platform holds: no tenant, no rate limit, and the only way to write. */
export interface PlatformDataset extends SharedDataset, WarmableDataset {
  /**
   * Says how the values of a kind are loaded and kept. The kind is the first part of what readers name: `ohlcv` of
   * `ohlcv:1m:100`. Replaces what was said before.
   * @throws TenantCacheError `OPTION_INVALID`, `KEY_INVALID`
   */
  define<T>(kind: string, options: SharedKindOptions<T>): void;
  set<T>(
    group: string,
    kind: string,
    value: T,
    options?: { readonly ttl?: Duration; readonly grace?: Duration },
  ): Promise<boolean>;
  delete(group: string, kind: string): Promise<boolean>;
  /**
   * Loads it again although it is fresh, unless it stays so for longer than `unlessFreshFor` (omitted: in any case). One
   * load over all processes, and an invalidation while it runs wins, as with every load.
   * False: it is fresh for longer, or another process loaded it meanwhile.
   * @throws what the loader throws; what is cached is kept then
   */
  refresh(group: string, kind: string, options?: { readonly unlessFreshFor?: Duration }): Promise<boolean>;
  /** A page of what is cached, in no order, changing nothing and counting no read. @throws TenantCacheError `STORE_UNAVAILABLE` */
  entries(page: { readonly cursor?: string | undefined; readonly count: number }): Promise<SharedEntryPage>;
  /** What tenants asked this process for since `sinceMs`: the last 10,000 kinds of groups, in no order. */
  recentReads(sinceMs: number): readonly SharedRead[];
  /** All kinds of a group, in every process once this resolves. */
  invalidateGroup(group: string): Promise<void>;
  /** All groups whose names begin so, up to their first colon at least: `binance:` is an exchange. */
  invalidateGroups(prefix: `${string}:${string}`): Promise<void>;
  clear(): Promise<void>;
  /**
   * Told of each entry that is set or deleted here, or was heard to be written or deleted elsewhere; without an entry
   * whenever more than one was invalidated here or elsewhere, or may have been unheard.
   */
  onInvalidated(listener: (entry?: SharedKey) => void): void;
  /** Whether the shared store answers, as this process's last calls of it said. */
  storeState(): 'up' | 'down';
  usage(): Promise<SharedUsage>;
  /** This process's counters since it began. */
  metrics(): SharedMetrics;
}

/** An entry of a dataset as a list shows it. Times are milliseconds since 1970 by the store's clock. */
export interface SharedEntry extends SharedKey {
  readonly sizeBytes: number;
  readonly freshUntilMs: number;
}

export interface SharedEntryPage {
  readonly items: readonly SharedEntry[];
  /** Undefined: this was the last page. */
  readonly next: string | undefined;
  /** The store's clock. */
  readonly asOfMs: number;
}

/** A whole kind, such as `ohlcv:1m:100`, that was read. */
export interface SharedRead extends SharedKey {
  readonly lastReadMs: number;
}

export interface SharedUsage {
  readonly dataset: string;
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly entries: number;
}

/** `originCalls` counts loads; `originCallsSaved` reads that needed none. */
export interface SharedMetrics {
  readonly requests: number;
  readonly hits: number;
  readonly l1Hits: number;
  readonly l2Hits: number;
  readonly misses: number;
  /** 0 to 1; undefined without reads. */
  readonly hitRate: number | undefined;
  readonly originCalls: number;
  readonly originCallsSaved: number;
  readonly loadErrors: number;
  readonly staleServed: number;
  readonly evictions: number;
  /** Reads of tenants that their limit refused. */
  readonly limited: number;
}

/** Stands for groups that were too many to be counted each. */
export const OTHER_GROUPS = '(other)';

/** How often a tenant read a group within an hour; `hourMs` is its start, in milliseconds since 1970. */
export interface SharedAccess {
  readonly tenantId: TenantId;
  readonly dataset: string;
  readonly group: string;
  /** The first part of the kind. */
  readonly kind: string;
  readonly hourMs: number;
  readonly reads: number;
  /** Refused by the rate limit; not part of `reads`. */
  readonly limited: number;
}

/** What one process counted, cumulative within an hour, so that the same part brought twice changes nothing. */
export interface SharedAccessPart extends SharedAccess {
  readonly processEpoch: string;
}

export interface SharedAccessQuery {
  readonly dataset: string;
  readonly tenant?: TenantId;
  readonly group?: string;
  readonly fromMs: number;
  /** Not part of it. */
  readonly untilMs: number;
  readonly page: number;
  readonly pageSize: number;
}

/** Reads of a group within an hour; `hourMs` is its start, in milliseconds since 1970. What demand is forecast from. */
export interface HourlyDemand {
  readonly group: string;
  readonly kind: string;
  readonly hourMs: number;
  readonly reads: number;
}

/** One page; `reads` and `limited` are the sums of all pages. */
export interface SharedAccessList {
  readonly items: readonly SharedAccess[];
  readonly total: number;
  readonly reads: number;
  readonly limited: number;
}

/**
 * A part whose hour began longer ago changes nothing any more, by the store's clock: what the processes counted of that
 * hour may have become one row by then, in which a part that comes again could not be told from a new one.
 */
export const MAX_ACCESS_AGE_MS = 48 * 3_600_000;

/** Where it is kept who read what, for as long as the dataset says. */
export interface SharedAccessStore {
  /**
   * Keeps the greatest of what it has and what it is given, per process, tenant, group, kind and hour. At most 500 parts a
   * call.
   */
  merge(parts: readonly SharedAccessPart[]): Promise<void>;
  /** Summed over processes; newest hour first, then by reads. Hours that begin within the query's span. */
  list(query: SharedAccessQuery): Promise<SharedAccessList>;
  /** Of all tenants together, or of one, from `fromMs` on; the `max` most read rows. */
  demand(query: {
    readonly dataset: string;
    readonly tenant?: TenantId;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly max: number;
  }): Promise<readonly HourlyDemand[]>;
  /**
   * Removes hours that began before, and makes one row of what many processes counted within an hour that takes no more
   * parts; a bounded number of rows a call. Returns how many it removed.
   */
  tidy(dataset: string, beforeMs: number): Promise<number>;
  /** Forgets a tenant that was removed. Omitted: they go with the directory's own row of it. */
  removeTenant?(tenant: TenantId): void;
}
