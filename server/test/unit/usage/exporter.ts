import { TenantCounters } from '../../../src/core/counters.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import { createLatency } from '../../../src/core/latency.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { Tracing } from '../../../src/core/tracing.js';
import type { MetricRegistry } from '../../../src/usage/metric-registry.js';
import { PrometheusMetrics, type PrometheusOptions } from '../../../src/usage/prometheus-metrics.js';
import type { CountedTenant } from '../../../src/usage/tenant-families.js';

export const OPENMETRICS = 'application/openmetrics-text; version=1.0.0';

/** An exporter over tenants that the test holds, with the series of a scrape by their text. */
export function openExporter(options: Partial<PrometheusOptions> & { tracing?: Tracing; version?: string } = {}) {
  const { tracing, version = '1.2.3', ...rest } = options;
  const tenants = new Map<string, CountedTenant>();
  const latency = createLatency(tracing);
  const metrics = new PrometheusMetrics(
    {
      tenants: () => tenants.values(),
      latency: Object.values(latency),
      l1: { bytes: () => 7, tenants: () => 1 },
      storeUp: () => true,
      busUp: () => false,
      settingsAgeMs: () => 1_500,
      fleet: () => ({ ...DEFAULT_FLEET, enforcedPercentage: 12.5, sharedStoreBypassed: true }),
      version,
    },
    { prefix: 'tc_', maxTenantLabels: 10, ...rest },
  );
  const text = async (accept?: string) => String((await metrics.registry.scrape(accept)).body);
  const add = (id: string, counts: Partial<TenantCounters> = {}) => {
    const counters = Object.assign(new TenantCounters(), counts);
    tenants.set(id, { tenant: tenantId(id), counters });
    return counters;
  };
  const leave = (id: string) => {
    const { tenant, counters } = tenants.get(id) as CountedTenant;
    tenants.delete(id);
    metrics.left(tenant, counters);
  };
  return { latency, metrics, tenants, text, add, leave, series: async () => seriesOf(await text()) };
}

/** Families with what prom-client knows of each, and its types leave out. */
export function familiesOf(registry: MetricRegistry) {
  return registry.families as unknown as readonly { name: string; type: string; help: string; labelNames: string[] }[];
}

/** Values by name and labels. @throws where a series is there twice */
export function seriesOf(text: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of text.split('\n').filter((row) => row && !row.startsWith('#'))) {
    const name = line.slice(0, line.lastIndexOf(' '));
    if (series.has(name)) throw new Error(`twice: ${name}`);
    series.set(name, Number(line.slice(line.lastIndexOf(' '))));
  }
  return series;
}
