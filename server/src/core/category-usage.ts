import { RESOURCE_COUNTER_NAMES, ResourceCounters, type ResourceCounterValues } from './counters.js';
import type { TenantId } from './tenant-id.js';
import type { TtlCategories } from './ttl-decision.js';
import type { TtlMode } from './ttl-options.js';
import type { ResourceUsage } from './usage-reader.js';

/** Stands for resources of which no category is known; no category can have this name. */
const NO_CATEGORY = '(none)';

/** What was counted of the resources of one category. */
export interface CategoryUsage extends ResourceCounterValues {
  readonly category: string;
  /** The most asked for first. */
  readonly resources: readonly string[];
  /** Undefined where there is no category. */
  readonly ttlMs: number | undefined;
  readonly mode: TtlMode | undefined;
  /** 0 to 1; undefined without requests. */
  readonly hitRate: number | undefined;
  /**
   * 0 to 1 by bytes. What a miss would have weighed is not counted, so it weighs what the mean write of the category does;
   * undefined where nothing was written or asked for.
   */
  readonly byteHitRate: number | undefined;
  /** What the origin takes on the average; undefined without loads. */
  readonly meanLoadMs: number | undefined;
  /** What the hits would have taken at the origin, at that average. */
  readonly savedLoadMs: number | undefined;
}

/** Resources summed by category, the most asked for first; of categories that nothing was counted of nothing is said. */
export function usageByCategory(
  resources: readonly ResourceUsage[],
  categories: TtlCategories,
  tenant?: TenantId,
): CategoryUsage[] {
  const sums = new Map<string, { names: string[]; counters: ResourceCounters }>();
  for (const usage of resources) {
    const category = categories.categoryOf(usage.resource) ?? NO_CATEGORY;
    const sum = sums.get(category) ?? { names: [], counters: new ResourceCounters() };
    for (const name of RESOURCE_COUNTER_NAMES) sum.counters[name] += usage[name];
    sum.names.push(usage.resource);
    sums.set(category, sum);
  }
  return [...sums]
    .map(([category, { names, counters }]) => {
      const rule = category === NO_CATEGORY ? undefined : categories.ruleOf(category, tenant);
      const said = { category, resources: names, ttlMs: rule?.ttlMs, mode: rule?.mode };
      return { ...said, ...counters, ...ratesOf(counters) };
    })
    .sort((a, b) => b.requests - a.requests || (a.category < b.category ? -1 : 1));
}

function ratesOf({ requests, l1Hits, l2Hits, misses, loads, loadTimeMs, ...bytes }: ResourceCounters) {
  const { bytesServed, bytesWritten, writes } = bytes;
  const hits = l1Hits + l2Hits;
  const missedBytes = writes > 0 ? (misses * bytesWritten) / writes : undefined;
  const weighed = missedBytes === undefined ? 0 : bytesServed + missedBytes;
  const meanLoadMs = loads > 0 ? loadTimeMs / loads : undefined;
  return {
    hitRate: requests > 0 ? hits / requests : undefined,
    byteHitRate: weighed > 0 ? bytesServed / weighed : undefined,
    meanLoadMs,
    savedLoadMs: meanLoadMs === undefined ? undefined : meanLoadMs * hits,
  };
}
