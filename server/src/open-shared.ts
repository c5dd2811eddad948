import { randomUUID } from 'node:crypto';
import { DatasetHandle } from './cache/dataset-handle.js';
import type { TenantCache } from './cache/tenant-cache.js';
import type { ResolvedCacheOptions } from './core/cache-options.js';
import { assertDataset, datasetOwner, type SharedKey, sharedKeyOf } from './core/dataset.js';
import { fail } from './core/errors.js';
import type { PlatformDataset, SharedAccessStore, SharedDataset } from './core/shared.js';
import type { DatasetSettings } from './core/shared-options.js';
import type { TenantId } from './core/tenant-id.js';
import type { Engine } from './open-engine.js';
import type { Metrics } from './open-metrics.js';
import { AccessCounts } from './shared/access-counts.js';
import { Admission } from './shared/admission.js';
import { DatasetReads } from './shared/dataset-reads.js';
import { Kinds } from './shared/kinds.js';
import { WrittenDataset } from './shared/platform-dataset.js';
import { ReadLimit } from './shared/rate-limit.js';
import { RecentReads } from './shared/recent-reads.js';
import { TenantDataset } from './shared/tenant-dataset.js';
import type { TenantContext } from './tenant/tenant-context.js';
import { MemorySharedAccess } from './testing/memory-shared-access.js';
import { AccessFlusher } from './usage/access-flusher.js';
import { type CountedDataset, SharedFamilies } from './usage/shared-families.js';

/** The datasets that all tenants read. */
export interface Shared {
  readonly datasets: ReadonlyMap<string, DatasetSettings>;
  /** Who read what: in the usage sink, or in the memory of this process where that keeps none. */
  readonly access: SharedAccessStore;
  /** As the current tenant reads it. @throws TenantCacheError `DATASET_INVALID`, `DATASET_NOT_FOUND` */
  shared(dataset: string): SharedDataset;
  /** As the platform writes it. @throws the same */
  platformOf(dataset: string): PlatformDataset;
  start(): void;
  /** Brings who read what to where it is kept. Rejects as the sink does. */
  flush(): Promise<void>;
  /** The last counts; once nothing is read any more. */
  close(): Promise<void>;
}

interface Opened {
  readonly platform: PlatformDataset;
  readonly tenants: SharedDataset;
  readonly counted: CountedDataset;
}

/** Handles of the option `shared`: one to write with, and one that tenants read with. */
export function openShared(
  options: ResolvedCacheOptions,
  engine: Engine,
  metrics: Metrics,
  context: TenantContext<TenantCache>,
): Shared {
  const { datasets, usage: sink, logger, usageIntervalMs: intervalMs } = options;
  const keepMs = (dataset: string) => datasets.get(dataset)?.keepAccessMs;
  const access = sink?.sharedAccess ?? new MemorySharedAccess({ keepMs });
  const counts = new AccessCounts(randomUUID());
  const flusher = new AccessFlusher({ source: counts, store: access, logger, intervalMs });
  const opened = new Map([...datasets].map(([name, settings]) => [name, open(settings)]));
  new SharedFamilies(metrics.registry, options.metricsPrefix, () => [...opened.values()].map(({ counted }) => counted));

  function open({ dataset, limits, rateLimit }: DatasetSettings): Opened {
    const { registry, upkeep, rates } = engine;
    const owner = datasetOwner(dataset, options.onCluster);
    const cache = new DatasetHandle(engine.engine, registry.get(owner), upkeep);
    const kinds = new Kinds();
    const reads = new DatasetReads(cache, kinds);
    const recent = new RecentReads();
    const admission = new Admission({
      dataset,
      tenantOf: () => context.current().tenantId,
      open: (tenant) => (registry.openNow(tenant) ? undefined : registry.open(tenant)),
      limit: rateLimit && new ReadLimit({ dataset, rates, ...rateLimit }),
      counts,
      recent,
    });
    const platform = new WrittenDataset({
      dataset,
      cache,
      kinds,
      reads,
      recent,
      limited: () => admission.limited,
      storeState: () => engine.store.state(owner),
      invalidations: invalidationsOf(owner),
    });
    return {
      platform,
      tenants: new TenantDataset(dataset, reads, admission),
      counted: {
        dataset,
        metrics: () => platform.metrics(),
        usedBytes: () => cache.counters().usedBytes,
        quotaBytes: limits.quotaBytes,
      },
    };
  }

  function invalidationsOf(owner: TenantId) {
    const listeners: ((entry?: SharedKey) => void)[] = [];
    const tell = (entry?: SharedKey) => {
      for (const listener of listeners) listener(entry);
    };
    engine.onInvalidated((tenant) => void (tenant === owner && tell()));
    // What was said meanwhile was not heard.
    engine.bus.onState((state, owners = [owner]) => void (state === 'up' && owners.includes(owner) && tell()));
    // The store may go again before the bus is back.
    engine.onReturned((concerns) => void (concerns(owner) && tell()));
    engine.onChanged((tenant, ids) => {
      if (tenant === owner) for (const id of ids) tell(sharedKeyOf(id));
    });
    return { onAny: (listener: (entry?: SharedKey) => void) => void listeners.push(listener), tell };
  }

  function find(dataset: string): Opened {
    assertDataset(dataset);
    const found = opened.get(dataset);
    if (found) return found;
    throw fail('DATASET_NOT_FOUND', { given: dataset, todo: 'name it in the option shared of createTenantCache()' });
  }

  return {
    datasets,
    access,
    shared: (dataset) => find(dataset).tenants,
    platformOf: (dataset) => find(dataset).platform,
    start: () => {
      if (datasets.size > 0) flusher.start();
    },
    flush: () => flusher.flush(),
    close: () => flusher.close(),
  };
}
