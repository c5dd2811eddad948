import type { Counter } from 'prom-client';
import { ALERT_KINDS } from '../core/alert.js';
import type { CacheEvent } from '../core/events.js';
import { counter } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

/** What people were told of tenants. */
export class AlertFamilies {
  readonly #alerts: Counter;
  readonly #deliveries: Counter;

  constructor(registry: MetricRegistry, prefix: string) {
    this.#alerts = counter(registry, `${prefix}alerts_total`, 'Alerts raised, by kind', 'kind', ALERT_KINDS);
    this.#deliveries = counter(
      registry,
      `${prefix}webhook_deliveries_total`,
      'Attempts to deliver a webhook, by how they ended',
      'outcome',
      ['delivered', 'failed', 'gave-up'],
    );
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'alert' && event.state === 'raised') this.#alerts.inc({ kind: event.kind });
    else if (event.type === 'webhook') this.#deliveries.inc({ outcome: event.outcome });
  };
}
