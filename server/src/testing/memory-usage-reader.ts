import {
  COUNTER_NAMES,
  type CounterName,
  type CounterValues,
  MAX_FLEET_RESOURCES,
  OTHER_RESOURCE,
  RESOURCE_COUNTER_NAMES,
} from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type {
  DayUsage,
  FleetSample,
  FleetUsage,
  ResourceUsage,
  TenantSpan,
  UsageReader,
  UsageSample,
} from '../core/usage-reader.js';
import { grouped, type ResourceRow, type SampleRow, sumOf, type UsageRows } from './memory-usage-rows.js';

const DAY_MS = 86_400_000;

type DaySpan = { readonly fromDate: string; readonly toDate: string };

/** Reads what a `MemoryUsageSink` holds. */
export class MemoryUsageReader implements UsageReader {
  readonly #rows: UsageRows;

  constructor(rows: UsageRows) {
    this.#rows = rows;
  }

  async days(tenant: TenantId, span: DaySpan): Promise<readonly DayUsage[]> {
    const days = [...this.#rows.days.values()].filter((row) => row.tenantId === tenant && within(span, row.date));
    return [...grouped(days, ({ date }) => date)]
      .map(([date, rows]) => {
        const sum = sumOf(COUNTER_NAMES, valuesOf(rows));
        const hitRate = (sum.l1Hits + sum.l2Hits) / sum.requests;
        return { date, ...sum, hitRate, meanResponseTimeMs: sum.responseTimeMs / sum.requests };
      })
      .filter(({ requests }) => requests > 0)
      .sort((a, b) => (a.date < b.date ? -1 : 1));
  }

  async samples(tenant: TenantId, span: { fromMs: number; toMs: number; stepMs: number }) {
    const picked = [...this.#rows.samples.values()].filter(
      (row) => row.tenantId === tenant && row.startMs >= span.fromMs && row.startMs < span.toMs,
    );
    const steps = grouped(picked, ({ startMs }) => `${Math.floor(startMs / span.stepMs) * span.stepMs}`);
    return [...steps]
      .map(([startMs, rows]): UsageSample => {
        const [newest] = rows.toSorted(heardLast);
        return { startMs: Number(startMs), ...sumOf(COUNTER_NAMES, valuesOf(rows)), ...(newest as SampleRow).gauges };
      })
      .sort((a, b) => a.startMs - b.startMs);
  }

  async resources(tenant: TenantId, span: DaySpan): Promise<readonly ResourceUsage[]> {
    const rows = [...this.#rows.resources.values()].filter((row) => row.tenantId === tenant && within(span, row.date));
    return resourcesOf(rows);
  }

  async spans(
    { fromMs, toMs }: { fromMs: number; toMs: number },
    { after, count }: { after?: TenantId | undefined; count: number },
  ): Promise<readonly TenantSpan[]> {
    const wholeFromMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
    const wholeToMs = Math.max(wholeFromMs, Math.floor(toMs / DAY_MS) * DAY_MS);
    const days = [...this.#rows.days.values()].filter(({ date }) => {
      return Date.parse(date) >= wholeFromMs && Date.parse(date) < wholeToMs;
    });
    const samples = [...this.#rows.samples.values()].filter(({ startMs }) => {
      return startMs >= fromMs && startMs < toMs && (startMs < wholeFromMs || startMs >= wholeToMs);
    });
    return byTenant([...days, ...samples])
      .filter(({ tenantId, requests }) => requests > 0 && (after === undefined || tenantId > after))
      .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1))
      .slice(0, count);
  }

  async fleet(span: DaySpan, { by, count }: { by: CounterName; count: number }): Promise<FleetUsage> {
    const tenants = byTenant([...this.#rows.days.values()].filter(({ date }) => within(span, date)));
    const top = tenants
      .filter((tenant) => tenant[by] > 0)
      .sort((a, b) => b[by] - a[by] || (a.tenantId < b.tenantId ? -1 : 1))
      .slice(0, count);
    const asked = tenants.filter(({ requests }) => requests > 0);
    return { tenants: asked.length, total: sumOf(COUNTER_NAMES, tenants), top };
  }

  async fleetSamples({ fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number }) {
    const days = [...this.#rows.days.values()].map(({ date, values }) => ({ startMs: Date.parse(date), values }));
    const daily = stepMs === DAY_MS;
    const firstMs = daily ? Math.floor(fromMs / DAY_MS) * DAY_MS : fromMs;
    const rows = daily ? days : [...this.#rows.samples.values()];
    const picked = rows.filter(({ startMs }) => startMs >= firstMs && startMs < toMs);
    return [...grouped(picked, ({ startMs }) => `${Math.floor(startMs / stepMs) * stepMs}`)]
      .map(([startMs, own]): FleetSample => ({ startMs: Number(startMs), ...sumOf(COUNTER_NAMES, valuesOf(own)) }))
      .sort((a, b) => a.startMs - b.startMs);
  }

  async fleetResources(span: DaySpan): Promise<readonly ResourceUsage[]> {
    const rows = [...this.#rows.resources.values()].filter(({ date }) => within(span, date));
    const all = resourcesOf(rows);
    const named = all.filter(({ resource }) => resource !== OTHER_RESOURCE);
    const few = new Set(named.slice(0, MAX_FLEET_RESOURCES).map(({ resource }) => resource));
    const nameOf = (row: ResourceRow) => (few.has(row.resource) ? row.resource : OTHER_RESOURCE);
    return resourcesOf(rows.map((row) => ({ ...row, resource: nameOf(row) })));
  }
}

/** The most asked for first. */
function resourcesOf(rows: readonly ResourceRow[]): ResourceUsage[] {
  return [...grouped(rows, ({ resource }) => resource)]
    .map(([resource, own]) => ({ resource, ...sumOf(RESOURCE_COUNTER_NAMES, valuesOf(own)) }))
    .sort((a, b) => b.requests - a.requests || (a.resource < b.resource ? -1 : 1));
}

function within({ fromDate, toDate }: DaySpan, date: string): boolean {
  return date >= fromDate && date <= toDate;
}

function valuesOf<V>(rows: readonly { readonly values: V }[]): V[] {
  return rows.map(({ values }) => values);
}

function byTenant(rows: readonly { readonly tenantId: TenantId; readonly values: CounterValues }[]): TenantSpan[] {
  return [...grouped(rows, ({ tenantId }) => tenantId).values()].map((own) => ({
    tenantId: (own[0] as (typeof own)[number]).tenantId,
    ...sumOf(COUNTER_NAMES, valuesOf(own)),
  }));
}

/** The newest bucket first; in it the process that wrote most, which heard last of what is used. */
function heardLast(a: SampleRow, b: SampleRow): number {
  return (
    b.startMs - a.startMs ||
    b.values.writes - a.values.writes ||
    b.values.requests - a.values.requests ||
    b.gauges.usedBytes - a.gauges.usedBytes
  );
}
