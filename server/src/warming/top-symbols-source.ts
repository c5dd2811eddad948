import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import type { SharedAccessStore } from '../core/shared.js';
import type { WarmSource } from '../core/warming.js';
import { hourlyReads, summedReads } from './access-reads.js';
import { assertCount, assertGroupSource, type GroupSourceOptions, groupTargets } from './group-targets.js';

export interface TopSymbolsOptions extends GroupSourceOptions {
  /** Such as the symbols of an exchange, the most wanted first where nothing is known of their demand. */
  readonly groups: readonly string[] | (() => readonly string[] | Promise<readonly string[]>);
  /** Default 100, at most 10,000. */
  readonly count?: number;
  /** Where it is kept who read what: the most read of the groups come first. */
  readonly demand?: {
    readonly access: SharedAccessStore;
    readonly dataset: string;
    /** Default `7d`. */
    readonly within?: Duration;
  };
}

const WHERE = 'topSymbols()';

/**
 * The first groups by demand where that is known, else in the order given.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function topSymbols(options: TopSymbolsOptions): WarmSource {
  assertOptionNames(WHERE, options, ['groups', 'kinds', 'target', 'count', 'demand']);
  assertGroupSource(WHERE, options);
  const { groups, count = 100, demand } = options;
  assertCount(WHERE, 'count', count, 10_000);
  if (demand) assertOptionNames(`${WHERE} demand`, demand, ['access', 'dataset', 'within']);
  const withinMs = durationMs(demand?.within ?? '7d', 'within', 1);
  return {
    name: 'top-symbols',
    async targets({ nowMs }) {
      const all = typeof groups === 'function' ? await groups() : groups;
      const reads = await readsOf(demand, nowMs, withinMs);
      // A sort keeps the order of those of which nothing is known.
      const ranked = [...new Set(all)].sort((a, b) => (reads.get(b) ?? 0) - (reads.get(a) ?? 0));
      return groupTargets(ranked.slice(0, count), options);
    },
  };
}

async function readsOf(
  demand: TopSymbolsOptions['demand'],
  nowMs: number,
  withinMs: number,
): Promise<ReadonlyMap<string, number>> {
  const reads = new Map<string, number>();
  if (demand === undefined) return reads;
  const { access, dataset } = demand;
  // A warm-up is worth more than its order.
  const rows = await hourlyReads(access, { dataset, nowMs, withinMs }).catch(() => []);
  for (const { group, reads: more } of summedReads(rows)) reads.set(group, (reads.get(group) ?? 0) + more);
  return reads;
}
