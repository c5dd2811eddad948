import { NOOP_TRACING, type Tracing } from './tracing.js';

/** Upper bounds in seconds: from an L1 hit to a slow load. */
export const LATENCY_BOUNDS_SECONDS = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
] as const;

export type Operation = 'get' | 'set' | 'delete' | 'invalidate' | 'clear' | 'load';
export type Tier = 'l1' | 'l2' | 'l3';

/** One operation that was traced, to go from a bucket to its trace. */
export interface Exemplar {
  readonly traceId: string;
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** One operation's latency on one tier, all tenants together: a tenant label on a histogram multiplies its series. */
export class LatencyHistogram {
  readonly counts = new Float64Array(LATENCY_BOUNDS_SECONDS.length + 1);
  /** The last of each bucket; empty where nothing is traced. */
  readonly exemplars: (Exemplar | undefined)[] = [];
  sumSeconds = 0;
  readonly #tracing: Pick<Tracing, 'enabled' | 'traceId'>;

  constructor(
    readonly operation: Operation,
    readonly tier: Tier,
    tracing: Pick<Tracing, 'enabled' | 'traceId'> = NOOP_TRACING,
  ) {
    this.#tracing = tracing;
  }

  /** @param weight how many operations one measured one stands for */
  observe(ms: number, weight = 1): void {
    const seconds = ms / 1000;
    let index = 0;
    while (index < LATENCY_BOUNDS_SECONDS.length && seconds > (LATENCY_BOUNDS_SECONDS[index] as number)) index++;
    this.counts[index] = (this.counts[index] as number) + weight;
    this.sumSeconds += seconds * weight;
    if (this.#tracing.enabled) this.#exemplify(index, seconds);
  }

  #exemplify(index: number, seconds: number): void {
    const traceId = this.#tracing.traceId();
    if (traceId !== undefined) this.exemplars[index] = { traceId, seconds, atMs: Date.now() };
  }
}

/** Every histogram the cache fills. @param tracing names the traces that go with their buckets */
export function createLatency(tracing?: Tracing) {
  return {
    getL1: new LatencyHistogram('get', 'l1', tracing),
    getL2: new LatencyHistogram('get', 'l2', tracing),
    load: new LatencyHistogram('load', 'l3', tracing),
    set: new LatencyHistogram('set', 'l2', tracing),
    delete: new LatencyHistogram('delete', 'l2', tracing),
    invalidate: new LatencyHistogram('invalidate', 'l2', tracing),
    clear: new LatencyHistogram('clear', 'l2', tracing),
  };
}

export type Latency = ReturnType<typeof createLatency>;
