/** What the charts read, by the names of the server's counters: increments per step. */
export const COUNTERS = [
  'requests',
  'l1Hits',
  'l2Hits',
  'misses',
  'loadErrors',
  'rejections',
  'bytesServed',
  'bytesWritten',
  'responseTimeMs',
  'evictions',
  'expirations',
  'invalidations',
] as const;
export type Counter = (typeof COUNTERS)[number];

/** Levels: the value at the end of each step. */
export const GAUGES = ['usedBytes', 'quotaBytes', 'hardLimitBytes'] as const;
export type Gauge = (typeof GAUGES)[number];

export type SeriesName = Counter | Gauge;

interface CounterFamily {
  readonly family: string;
  /** Where one family holds several names: the label that tells them apart, and its values. */
  readonly split?: { readonly label: string; readonly names: Readonly<Record<string, Counter>> };
  readonly name?: Counter;
  /** Factor from the metric's base unit to ours. */
  readonly scale?: number;
}

export const COUNTER_FAMILIES: readonly CounterFamily[] = [
  { family: 'requests_total', name: 'requests' },
  { family: 'hits_total', split: { label: 'tier', names: { l1: 'l1Hits', l2: 'l2Hits' } } },
  { family: 'misses_total', name: 'misses' },
  { family: 'load_errors_total', name: 'loadErrors' },
  { family: 'rejections_total', name: 'rejections' },
  { family: 'bytes_served_total', name: 'bytesServed' },
  { family: 'bytes_written_total', name: 'bytesWritten' },
  { family: 'response_time_seconds_total', name: 'responseTimeMs', scale: 1000 },
  {
    family: 'evictions_total',
    split: {
      label: 'reason',
      names: { space: 'evictions', expired: 'expirations', invalidated: 'invalidations' },
    },
  },
];

export const GAUGE_FAMILIES: Readonly<Record<Gauge, string>> = {
  usedBytes: 'quota_usage_bytes',
  quotaBytes: 'quota_limit_bytes',
  hardLimitBytes: 'quota_hard_limit_bytes',
};

/** The families that hold `names`: one query each. */
export function familiesOf(names: readonly Counter[]): CounterFamily[] {
  return COUNTER_FAMILIES.filter((family) => namesOf(family).some((name) => names.includes(name)));
}

export function namesOf(family: CounterFamily): Counter[] {
  return family.split ? Object.values(family.split.names) : family.name ? [family.name] : [];
}

export function isGauge(name: SeriesName): name is Gauge {
  return GAUGES.some((gauge) => gauge === name);
}
