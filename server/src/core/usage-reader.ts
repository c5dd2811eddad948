import type { CounterName, CounterValues, ResourceCounterValues } from './counters.js';
import type { TenantId } from './tenant-id.js';

/** One tenant's UTC day, summed over all processes. Ratios from 0 to 1, undefined without requests. */
export interface DayUsage extends CounterValues {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly hitRate: number | undefined;
  readonly meanResponseTimeMs: number | undefined;
}

/** One step of a chart: counts within it, and the gauges as of its end. */
export interface UsageSample extends CounterValues {
  readonly startMs: number;
  readonly usedBytes: number;
  readonly entries: number;
  readonly quotaBytes: number;
  readonly hardLimitBytes: number;
}

/** One step of a chart of all tenants: counts within it. */
export interface FleetSample extends CounterValues {
  readonly startMs: number;
}

/** One resource of a tenant over a span of days. */
export interface ResourceUsage extends ResourceCounterValues {
  readonly resource: string;
}

/** What one tenant counted in a span, for those who look at all tenants. */
export interface TenantSpan extends CounterValues {
  readonly tenantId: TenantId;
}

/** All tenants over a span of days. */
export interface FleetUsage {
  /** How many tenants have a day with requests in it. */
  readonly tenants: number;
  readonly total: CounterValues;
  /** The greatest first, of equals in the order of their ids; those with none of what is asked for are left out. */
  readonly top: readonly TenantSpan[];
}

/** What the sink knows. Days include both ends; spans include their start and not their end. Rejects with `DIRECTORY_UNAVAILABLE`. */
export interface UsageReader {
  /** Oldest first; days without requests are left out. */
  days(tenant: TenantId, span: { readonly fromDate: string; readonly toDate: string }): Promise<readonly DayUsage[]>;
  /** Oldest first, in steps of whole sample buckets; steps that nothing was brought of are left out. */
  samples(
    tenant: TenantId,
    span: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
  ): Promise<readonly UsageSample[]>;
  /** The most asked for first. */
  resources(
    tenant: TenantId,
    span: { readonly fromDate: string; readonly toDate: string },
  ): Promise<readonly ResourceUsage[]>;
  /**
   * Every tenant with requests in the span, in the order of their ids, from after `after` on; fewer than `count`: the last.
   * Whole UTC days are taken from the days, what is before and after them from the samples. `OPTION_INVALID` without
   * the admin's connection, which it needs.
   */
  spans(
    span: { readonly fromMs: number; readonly toMs: number },
    page: { readonly after?: TenantId | undefined; readonly count: number },
  ): Promise<readonly TenantSpan[]>;
  /** `OPTION_INVALID` without the admin's connection. */
  fleet(
    span: { readonly fromDate: string; readonly toDate: string },
    top: { readonly by: CounterName; readonly count: number },
  ): Promise<FleetUsage>;
  /**
   * Of all tenants together, in steps of whole sample buckets; oldest first, steps that nothing was brought of are left
   * out. Steps of a day are whole UTC days, the first and the last as well. `OPTION_INVALID` without the admin's connection.
   */
  fleetSamples(span: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly stepMs: number;
  }): Promise<readonly FleetSample[]>;
  /**
   * Of all tenants together, the most asked for first: 1,000 names at most, the others share `(other)`.
   * `OPTION_INVALID` without the admin's connection.
   */
  fleetResources(span: { readonly fromDate: string; readonly toDate: string }): Promise<readonly ResourceUsage[]>;
}
