import { OTHER_RESOURCE, type ResourceCounters, type TenantCounters } from '../core/counters.js';
import type { Breather } from './breather.js';
import { add, CappedSeries } from './capped-series.js';
import { computed } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';
import type { CountedTenant } from './tenant-families.js';

/** Names come from the application, whose code has a few dozen; more of them are names made of ids. */
export const MAX_RESOURCE_LABELS = 64;
/** Names told apart at once: the busiest of them get the labels. */
const MAX_NAMES = 1_024;

interface ResourceColumn {
  readonly family: string;
  readonly help: string;
  readonly labels?: { readonly outcome: string };
  readonly read: (counters: ResourceCounters) => number;
}

const REQUESTS = { family: 'resource_requests_total', help: 'Reads of a resource, by what answered' };

const COLUMNS: readonly ResourceColumn[] = [
  { ...REQUESTS, labels: { outcome: 'l1' }, read: (counters) => counters.l1Hits },
  { ...REQUESTS, labels: { outcome: 'l2' }, read: (counters) => counters.l2Hits },
  { ...REQUESTS, labels: { outcome: 'miss' }, read: (counters) => counters.misses },
  {
    family: 'resource_bytes_served_total',
    help: 'Encoded bytes of the hits of a resource',
    read: (counters) => counters.bytesServed,
  },
  {
    family: 'origin_calls_total',
    help: 'Calls of the origin of a resource, also those in the background',
    read: (counters) => counters.loads,
  },
  {
    family: 'origin_calls_saved_total',
    help: 'Reads of a resource answered from L1 or L2, each without a call of its own to the origin',
    read: (counters) => counters.l1Hits + counters.l2Hits,
  },
  {
    family: 'origin_time_seconds_total',
    help: 'Time of the calls of the origin of a resource, summed',
    read: (counters) => counters.loadTimeMs / 1000,
  },
];

/** The families by resource, all tenants together. */
export class ResourceFamilies {
  readonly #series: CappedSeries;
  /** What tenants counted that have left the process, of names with a label; and of all names. */
  readonly #departed = new Map<string, Float64Array>();
  readonly #departedOfAll = new Float64Array(COLUMNS.length);
  readonly #values = new Float64Array(COLUMNS.length);

  constructor(registry: MetricRegistry, prefix: string, timing: { reviewEveryMs?: number; now?: () => number } = {}) {
    this.#series = new CappedSeries({
      label: ['resource', OTHER_RESOURCE],
      maxLabels: MAX_RESOURCE_LABELS,
      counters: COLUMNS.length,
      maxKnown: MAX_NAMES,
      ...timing,
    });
    for (const family of new Set(COLUMNS.map((column) => column.family))) this.#add(registry, prefix, family);
  }

  /** What is counted meanwhile may be in or not; it is the next time. */
  async read(tenants: Iterable<CountedTenant>, breather: Breather): Promise<void> {
    const totals = this.#departedOfAll.slice();
    const sums = new Map([...this.#departed].map(([name, values]) => [name, values.slice()]));
    for (const { counters } of tenants) {
      this.#sum(counters, sums, totals);
      if (breather.due) await breather.breathe();
    }
    await this.#series.begin(
      [...sums].map(([name, values]) => [name, requests(values)] as const),
      breather,
    );
    for (const [name, values] of sums) this.#series.take(name, values);
    this.#series.finish(totals);
    for (const name of this.#departed.keys()) if (!this.#series.series.has(name)) this.#departed.delete(name);
  }

  left({ resources }: TenantCounters): void {
    for (const [name, counters] of resources) {
      this.#readAll(counters);
      add(this.#departedOfAll, this.#values);
      if (!this.#series.series.has(name)) continue;
      const departed = this.#departed.get(name) ?? new Float64Array(COLUMNS.length);
      add(departed, this.#values);
      this.#departed.set(name, departed);
    }
  }

  #sum({ resources }: TenantCounters, sums: Map<string, Float64Array>, totals: Float64Array): void {
    for (const [name, counters] of resources) {
      this.#readAll(counters);
      add(totals, this.#values);
      if (name === OTHER_RESOURCE) continue;
      const sum = sums.get(name);
      if (sum) add(sum, this.#values);
      else if (sums.size < MAX_NAMES || this.#series.series.has(name)) sums.set(name, this.#values.slice());
      else this.#series.blur();
    }
  }

  #readAll(counters: ResourceCounters): void {
    for (let index = 0; index < COLUMNS.length; index++) {
      this.#values[index] = (COLUMNS[index] as ResourceColumn).read(counters);
    }
  }

  #add(registry: MetricRegistry, prefix: string, family: string): void {
    const columns = COLUMNS.map((column, index) => ({ ...column, index })).filter((column) => column.family === family);
    const { help, labels = {} } = columns[0] as ResourceColumn;
    const labelNames = ['resource', ...Object.keys(labels)];
    computed(registry, 'counter', { name: prefix + family, help, labelNames }, () =>
      this.#series.samples('shown', columns),
    );
  }
}

/** As for traffic: hits of both tiers and misses. */
function requests(values: Float64Array): number {
  return (values[0] as number) + (values[1] as number) + (values[2] as number);
}
