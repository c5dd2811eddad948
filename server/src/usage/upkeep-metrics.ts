import type { Counter } from 'prom-client';
import type { CacheEvent } from '../core/events.js';
import type { TenantId } from '../core/tenant-id.js';
import { counter, gauge } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

type Found = 'ghosts' | 'ghostBytes' | 'orphans' | 'repaired' | 'driftBytes';
type Reconciled = Extract<CacheEvent, { type: 'reconciled' }>;

/** What upkeep found and did in this process, without a label per tenant. */
export class UpkeepMetrics {
  #leads = false;
  #patrolledAtMs: number | undefined;
  readonly #reconciles: Counter;
  readonly #uncompared: Counter;
  readonly #found: Readonly<Record<Found, Counter>>;
  readonly #periods: Counter;
  /** Of tenants whose last reconcile found some. */
  readonly #drift = new Map<TenantId, number>();

  constructor(registry: MetricRegistry, prefix: string) {
    const count = (name: string, help: string, label?: string, values?: readonly string[]) =>
      counter(registry, prefix + name, help, label, values);
    const read = (name: string, help: string, value: () => number | undefined) =>
      gauge(registry, prefix + name, help, value);
    read('upkeep_leader', '1 while this process looks after the shared store for all', () => Number(this.#leads));
    read('last_patrol_timestamp_seconds', 'When this process last visited all tenants that may hold bytes', () =>
      this.#patrolledAtMs === undefined ? undefined : this.#patrolledAtMs / 1000,
    );
    this.#reconciles = count('reconciles_total', 'Tenants reconciled', 'trigger', [
      'schedule',
      'server-evictions',
      'demand',
    ]);
    this.#uncompared = count(
      'reconciles_uncompared_total',
      'Reconciles of tenants that were written to too much to be compared',
    );
    this.#found = {
      ghosts: count('reconcile_ghosts_total', 'Entries that were counted and not there'),
      ghostBytes: count('reconcile_ghost_bytes_total', 'Bytes of those entries'),
      orphans: count('reconcile_orphans_total', 'Keys that were there and counted for nobody'),
      repaired: count('reconcile_repairs_total', 'Entries that were indexed wrongly'),
      driftBytes: count('usage_drift_found_bytes_total', 'Bytes by which counters were off, either way'),
    };
    read('usage_drift_bytes', 'Bytes by which counters were off at the last reconcile of each tenant, summed', () => {
      let sum = 0;
      for (const bytes of this.#drift.values()) sum += bytes;
      return sum;
    });
    this.#periods = count('periods_closed_total', 'Statements written');
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'leader') this.#leads = event.leading;
    else if (event.type === 'patrol') this.#patrolledAtMs = Date.now();
    else if (event.type === 'period-closed') this.#periods.inc();
    else if (event.type === 'reconciled') this.#reconciled(event);
  };

  #reconciled(event: Reconciled): void {
    this.#reconciles.inc({ trigger: event.trigger });
    for (const name of Object.keys(this.#found) as Found[]) this.#found[name].inc(Math.abs(event[name]));
    if (!event.compared) this.#uncompared.inc();
    else if (event.driftBytes === 0) this.#drift.delete(event.tenant);
    else this.#drift.set(event.tenant, Math.abs(event.driftBytes));
  }
}
