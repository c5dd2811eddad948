import { Counter, Gauge, Histogram, type Metric } from 'prom-client';
import type { MetricRegistry } from './metric-registry.js';

export type Labels = Readonly<Record<string, string>>;

interface Family {
  /** Whole, with the prefix; a counter's ends with `_total`. */
  readonly name: string;
  /** One line without a full stop or quotes. */
  readonly help: string;
  readonly labelNames: readonly string[];
}

/**
 * A counter of what comes as events, with one label or none.
 *
 * @param values of the label that are known beforehand: a series that begins at zero loses no increase
 */
export function counter(
  registry: MetricRegistry,
  name: string,
  help: string,
  labelName?: string,
  values: readonly string[] = [],
): Counter {
  const labelNames = labelName === undefined ? [] : [labelName];
  const made = new Counter({ name, help, labelNames, registers: [] });
  if (labelName !== undefined) for (const value of values) made.inc({ [labelName]: value }, 0);
  registry.add(made);
  return made;
}

/** A gauge that is read at the scrape; undefined: there is nothing to tell yet. */
export function gauge(
  registry: MetricRegistry,
  name: string,
  help: string,
  read: () => number | undefined,
  labels: Labels = {},
): void {
  const made = new Gauge({
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [],
    collect() {
      const value = read();
      if (value === undefined) this.remove(labels);
      else this.set(labels, value);
    },
  });
  registry.add(made);
}

/** As prom-client renders it: of `labels`, then those of `sharedLabels`, written out once per object. */
export interface Sample {
  readonly value: number;
  readonly labels?: Labels | undefined;
  readonly sharedLabels?: Labels;
  /** Where it is not that of the family: `_bucket`, `_sum`, `_count`. */
  readonly metricName?: string;
  /** `timestamp` in seconds since 1970. Only OpenMetrics has them. */
  readonly exemplar?: { readonly labelSet: Labels; readonly value: number; readonly timestamp: number } | undefined;
}

const KINDS = { counter: Counter, gauge: Gauge, histogram: Histogram };

/** A family that is computed at the scrape: prom-client is handed its samples, and keeps none. */
export function computed(
  registry: MetricRegistry,
  type: keyof typeof KINDS,
  { name, help, labelNames }: Family,
  samples: () => readonly Sample[],
): void {
  const get = async () => ({ name, help, type, values: samples() });
  const made = new KINDS[type]({ name, help, labelNames, registers: [] });
  // The second is what a registry asks for first; a histogram has one of its own.
  registry.add(Object.assign(made, { get, getForPromString: get }) as unknown as Metric);
}
