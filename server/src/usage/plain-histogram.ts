import { Histogram, type HistogramConfiguration } from 'prom-client';
import { LATENCY_BOUNDS_SECONDS, type LatencyHistogram } from '../core/latency.js';

type Exported = Awaited<ReturnType<Histogram['get']>>;

/** A prom-client histogram whose values are read from plain arrays at the scrape. */
export class PlainHistogram extends Histogram {
  readonly #config: HistogramConfiguration<string>;
  readonly #sources: readonly LatencyHistogram[];

  constructor(config: HistogramConfiguration<string>, sources: readonly LatencyHistogram[]) {
    super({ ...config, labelNames: ['operation', 'tier'], buckets: [...LATENCY_BOUNDS_SECONDS] });
    this.#config = config;
    this.#sources = sources;
  }

  override async get(): Promise<Exported> {
    const { name, help } = this.#config;
    const values = this.#sources.flatMap((source) => series(name, source));
    return { name, help, type: 'histogram', aggregator: 'sum', values } as unknown as Exported;
  }

  /** What the registry asks for text; without it the base class would export its own, empty values. */
  getForPromString(): Promise<Exported> {
    return this.get();
  }
}

function series(name: string, { operation, tier, counts, sumSeconds }: LatencyHistogram) {
  const labels = { operation, tier };
  let cumulative = 0;
  const buckets = [...counts].map((count, index) => {
    cumulative += count;
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: LATENCY_BOUNDS_SECONDS[index] ?? '+Inf' },
      value: cumulative,
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sumSeconds },
    { metricName: `${name}_count`, labels, value: cumulative },
  ];
}
