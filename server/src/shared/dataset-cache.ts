import type { TenantCounters } from '../core/counters.js';
import type { Duration } from '../core/duration.js';
import type { EntryPage } from '../core/entries.js';
import type { Resource } from '../core/resource.js';
import type { SharedLoadContext } from '../core/shared.js';
import type { WARM, WarmableEntries } from '../core/warming.js';

export interface NamedEntry {
  readonly resource: Resource<unknown>;
  readonly key: string;
}

/** What loads one value of an entry. */
export type EntryLoader = (context: SharedLoadContext) => unknown;
/** What loads many with one call, by the names they were asked by; what it leaves out is not there. Values may be promises. */
export type EntriesLoader = (names: readonly string[], context: SharedLoadContext) => Promise<Map<string, unknown>>;

/** By name what could be had, and why others could not; an entry without a value is in neither. */
export interface HadEntries {
  readonly values: Map<string, unknown>;
  readonly errors: readonly unknown[];
}

/** The tiers as the platform reaches them for one dataset. */
export interface DatasetCache extends Pick<WarmableEntries, typeof WARM> {
  get(resource: Resource<unknown>, key: string): Promise<unknown>;
  getOrSet(resource: Resource<unknown>, key: string, load: EntryLoader): Promise<unknown>;
  /** By name, of as many resources as there are; one round trip for all that memory does not hold. */
  readMany(entries: ReadonlyMap<string, NamedEntry>): Promise<Map<string, unknown>>;
  /** The same, and one call of `load` for all that is missing and that this call is to load; each fails by itself. */
  loadMany(entries: ReadonlyMap<string, NamedEntry>, load: EntriesLoader): Promise<HadEntries>;
  /** Loads what is fresh for no longer than that. Whether it did. */
  reload(resource: Resource<unknown>, key: string, load: EntryLoader, unlessFreshForMs: number): Promise<boolean>;
  set(
    resource: Resource<unknown>,
    key: string,
    value: unknown,
    options?: { ttl?: Duration; grace?: Duration },
  ): Promise<{ readonly stored: boolean }>;
  delete(resource: Resource<unknown>, key: string): Promise<boolean>;
  invalidatePrefix(resource: Resource<unknown>, prefix: string): Promise<void>;
  clear(): Promise<void>;
  usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes: number; readonly entries: number }>;
  browse(options: { readonly cursor?: string | undefined; readonly count: number }): Promise<EntryPage>;
  /** Since this process began; gauges as it heard last. */
  counters(): TenantCounters;
}
