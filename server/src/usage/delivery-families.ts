import type { Counter } from 'prom-client';
import type { CacheEvent } from '../core/events.js';
import { counter, gauge } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

/** How counts get from this process to where they are kept. */
export class DeliveryFamilies {
  readonly #beganAtMs: number;
  readonly #now: () => number;
  readonly #lastMs: { flush?: number; journal?: number; collect?: number } = {};
  readonly #flushErrors: Counter;
  readonly #lateParts: Counter;
  readonly #journalErrors: Counter;
  readonly #collectErrors: Counter;
  readonly #collectedParts: Counter;

  constructor(registry: MetricRegistry, prefix: string, now: () => number = Date.now) {
    this.#now = now;
    this.#beganAtMs = now();
    const count = (name: string, help: string) => counter(registry, prefix + name, help);
    const last = (what: 'flush' | 'journal' | 'collect', help: string) =>
      gauge(registry, `${prefix}last_${what}_timestamp_seconds`, help, () => seconds(this.#lastMs[what]));
    last('flush', 'When usage was last brought to the sink');
    this.#flushErrors = count('flush_errors_total', 'Usage flushes that failed');
    this.#lateParts = count('flush_late_parts_total', 'Parts that came after their day was folded, and are not in it');
    last('journal', 'When usage was last brought to the journal');
    this.#journalErrors = count('journal_errors_total', 'Turns of the journal that failed');
    last('collect', 'When this process last brought the journal of all to the sink');
    this.#collectErrors = count('collect_errors_total', 'Collections of the journal that failed');
    this.#collectedParts = count(
      'collected_parts_total',
      'Parts that this process brought from the journal to the sink',
    );
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'flush') {
      this.#told('flush', event.ok);
      if (!event.ok) this.#flushErrors.inc();
      this.#lateParts.inc(event.lateParts);
    } else if (event.type === 'journal') {
      this.#told('journal', event.ok);
      if (!event.ok) this.#journalErrors.inc();
    } else if (event.type === 'collect') {
      this.#told('collect', event.ok);
      this.#lateParts.inc(event.lateParts);
      if (event.ok) this.#collectedParts.inc(event.parts);
      else this.#collectErrors.inc();
    }
  };

  /** What has failed ever since it was first tried is late from the beginning of the process. */
  #told(what: 'flush' | 'journal' | 'collect', ok: boolean): void {
    if (ok) this.#lastMs[what] = this.#now();
    else this.#lastMs[what] ??= this.#beganAtMs;
  }
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
