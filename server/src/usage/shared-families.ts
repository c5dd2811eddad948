import type { SharedMetrics } from '../core/shared.js';
import { computed, type Sample } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

/** A dataset as a scrape finds it. */
export interface CountedDataset {
  readonly dataset: string;
  metrics(): SharedMetrics;
  /** As this process heard last. */
  usedBytes(): number;
  readonly quotaBytes: number;
}

/** What is counted of shared datasets, which are few: each has its label. */
export class SharedFamilies {
  constructor(registry: MetricRegistry, prefix: string, datasets: () => Iterable<CountedDataset>) {
    const add = (
      type: 'counter' | 'gauge',
      name: string,
      help: string,
      read: (dataset: CountedDataset) => number,
    ): void => {
      computed(registry, type, { name: prefix + name, help, labelNames: ['dataset'] }, () =>
        [...datasets()].map((one) => ({ labels: { dataset: one.dataset }, value: read(one) })),
      );
    };
    computed(
      registry,
      'counter',
      {
        name: `${prefix}shared_requests_total`,
        help: 'Reads of entries of shared datasets, by what answered',
        labelNames: ['dataset', 'result'],
      },
      () => [...datasets()].flatMap(requests),
    );
    add(
      'counter',
      'shared_origin_calls_total',
      'Calls of loaders of shared datasets',
      (one) => one.metrics().originCalls,
    );
    add(
      'counter',
      'shared_origin_calls_saved_total',
      'Reads of entries that have a loader and ran none',
      (one) => one.metrics().originCallsSaved,
    );
    add(
      'counter',
      'shared_stale_served_total',
      'Stale values answered within their grace',
      (one) => one.metrics().staleServed,
    );
    add('counter', 'shared_limited_total', 'Reads that the limit of a tenant refused', (one) => one.metrics().limited);
    add(
      'counter',
      'shared_evictions_total',
      'Entries evicted to make room in the dataset',
      (one) => one.metrics().evictions,
    );
    add('gauge', 'shared_used_bytes', 'Bytes in use of the budget of the dataset, as this process heard last', (one) =>
      one.usedBytes(),
    );
    add('gauge', 'shared_quota_bytes', 'The budget of the dataset', ({ quotaBytes }) => quotaBytes);
  }
}

function requests({ dataset, metrics }: CountedDataset): Sample[] {
  const { l1Hits, l2Hits, misses } = metrics();
  return Object.entries({ hit_l1: l1Hits, hit_l2: l2Hits, miss: misses }).map(([result, value]) => ({
    labels: { dataset, result },
    value,
  }));
}
