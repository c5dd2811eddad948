import type { TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Breather } from './breather.js';
import { add, CappedSeries } from './capped-series.js';
import { computed } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';
import { QuotaMomentCounts, type QuotaMoments } from './quota-moments.js';
import {
  COUNTER_COLUMNS,
  type Column,
  type CounterColumn,
  GAUGE_COLUMNS,
  MOMENT_COLUMNS,
  type MomentColumn,
} from './tenant-columns.js';

export interface CountedTenant {
  readonly tenant: TenantId;
  readonly counters: TenantCounters;
}

export interface TenantLabelOptions {
  readonly prefix: string;
  /** Tenants with series of their own; the others share the label `other`. */
  readonly maxTenantLabels: number;
  /** Have a label first, whenever this process has them. */
  readonly labelledTenants?: readonly TenantId[];
  readonly reviewEveryMs?: number;
  readonly now?: () => number;
}

/** A tenant may be called so, too: it is one of the others, for two series of one name would spoil the whole scrape. */
export const OTHER_TENANTS = 'other';
const COLUMNS: readonly Column[] = [...COUNTER_COLUMNS, ...MOMENT_COLUMNS];

/** The families with a tenant label. */
export class TenantFamilies {
  readonly moments = new QuotaMomentCounts();
  readonly #tenants: () => Iterable<CountedTenant>;
  readonly #series: CappedSeries;
  /** What tenants counted that have left the process. */
  readonly #departed = new Float64Array(COLUMNS.length);
  readonly #values = new Float64Array(COLUMNS.length);
  readonly #gauges = new Float64Array(GAUGE_COLUMNS.length);

  constructor(registry: MetricRegistry, tenants: () => Iterable<CountedTenant>, options: TenantLabelOptions) {
    this.#tenants = tenants;
    this.#series = new CappedSeries({
      label: ['tenant', OTHER_TENANTS],
      maxLabels: options.maxTenantLabels,
      ...(options.labelledTenants && { always: options.labelledTenants }),
      counters: COLUMNS.length,
      gauges: GAUGE_COLUMNS.length,
      ...(options.reviewEveryMs !== undefined && { reviewEveryMs: options.reviewEveryMs }),
      ...(options.now && { now: options.now }),
    });
    for (const columns of byFamily(COLUMNS)) this.#add(registry, options.prefix, 'counter', columns);
    for (const columns of byFamily(GAUGE_COLUMNS)) this.#add(registry, options.prefix, 'gauge', columns);
  }

  /**
   * What is counted meanwhile may be told or not, but each tenant at one moment: what one family tells of it goes with
   * what another tells.
   * @returns how many tenants there are
   */
  async read(breather: Breather): Promise<number> {
    const series = this.#series;
    await series.begin(traffic(this.#tenants()), breather);
    const totals = this.#departed.slice();
    // First, for what a tenant has to have been counted in the total as well.
    this.#readMoments(this.moments.totals, totals);
    let tenants = 0;
    for (const { tenant, counters } of this.#tenants()) {
      tenants++;
      readAll(COUNTER_COLUMNS, counters, this.#values);
      readAll(GAUGE_COLUMNS, counters, this.#gauges);
      this.#readMoments(this.moments.of(tenant), this.#values);
      add(totals, this.#values, COUNTER_COLUMNS.length);
      series.take(tenant, this.#values, this.#gauges);
      if (breather.due) await breather.breathe();
    }
    series.finish(totals);
    this.moments.keepOnly(series.series);
    return tenants;
  }

  /** @param counters as they were when the tenant left this process; they count no more */
  left(tenant: TenantId, counters: TenantCounters): void {
    readAll(COUNTER_COLUMNS, counters, this.#values);
    add(this.#departed, this.#values, COUNTER_COLUMNS.length);
    this.#series.drop(tenant);
    this.moments.forget(tenant);
  }

  #readMoments(moments: QuotaMoments | undefined, into: Float64Array): void {
    for (let index = 0; index < MOMENT_COLUMNS.length; index++) {
      into[COUNTER_COLUMNS.length + index] = moments?.[(MOMENT_COLUMNS[index] as MomentColumn).moment] ?? 0;
    }
  }

  #add(
    registry: MetricRegistry,
    prefix: string,
    type: 'counter' | 'gauge',
    columns: readonly [IndexedColumn, ...IndexedColumn[]],
  ): void {
    const [{ family, help, labels }] = columns;
    const labelNames = ['tenant', ...Object.keys(labels ?? {})];
    computed(registry, type, { name: prefix + family, help, labelNames }, () =>
      this.#series.samples(type === 'counter' ? 'shown' : 'gauges', columns),
    );
  }
}

function readAll(columns: readonly CounterColumn[], counters: TenantCounters, into: Float64Array): void {
  for (let index = 0; index < columns.length; index++) into[index] = (columns[index] as CounterColumn).read(counters);
}

type IndexedColumn = Column & { readonly index: number };

function byFamily(columns: readonly Column[]): Iterable<readonly [IndexedColumn, ...IndexedColumn[]]> {
  const families = new Map<string, [IndexedColumn, ...IndexedColumn[]]>();
  for (const [index, column] of columns.entries()) {
    const own = families.get(column.family);
    if (own) own.push({ ...column, index });
    else families.set(column.family, [{ ...column, index }]);
  }
  return families.values();
}

function* traffic(tenants: Iterable<CountedTenant>): Generator<readonly [string, number]> {
  for (const { tenant, counters } of tenants) {
    if (tenant !== OTHER_TENANTS) yield [tenant, counters.requests];
  }
}
