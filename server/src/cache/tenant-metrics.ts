import { hitRateOf, type TenantCounters } from '../core/counters.js';

/** One tenant's figures in this process. Times in milliseconds; ratios from 0 to 1, undefined without requests. */
export interface TenantMetrics {
  readonly requests: number;
  readonly hits: number;
  readonly l1Hits: number;
  readonly l2Hits: number;
  readonly misses: number;
  readonly hitRate: number | undefined;
  readonly loads: number;
  readonly loadErrors: number;
  /** Loads whose value was not stored, for an invalidation came in between. */
  readonly loadsVoided: number;
  /** Loads in the background. */
  readonly refreshes: number;
  readonly staleServed: number;
  readonly writes: number;
  readonly evictions: number;
  readonly evictedBytes: number;
  readonly rejections: number;
  readonly bytesServed: number;
  readonly bytesWritten: number;
  readonly meanResponseTimeMs: number | undefined;
}

export function tenantMetrics(counters: TenantCounters): TenantMetrics {
  const { requests, l1Hits, l2Hits, misses, loads, loadErrors, writes } = counters;
  const { loadsVoided, refreshes, staleServed } = counters;
  const { evictions, evictedBytes, rejections, bytesServed, bytesWritten, responseTimeMs } = counters;
  const hits = l1Hits + l2Hits;
  return {
    requests,
    hits,
    l1Hits,
    l2Hits,
    misses,
    hitRate: hitRateOf(counters),
    loads,
    loadErrors,
    loadsVoided,
    refreshes,
    staleServed,
    writes,
    evictions,
    evictedBytes,
    rejections,
    bytesServed,
    bytesWritten,
    meanResponseTimeMs: requests === 0 ? undefined : responseTimeMs / requests,
  };
}
