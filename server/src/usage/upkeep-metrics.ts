import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheEvent } from '../core/events.js';
import type { TenantId } from '../core/tenant-id.js';

type Found = 'ghosts' | 'ghostBytes' | 'orphans' | 'repaired' | 'driftBytes';
type Reconciled = Extract<CacheEvent, { type: 'reconciled' }>;

/** What upkeep found and did in this process, without a label per tenant. */
export class UpkeepMetrics {
  readonly #leader: Gauge;
  readonly #patrolled: Gauge;
  readonly #reconciles: Counter;
  readonly #uncompared: Counter;
  readonly #found: Readonly<Record<Found, Counter>>;
  readonly #periods: Counter;
  /** Of tenants whose last reconcile found some. */
  readonly #drift = new Map<TenantId, number>();

  constructor(registry: Registry, prefix: string) {
    const about = (name: string, help: string) => ({ name: prefix + name, help, registers: [registry] });
    this.#leader = new Gauge(about('upkeep_leader', '1 while this process looks after the shared store for all'));
    this.#patrolled = new Gauge(
      about('last_patrol_timestamp_seconds', 'When this process last visited all tenants that may hold bytes'),
    );
    this.#reconciles = new Counter({ ...about('reconciles_total', 'Tenants reconciled'), labelNames: ['trigger'] });
    this.#uncompared = new Counter(
      about('reconciles_uncompared_total', 'Reconciles of tenants that were written to too much to be compared'),
    );
    this.#found = {
      ghosts: new Counter(about('reconcile_ghosts_total', 'Entries that were counted and not there')),
      ghostBytes: new Counter(about('reconcile_ghost_bytes_total', 'Their bytes')),
      orphans: new Counter(about('reconcile_orphans_total', 'Keys that were there and counted for nobody')),
      repaired: new Counter(about('reconcile_repairs_total', 'Entries that were indexed wrongly')),
      driftBytes: new Counter(about('usage_drift_bytes_total', 'Bytes by which counters were off, either way')),
    };
    this.#periods = new Counter(about('periods_closed_total', 'Statements written'));
    const drift = this.#drift;
    new Gauge({
      ...about('usage_drift_bytes', 'Bytes by which counters were off at the last reconcile of each tenant, summed'),
      collect() {
        let sum = 0;
        for (const bytes of drift.values()) sum += bytes;
        this.set(sum);
      },
    });
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'leader') this.#leader.set(Number(event.leading));
    else if (event.type === 'patrol') this.#patrolled.setToCurrentTime();
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
