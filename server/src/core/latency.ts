/** Upper bounds in seconds: from an L1 hit to a slow load. */
export const LATENCY_BOUNDS_SECONDS = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
] as const;

export type Operation = 'get' | 'set' | 'delete' | 'invalidate' | 'clear' | 'load';
export type Tier = 'l1' | 'l2' | 'l3';

/** One operation's latency on one tier, all tenants together: a tenant label on a histogram multiplies its series. */
export class LatencyHistogram {
  readonly counts = new Float64Array(LATENCY_BOUNDS_SECONDS.length + 1);
  sumSeconds = 0;

  constructor(
    readonly operation: Operation,
    readonly tier: Tier,
  ) {}

  /** @param weight how many operations one measured one stands for */
  observe(ms: number, weight = 1): void {
    const seconds = ms / 1000;
    let index = 0;
    while (index < LATENCY_BOUNDS_SECONDS.length && seconds > (LATENCY_BOUNDS_SECONDS[index] as number)) index++;
    this.counts[index] = (this.counts[index] as number) + weight;
    this.sumSeconds += seconds * weight;
  }
}

/** Every histogram the cache fills. */
export function createLatency() {
  return {
    getL1: new LatencyHistogram('get', 'l1'),
    getL2: new LatencyHistogram('get', 'l2'),
    load: new LatencyHistogram('load', 'l3'),
    set: new LatencyHistogram('set', 'l2'),
    delete: new LatencyHistogram('delete', 'l2'),
    invalidate: new LatencyHistogram('invalidate', 'l2'),
    clear: new LatencyHistogram('clear', 'l2'),
  };
}

export type Latency = ReturnType<typeof createLatency>;
