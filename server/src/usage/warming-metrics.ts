import type { Counter } from 'prom-client';
import type { CacheEvent } from '../core/events.js';
import { counter, gauge } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

const OUTCOMES = ['loaded', 'fresh', 'no-room', 'failed'] as const;

/** What warm-ups of this process do, without a label per job. */
export class WarmingMetrics {
  #running = 0;
  readonly #targets: Counter;
  readonly #bytes: Counter;

  constructor(registry: MetricRegistry, prefix: string) {
    gauge(registry, `${prefix}warming_running`, 'Warm-ups under way in this process', () => this.#running);
    const help = 'Targets of warm-ups, by what came of them';
    this.#targets = counter(registry, `${prefix}warming_targets_total`, help, 'outcome', OUTCOMES);
    this.#bytes = counter(registry, `${prefix}warming_bytes_total`, 'Bytes of entries that warm-ups stored');
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'warming-began') this.#running++;
    if (event.type === 'warming-ended') this.#running--;
    if (event.type !== 'warming-targets') return;
    const { loaded, fresh, noRoom, failed, bytes } = event;
    const counts = { loaded, fresh, 'no-room': noRoom, failed };
    for (const outcome of OUTCOMES) this.#targets.inc({ outcome }, counts[outcome]);
    this.#bytes.inc(bytes);
  };
}
