import { type Exemplar, LATENCY_BOUNDS_SECONDS, type LatencyHistogram } from '../core/latency.js';
import { computed, type Sample } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

/** OpenMetrics 1.0: name and value of an exemplar's label, in characters. */
const MAX_EXEMPLAR_CHARACTERS = 128;
const TRACE_ID = 'trace_id';

/**
 * Canonical in both formats (OpenMetrics 1.0, "Canonical Numbers"): else a scraper that changes the format would see
 * other series.
 */
const BOUNDS = [
  ...LATENCY_BOUNDS_SECONDS.map((seconds) => {
    if (Number.isInteger(seconds)) return seconds.toFixed(1);
    return seconds < 0.000_1 ? seconds.toExponential().replace('e-', 'e-0') : String(seconds);
  }),
  '+Inf',
];

/** A histogram out of plain arrays, its buckets cumulative. */
export function addLatency(registry: MetricRegistry, name: string, sources: Iterable<LatencyHistogram>): void {
  const series = [...sources].map((source) => {
    const labels = { operation: source.operation, tier: source.tier };
    return { source, labels, buckets: BOUNDS.map((le) => ({ ...labels, le })) };
  });
  const family = { name, help: 'Time of an operation on a tier', labelNames: ['operation', 'tier'] };
  computed(registry, 'histogram', family, () =>
    series.flatMap(({ source, labels, buckets }) => {
      let value = 0;
      const samples: Sample[] = buckets.map((sharedLabels, index) => {
        value += source.counts[index] ?? 0;
        return { metricName: `${name}_bucket`, sharedLabels, value, exemplar: exported(source.exemplars[index]) };
      });
      samples.push({ metricName: `${name}_sum`, sharedLabels: labels, value: source.sumSeconds });
      samples.push({ metricName: `${name}_count`, sharedLabels: labels, value });
      return samples;
    }),
  );
}

function exported(exemplar: Exemplar | undefined): Sample['exemplar'] {
  if (exemplar === undefined || TRACE_ID.length + exemplar.traceId.length > MAX_EXEMPLAR_CHARACTERS) return undefined;
  const { traceId, seconds, atMs } = exemplar;
  return { labelSet: { [TRACE_ID]: traceId }, value: seconds, timestamp: atMs / 1000 };
}
