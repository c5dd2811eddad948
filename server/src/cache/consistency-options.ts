import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { Resource } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';

/** What the source holds under a key; undefined or null where it holds nothing. */
export type SourceLoader<T> = (
  key: string,
  context: { readonly tenantId: TenantId; readonly signal: AbortSignal },
) => T | null | undefined | Promise<T | null | undefined>;

export interface ConsistencyCheckOptions<T = unknown> {
  tenantId: string;
  resource: string | Resource<T>;
  /** Reads the source, past the cache. */
  load: SourceLoader<T>;
  /** Entries to draw. 1 to 10,000, default 100. */
  sample?: number;
  /** What happens to an entry that differs from its source: nothing, it is deleted, or loaded anew. Default false. */
  repair?: false | 'invalidate' | 'refresh';
  /** Whether two values say the same. Default: deeply equal once the source's value has been through the codec. */
  compare?: (cached: T, source: T) => boolean;
  /** Loads at a time. 1 to 64, default 4. */
  concurrency?: number;
  /** A difference counts only if the entry is still the same after this time: its invalidation may be on its way. Default 250 ms. */
  confirmAfter?: Duration;
  /** Ends the check early; the report tells what was seen until then. */
  signal?: AbortSignal;
  /** Called after each entry; what it throws is dropped. */
  onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

const WHERE = 'checkConsistency()';
const NAMES = [
  'tenantId',
  'resource',
  'load',
  'sample',
  'repair',
  'compare',
  'concurrency',
  'confirmAfter',
  'signal',
  'onProgress',
];
const REPAIRS: readonly unknown[] = [false, 'invalidate', 'refresh'];

/** @throws TenantCacheError `OPTION_INVALID` */
export function resolveConsistencyOptions<T>(options: ConsistencyCheckOptions<T>) {
  assertOptionNames(WHERE, options, NAMES);
  const { load, repair = false, compare, signal, onProgress } = options;
  if (typeof load !== 'function') throw invalidOption(WHERE, `load: ${typeof load}`, 'a function of a key');
  if (!REPAIRS.includes(repair)) throw invalidOption(WHERE, 'repair', "false, 'invalidate' or 'refresh'");
  for (const [name, value] of Object.entries({ compare, onProgress })) {
    if (value !== undefined && typeof value !== 'function') {
      throw invalidOption(WHERE, `${name}: ${typeof value}`, 'a function');
    }
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidOption(WHERE, `signal: ${typeof signal}`, 'an AbortSignal');
  }
  return {
    load,
    repair,
    compare,
    onProgress,
    signal: signal ?? new AbortController().signal,
    sample: wholeNumber('sample', options.sample ?? 100, 10_000),
    concurrency: wholeNumber('concurrency', options.concurrency ?? 4, 64),
    confirmAfterMs: durationMs(options.confirmAfter ?? 250, 'confirmAfter'),
  };
}

function wholeNumber(name: string, value: unknown, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw invalidOption(WHERE, `${name}: ${String(value)}`, `a whole number from 1 to ${max}`);
}
