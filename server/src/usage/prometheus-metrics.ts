import type { TenantCounters } from '../core/counters.js';
import type { CacheEvent } from '../core/events.js';
import type { LatencyHistogram } from '../core/latency.js';
import type { TenantId } from '../core/tenant-id.js';
import { AlertFamilies } from './alert-families.js';
import { DeliveryFamilies } from './delivery-families.js';
import { gauge } from './instruments.js';
import { addLatency } from './latency-family.js';
import { MetricRegistry } from './metric-registry.js';
import { ProcessFamilies, type ProcessSources } from './process-families.js';
import { ResourceFamilies } from './resource-families.js';
import { type CountedTenant, TenantFamilies, type TenantLabelOptions } from './tenant-families.js';

export interface PrometheusSources extends ProcessSources {
  /** All in the memory of this process. */
  tenants: () => Iterable<CountedTenant>;
  latency: Iterable<LatencyHistogram>;
}

export type PrometheusOptions = TenantLabelOptions;

/** Everything a scrape reads, computed from plain fields when it asks. */
export class PrometheusMetrics {
  readonly registry = new MetricRegistry();
  readonly #observers: readonly ((event: CacheEvent) => void)[];
  readonly #tenants: TenantFamilies;
  readonly #resources: ResourceFamilies;
  #count = 0;
  #scraping = false;
  /** Who left while a scrape was under way, which tells of them once more. */
  #leaving: CountedTenant[] = [];

  constructor(sources: PrometheusSources, options: PrometheusOptions) {
    const { prefix, reviewEveryMs, now } = options;
    const { registry } = this;
    this.#tenants = new TenantFamilies(registry, sources.tenants, options);
    this.#resources = new ResourceFamilies(registry, prefix, {
      ...(reviewEveryMs !== undefined && { reviewEveryMs }),
      ...(now && { now }),
    });
    addLatency(registry, `${prefix}operation_duration_seconds`, sources.latency);
    gauge(registry, `${prefix}tenants`, 'Tenants in the memory of this process', () => this.#count);
    const process = new ProcessFamilies(registry, prefix, sources);
    const delivery = new DeliveryFamilies(registry, prefix);
    const alerts = new AlertFamilies(registry, prefix);
    this.#observers = [process.observe, delivery.observe, alerts.observe, this.#tenants.moments.observe];
    registry.around(
      async (breather) => {
        this.#scraping = true;
        this.#count = await this.#tenants.read(breather);
        await this.#resources.read(sources.tenants(), breather);
      },
      () => this.#ended(),
    );
  }

  /** Counts what leaves as an event. */
  readonly observe = (event: CacheEvent): void => {
    for (const observe of this.#observers) observe(event);
  };

  /**
   * To be told of every tenant that leaves this process: what it counted stays in the sums, its series end.
   * @param counters as they are in the end
   */
  readonly left = (tenant: TenantId, counters: TenantCounters): void => {
    if (this.#scraping) {
      this.#leaving.push({ tenant, counters });
      return;
    }
    this.#tenants.left(tenant, counters);
    this.#resources.left(counters);
  };

  #ended(): void {
    this.#scraping = false;
    for (const { tenant, counters } of this.#leaving.splice(0)) this.left(tenant, counters);
  }
}
