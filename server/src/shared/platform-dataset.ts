import { hitRateOf } from '../core/counters.js';
import { assertGroup, type SharedKey, sharedKeyOf } from '../core/dataset.js';
import { type Duration, durationMs } from '../core/duration.js';
import { fail } from '../core/errors.js';
import { assertOptionNames } from '../core/options.js';
import type {
  PlatformDataset,
  SharedEntry,
  SharedEntryPage,
  SharedKindOptions,
  SharedMetrics,
  SharedRead,
  SharedUsage,
} from '../core/shared.js';
import { WARM, type WarmEntryOptions, type WarmOutcome } from '../core/warming.js';
import type { DatasetCache } from './dataset-cache.js';
import type { DatasetReads } from './dataset-reads.js';
import type { Kinds } from './kinds.js';

export interface WrittenDatasetParts {
  readonly dataset: string;
  readonly cache: DatasetCache;
  readonly kinds: Kinds;
  readonly reads: DatasetReads;
  readonly recent: { since(sinceMs: number): readonly SharedRead[] };
  /** Reads of tenants that were refused. */
  readonly limited: () => number;
  readonly storeState: () => 'up' | 'down';
  readonly invalidations: { onAny(listener: (entry?: SharedKey) => void): void; tell(entry: SharedKey): void };
}

/** A dataset as its owner holds it: reads, writes and invalidates, for nobody and without a limit. */
export class WrittenDataset implements PlatformDataset {
  readonly #parts: WrittenDatasetParts;

  constructor(parts: WrittenDatasetParts) {
    this.#parts = parts;
  }

  get dataset(): string {
    return this.#parts.dataset;
  }

  async get<T = unknown>(group: string, kind: string): Promise<T | undefined> {
    const { reads } = this.#parts;
    return (await reads.read(reads.entry(group, kind))) as T | undefined;
  }

  async getMany<T = unknown>(groups: readonly string[], kind: string): Promise<Map<string, T>> {
    const { reads } = this.#parts;
    return (await reads.readMany(reads.entries(groups, kind))) as Map<string, T>;
  }

  define<T>(kind: string, options: SharedKindOptions<T>): void {
    this.#parts.kinds.define(kind, options as SharedKindOptions<unknown>);
  }

  async set<T>(
    group: string,
    kind: string,
    value: T,
    options: { readonly ttl?: Duration; readonly grace?: Duration } = {},
  ): Promise<boolean> {
    assertOptionNames('set() of a dataset', options, ['ttl', 'grace']);
    const { reads, cache, invalidations } = this.#parts;
    const { resource, key } = reads.entry(group, kind);
    invalidations.tell({ group, kind });
    return (await cache.set(resource, key, value, options)).stored;
  }

  async delete(group: string, kind: string): Promise<boolean> {
    const { reads, cache, invalidations } = this.#parts;
    const { resource, key } = reads.entry(group, kind);
    invalidations.tell({ group, kind });
    return cache.delete(resource, key);
  }

  async refresh(group: string, kind: string, options: { readonly unlessFreshFor?: Duration } = {}): Promise<boolean> {
    assertOptionNames('refresh() of a dataset', options, ['unlessFreshFor']);
    const { unlessFreshFor } = options;
    const { reads, cache } = this.#parts;
    const entry = reads.entry(group, kind);
    const freshForMs =
      unlessFreshFor === undefined ? Number.POSITIVE_INFINITY : durationMs(unlessFreshFor, 'unlessFreshFor');
    const load = reads.loader(entry, freshForMs);
    if (load === undefined) throw withoutLoader();
    return cache.reload(entry.resource, entry.key, load, freshForMs);
  }

  async [WARM](
    group: string,
    kind: string,
    options: Pick<WarmEntryOptions, 'freshFor'>,
    signal: AbortSignal,
  ): Promise<WarmOutcome> {
    const { reads, cache } = this.#parts;
    const entry = reads.entry(group, kind);
    const load = reads.loader(entry, durationMs(options.freshFor ?? 0, 'freshFor'));
    if (load === undefined) throw withoutLoader();
    return cache[WARM](entry.resource, entry.key, { ...options, load }, signal);
  }

  async entries(page: { readonly cursor?: string | undefined; readonly count: number }): Promise<SharedEntryPage> {
    const { items, next, asOfMs } = await this.#parts.cache.browse(page);
    const named = items.map(({ resource, key, sizeBytes, freshUntilMs }): SharedEntry | undefined => {
      const name = sharedKeyOf(`${resource}:${key}`);
      return name && { ...name, sizeBytes, freshUntilMs };
    });
    return { items: named.filter((item) => item !== undefined), next, asOfMs };
  }

  recentReads(sinceMs: number): readonly SharedRead[] {
    return this.#parts.recent.since(sinceMs);
  }

  async invalidateGroup(group: string): Promise<void> {
    assertGroup(group);
    await this.#invalidate(`{${group}}:`);
  }

  async invalidateGroups(prefix: `${string}:${string}`): Promise<void> {
    assertGroup(prefix);
    if (!prefix.includes(':')) {
      throw fail('KEY_INVALID', {
        given: `a prefix of ${prefix.length} characters without a colon`,
        allowed: 'the part of a group up to its first colon, and more',
      });
    }
    await this.#invalidate(`{${prefix}`);
  }

  clear(): Promise<void> {
    return this.#parts.cache.clear();
  }

  onInvalidated(listener: (entry?: SharedKey) => void): void {
    this.#parts.invalidations.onAny(listener);
  }

  storeState(): 'up' | 'down' {
    return this.#parts.storeState();
  }

  async usage(): Promise<SharedUsage> {
    const { dataset, cache } = this.#parts;
    const { usedBytes, quotaBytes, entries } = await cache.usage();
    return { dataset, usedBytes, quotaBytes, entries };
  }

  metrics(): SharedMetrics {
    const { cache, reads, limited } = this.#parts;
    const { requests, l1Hits, l2Hits, misses, loadErrors, staleServed, evictions } = cache.counters();
    const hits = l1Hits + l2Hits;
    return {
      requests,
      hits,
      l1Hits,
      l2Hits,
      misses,
      hitRate: hitRateOf({ l1Hits, l2Hits, misses }),
      originCalls: reads.originCalls,
      originCallsSaved: reads.originCallsSaved,
      loadErrors,
      staleServed,
      evictions,
      limited: limited(),
    };
  }

  /** All whose names begin so: split as the tiers split it, whatever their kinds are. */
  async #invalidate(name: string): Promise<void> {
    const { cache, kinds } = this.#parts;
    const colon = name.indexOf(':');
    await cache.invalidatePrefix(kinds.of('').resource(name.slice(0, colon)), name.slice(colon + 1));
  }
}

function withoutLoader() {
  return fail('OPTION_INVALID', { given: 'a kind without a loader', todo: 'define() it with load or loadMany' });
}
