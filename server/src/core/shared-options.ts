import { DATASET_PATTERN } from './dataset.js';
import { type Duration, durationMs } from './duration.js';
import { assertOptionNames, invalidOption } from './options.js';
import { EVICTION_POLICIES, type EvictionPolicy, type Limits, limitsOf } from './quota.js';

/** A dataset that all tenants read and only the platform writes, within bytes that the platform pays for. */
export interface DatasetOptions {
  /** The dataset's own budget. Default 64 MiB. */
  quotaBytes?: number;
  /** Whom it evicts, of its own entries only. Default `lru`; `reject` is not for a cache that nobody empties. */
  policy?: Exclude<EvictionPolicy, 'reject'>;
  /** Of each tenant; `false`: none. Default 6,000 reads a minute. */
  rateLimit?: { readonly limit: number; readonly window?: Duration } | false;
  /** How long it is kept who read what, by the hour. Default 90 days, at most 400. */
  keepAccess?: Duration;
}

export interface DatasetSettings {
  readonly dataset: string;
  readonly limits: Limits;
  readonly rateLimit: { readonly limit: number; readonly windowMs: number } | undefined;
  readonly keepAccessMs: number;
}

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const WHERE = 'createTenantCache() shared';
const NAMES = ['quotaBytes', 'policy', 'rateLimit', 'keepAccess'];

/** @throws TenantCacheError `OPTION_INVALID` */
export function datasetSettings(
  datasets: Readonly<Record<string, DatasetOptions>> = {},
): ReadonlyMap<string, DatasetSettings> {
  if (typeof datasets !== 'object' || datasets === null || Array.isArray(datasets)) {
    throw invalidOption(WHERE, typeof datasets, 'an object of datasets by their names');
  }
  return new Map(Object.entries(datasets).map(([dataset, options]) => [dataset, settingsOf(dataset, options)]));
}

function settingsOf(dataset: string, options: DatasetOptions): DatasetSettings {
  if (!DATASET_PATTERN.test(dataset)) {
    throw invalidOption(WHERE, `a name of ${dataset.length} characters`, String(DATASET_PATTERN));
  }
  const where = `${WHERE}.${dataset}`;
  assertOptionNames(where, options, NAMES);
  const { quotaBytes = 64 * MIB, policy = 'lru', rateLimit, keepAccess = '90d' } = options;
  if ((policy as string) === 'reject') {
    throw invalidOption(where, 'policy: reject', EVICTION_POLICIES.filter((name) => name !== 'reject').join(', '));
  }
  const keepAccessMs = durationMs(keepAccess, 'keepAccess', DAY_MS);
  if (keepAccessMs > 400 * DAY_MS) throw invalidOption(where, `keepAccess: ${keepAccess}`, '1 to 400 days');
  return Object.freeze({
    dataset,
    limits: limitsOf({ quotaBytes, policy, enforcement: 'hard' }),
    rateLimit: rateLimit === false ? undefined : rateOf(where, rateLimit),
    keepAccessMs,
  });
}

function rateOf(where: string, rate: Exclude<DatasetOptions['rateLimit'], false> = { limit: 6_000 }) {
  assertOptionNames(`${where} rateLimit`, rate, ['limit', 'window']);
  const { limit, window = '1m' } = rate;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw invalidOption(`${where} rateLimit`, `limit: ${String(limit)}`, 'a whole number >= 1');
  }
  const windowMs = durationMs(window, 'window', 1_000);
  if (windowMs > DAY_MS) throw invalidOption(`${where} rateLimit`, `window: ${window}`, '1 s to 1 day');
  return Object.freeze({ limit, windowMs });
}
