import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { SharedStore, StoredEntry } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { type ConsistencyCheckOptions, resolveConsistencyOptions } from './consistency-options.js';
import { resourceName } from './entry-options.js';

/** What a check found. The counts from `equal` to `unanswered` add up to `sampled`, unless it was aborted. */
export interface ConsistencyReport {
  readonly tenantId: TenantId;
  readonly resource: string;
  /** Entries drawn; fewer than asked for where there are not so many, or not so many were found. */
  readonly sampled: number;
  /** Of them, those that were compared with their source. */
  readonly checked: number;
  readonly equal: number;
  readonly different: number;
  /** Cached, but the source holds nothing. */
  readonly missingInSource: number;
  /** The codec or the seal refused them: a reader takes them as a miss. */
  readonly unreadable: number;
  /** Expired, deleted, or kept only for their grace: nobody is served them as fresh. */
  readonly skippedStale: number;
  /** Written or invalidated while they were being compared. */
  readonly changedMeanwhile: number;
  /** Keys above 200 bytes are stored under their hash, from which they cannot be loaded. */
  readonly skippedUnnamed: number;
  /** The source threw, or the shared store gave no answer. */
  readonly unanswered: number;
  readonly repaired: number;
  /** Keys of those that are different, missing or unreadable; the first 100. Keys are data: do not log them. */
  readonly inconsistentKeys: readonly string[];
  readonly aborted: boolean;
  readonly durationMs: number;
}

/** What the check needs of one tenant's cache. */
export interface ConsistencyCheckParts {
  readonly tenant: TenantId;
  readonly store: Pick<SharedStore, 'sample' | 'get'>;
  /** Rejects for anything unreadable. */
  decode(id: EntryId, stored: StoredEntry): unknown;
  /** What a value is after it has been stored and read. */
  roundTrip(value: unknown): unknown;
  /** Deletes the entry here and everywhere. */
  remove(key: string): Promise<unknown>;
  /** Loads through the cache, so that leases and quotas count. */
  reload(key: string, load: () => unknown, stored: StoredEntry): Promise<unknown>;
}

type Verdict = 'equal' | 'different' | 'missingInSource' | 'unreadable' | 'skippedStale' | 'changedMeanwhile';

const MAX_KEYS = 100;

/**
 * Compares a sample of a resource's entries with their source.
 * @throws TenantCacheError `OPTION_INVALID`, `STORE_UNAVAILABLE` where no sample can be drawn
 */
export async function checkConsistency<T>(
  parts: ConsistencyCheckParts,
  raw: ConsistencyCheckOptions<T>,
): Promise<ConsistencyReport> {
  const options = resolveConsistencyOptions(raw);
  const resource = resourceName(raw.resource);
  const startedMs = performance.now();
  const { ids, unnamed } = await parts.store.sample(parts.tenant, resource, options.sample);
  const counts = { equal: 0, different: 0, missingInSource: 0, unreadable: 0, skippedStale: 0, changedMeanwhile: 0 };
  const inconsistentKeys: string[] = [];
  let unanswered = 0;
  let repaired = 0;
  let done = 0;

  const one = async (id: EntryId): Promise<void> => {
    const key = id.slice(resource.length + 1);
    const source = () => options.load(key, { tenantId: parts.tenant, signal: options.signal });
    const stored = await parts.store.get(parts.tenant, id);
    const verdict = stored === undefined ? 'skippedStale' : await judge(parts, options, id, stored, source);
    counts[verdict]++;
    if (stored === undefined || !isInconsistent(verdict)) return;
    if (inconsistentKeys.length < MAX_KEYS) inconsistentKeys.push(key);
    if (options.repair !== false && (await repair(key, verdict, source, stored))) repaired++;
  };

  const repair = async (key: string, verdict: Verdict, source: () => unknown, stored: StoredEntry) => {
    try {
      await parts.remove(key);
      // What the source does not hold has nothing to be refreshed with.
      if (options.repair === 'refresh' && verdict !== 'missingInSource') await parts.reload(key, source, stored);
      return true;
    } catch {
      return false;
    }
  };

  const queue = ids.values();
  const worker = async (): Promise<void> => {
    for (const id of queue) {
      if (options.signal.aborted) return;
      try {
        await one(id);
      } catch {
        if (options.signal.aborted) return;
        unanswered++;
      }
      progress(options.onProgress, ++done, ids.length);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));

  return {
    tenantId: parts.tenant,
    resource,
    sampled: ids.length + unnamed,
    checked: counts.equal + counts.different + counts.missingInSource,
    ...counts,
    skippedUnnamed: unnamed,
    unanswered,
    repaired,
    inconsistentKeys,
    aborted: options.signal.aborted,
    durationMs: performance.now() - startedMs,
  };
}

/** Reads the cache first, then the source, then looks whether the entry is still the one that was compared. */
async function judge<T>(
  parts: ConsistencyCheckParts,
  options: ReturnType<typeof resolveConsistencyOptions<T>>,
  id: EntryId,
  stored: StoredEntry,
  source: () => unknown,
): Promise<Verdict> {
  if (stored.createdAtMs + stored.ttlMs <= Date.now()) return 'skippedStale';
  let cached: unknown;
  try {
    cached = await parts.decode(id, stored);
  } catch {
    return 'unreadable';
  }
  const value = (await source()) ?? null;
  if (cached === null && value === null) return 'equal';
  if (cached !== null && value !== null) {
    const same = options.compare
      ? options.compare(cached as T, value as T)
      : isDeepStrictEqual(cached, await parts.roundTrip(value));
    if (same) return 'equal';
  }
  await delay(options.confirmAfterMs, undefined, { signal: options.signal });
  const again = await parts.store.get(parts.tenant, id);
  if (again?.sequence !== stored.sequence) return 'changedMeanwhile';
  return value === null ? 'missingInSource' : 'different';
}

function isInconsistent(verdict: Verdict): boolean {
  return verdict === 'different' || verdict === 'missingInSource' || verdict === 'unreadable';
}

function progress(listener: ConsistencyCheckOptions['onProgress'], done: number, total: number): void {
  try {
    listener?.({ done, total });
  } catch {
    // Who watches must not be able to fail the check.
  }
}
