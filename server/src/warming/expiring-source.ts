import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import type { PlatformDataset, SharedAccessStore, SharedEntry } from '../core/shared.js';
import type { WarmSource, WarmTarget } from '../core/warming.js';
import { hourlyReads } from './access-reads.js';
import { assertCount } from './group-targets.js';
import { sharedTarget } from './targets.js';

export interface ExpiringOptions {
  readonly dataset: PlatformDataset;
  /**
   * What is fresh for no longer is loaded again. Longer than from one run to the end of the next, or a key expires in
   * between; a kind that lives no longer than this is loaded with each run. Default `20s`.
   */
  readonly within?: Duration;
  /** What no tenant read for so long is left to expire. Default `5m`. */
  readonly readWithin?: Duration;
  /**
   * What other processes' tenants read, too, by the hour and as late as they report it. Omitted: what this process's did.
   */
  readonly access?: SharedAccessStore;
  /** Entries loaded again in one run. Default 1,000, at most 10,000. */
  readonly max?: number;
}

const WHERE = 'expiring()';
const PAGE = 500;
/** Entries of the dataset that one run looks at. */
const MAX_LOOKED = 200_000;

/**
 * Refresh ahead: what is read and about to expire, the soonest first, is loaded again before it does. What nobody reads is
 * not. A value that cannot be loaded stays as it is.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function expiring(options: ExpiringOptions): WarmSource {
  assertOptionNames(WHERE, options, ['dataset', 'within', 'readWithin', 'access', 'max']);
  const { dataset, within = '20s', readWithin = '5m', access, max = 1_000 } = options;
  assertCount(WHERE, 'max', max, 10_000);
  const withinMs = durationMs(within, 'within', 1);
  const readWithinMs = durationMs(readWithin, 'readWithin', 1);
  return {
    name: 'expiring',
    async targets({ nowMs, signal }) {
      const isRead = await readsSince(dataset, access, nowMs, readWithinMs);
      if (isRead === undefined) return [];
      const found: SharedEntry[] = [];
      let cursor: string | undefined;
      for (let looked = 0; looked < MAX_LOOKED; looked += PAGE) {
        signal.throwIfAborted();
        const { items, next, asOfMs } = await dataset.entries({ cursor, count: PAGE });
        found.push(...items.filter((entry) => entry.freshUntilMs - asOfMs <= withinMs && isRead(entry)));
        cursor = next;
        if (cursor === undefined) break;
      }
      return found
        .sort((a, b) => a.freshUntilMs - b.freshUntilMs)
        .slice(0, max)
        .map((entry) => ahead(dataset, entry, withinMs));
    },
  };
}

/** Another source may list the same entry to have it at all, and finds it fresh. */
function ahead(dataset: PlatformDataset, { group, kind }: SharedEntry, withinMs: number): WarmTarget {
  const target = sharedTarget(dataset, group, kind, { freshFor: withinMs });
  return { ...target, id: `ahead ${target.id}` };
}

/** Which entries somebody reads; undefined: none. */
async function readsSince(
  dataset: PlatformDataset,
  access: SharedAccessStore | undefined,
  nowMs: number,
  withinMs: number,
): Promise<((entry: SharedEntry) => boolean) | undefined> {
  // No group has a space in it.
  const here = new Set(dataset.recentReads(nowMs - withinMs).map(({ group, kind }) => `${group} ${kind}`));
  // What this process knows by itself is refreshed although the others' reads cannot be asked for.
  const rows = access ? await hourlyReads(access, { dataset: dataset.dataset, nowMs, withinMs }).catch(() => []) : [];
  const elsewhere = new Set(rows.map(({ group, kind }) => `${group} ${kind}`));
  if (here.size + elsewhere.size === 0) return undefined;
  return ({ group, kind }) => here.has(`${group} ${kind}`) || elsewhere.has(`${group} ${kind.split(':', 1)[0]}`);
}
