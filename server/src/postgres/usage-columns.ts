import { Prisma } from '@tenantcache/database';
import { COUNTER_NAMES, type CounterName, RESOURCE_COUNTER_NAMES } from '../core/counters.js';

/** A counter's column in the tables of parts and samples. */
const COUNTER_COLUMNS = {
  requests: 'requests',
  l1Hits: 'l1_hits',
  l2Hits: 'l2_hits',
  misses: 'misses',
  loads: 'loads',
  loadErrors: 'load_errors',
  writes: 'writes',
  evictions: 'evictions',
  evictedBytes: 'evicted_bytes',
  expirations: 'expirations',
  invalidations: 'invalidations',
  rejections: 'rejections',
  bytesServed: 'bytes_served',
  bytesWritten: 'bytes_written',
  responseTimeMs: 'response_time_ms',
  staleServed: 'stale_served',
  warnings: 'warnings',
  loadTimeMs: 'load_time_ms',
} as const satisfies Record<CounterName, string>;

/** Counters with fractions. */
const TIMES: ReadonlySet<CounterName> = new Set<CounterName>(['responseTimeMs', 'loadTimeMs']);

/** The day's row calls two of them differently. */
const METRICS_COLUMNS: Partial<Record<CounterName, string>> = {
  bytesServed: 'total_bytes_served',
  bytesWritten: 'total_bytes_written',
};

const isTime = (name: CounterName): boolean => TIMES.has(name);
const metricsColumn = (name: CounterName): string => METRICS_COLUMNS[name] ?? COUNTER_COLUMNS[name];
const typeOf = (name: CounterName): string => (isTime(name) ? 'float8' : 'bigint');

export interface CounterColumn<N extends CounterName = CounterName> {
  readonly name: N;
  readonly column: string;
  /** Held with its fractions. */
  readonly isTime: boolean;
}

/** Lists of columns as SQL, of names that are written in this package: nothing from outside comes here. */
function columnLists<N extends CounterName>(names: readonly N[]) {
  const list = (each: (column: string, name: N) => string, between = ', ') =>
    Prisma.raw(names.map((name) => each(COUNTER_COLUMNS[name], name)).join(between));
  return {
    columns: names.map((name): CounterColumn<N> => ({ name, column: COUNTER_COLUMNS[name], isTime: isTime(name) })),
    names: list((column) => column),
    /** Of rows that leave out what is 0. */
    orZero: list((column) => `COALESCE(${column}, 0)`),
    /** Of `jsonb_to_recordset`. */
    typed: list((column, name) => `${column} ${typeOf(name)}`),
    keepGreatest: list((column) => `${column} = GREATEST(old.${column}, EXCLUDED.${column})`),
    sums: list((column, name) => `sum(${column})::${typeOf(name)} AS ${column}`),
    setMetrics: list((column, name) => `${metricsColumn(name)} = summed.${column}`),
    /** As an answer calls and holds them: doubles are exact up to 2^53. */
    answer: list((column, name) => `COALESCE(sum(${column}::float8), 0) AS "${name}"`),
    answerOfMetrics: list((_, name) => `COALESCE(sum(${metricsColumn(name)}::float8), 0) AS "${name}"`),
    answers: list((_, name) => `"${name}"`),
    sumsOfAnswers: list((_, name) => `COALESCE(sum("${name}"), 0) AS "${name}"`),
    ofMetrics: list((_, name) => `${metricsColumn(name)}::float8 AS "${name}"`),
    asMetrics: list((column, name) => `${metricsColumn(name)} AS ${column}`),
    /** Grows with every part of one process: of two of a bucket the greater is the later. */
    progressOf: (row: 'old' | 'EXCLUDED') =>
      Prisma.raw(
        names
          .filter((name) => !isTime(name))
          .map((name) => `${row}.${COUNTER_COLUMNS[name]}`)
          .join(' + '),
      ),
  };
}

export const COUNTERS = columnLists(COUNTER_NAMES);
export const RESOURCE_COUNTERS = columnLists(RESOURCE_COUNTER_NAMES);
