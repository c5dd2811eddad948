import type { ResolvedCacheOptions } from './core/cache-options.js';
import { isDatasetOwner } from './core/dataset.js';
import type { EventHub } from './core/events.js';
import type { Engine } from './open-engine.js';
import { eventLog } from './usage/event-log.js';
import { PrometheusMetrics } from './usage/prometheus-metrics.js';
import { RedisMetrics } from './usage/redis-metrics.js';
import { UpkeepMetrics } from './usage/upkeep-metrics.js';
import { WarmingMetrics } from './usage/warming-metrics.js';
import { VERSION } from './version.js';

export interface Metrics {
  readonly registry: PrometheusMetrics['registry'];
  close(): void;
}

/** What is told of events and figures: Prometheus families, the log, and the observers of the options, in this order. */
export function openMetrics(options: ResolvedCacheOptions, engine: Engine, hub: EventHub): Metrics {
  const { registry, store, bus, remembered, fleet, latency, local } = engine;
  const { metricsPrefix: prefix, maxTenantLabels, labelledTenants } = options;
  const metrics = new PrometheusMetrics(
    {
      tenants: () => registry.tenants(),
      latency: Object.values(latency),
      l1: local,
      storeUp: () => store.state() === 'up',
      busUp: () => bus.state() === 'up',
      settingsAgeMs: () => Math.max(remembered.oldestAgeMs(), fleet.ageMs()),
      fleet: () => fleet.record,
      version: VERSION,
    },
    { prefix, maxTenantLabels, labelledTenants },
  );
  registry.onLeave((tenant, counters) => {
    if (!isDatasetOwner(tenant)) metrics.left(tenant, counters);
  });
  hub.on(metrics.observe);
  hub.on(new UpkeepMetrics(metrics.registry, prefix).observe);
  hub.on(new WarmingMetrics(metrics.registry, prefix).observe);
  const nodes = () => engine.upkeep.nodes({ counted: false });
  const redisMetrics = options.redis && new RedisMetrics(metrics.registry, prefix, { nodes });
  if (redisMetrics) hub.on(redisMetrics.observe);
  hub.on(eventLog(options.logger));
  for (const observer of options.observers) hub.on(observer);
  return { registry: metrics.registry, close: () => redisMetrics?.close() };
}
