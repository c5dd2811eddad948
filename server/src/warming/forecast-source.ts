import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import type { SharedAccessStore } from '../core/shared.js';
import type { WarmSource } from '../core/warming.js';
import { hourlyReads } from './access-reads.js';
import { FORECAST_WEEKS, forecastDemand } from './demand-forecast.js';
import { assertCount, assertGroupSource, type GroupSourceOptions, readTargets } from './group-targets.js';

export interface ForecastSourceOptions extends GroupSourceOptions {
  /** Where it is kept who read what: `cache.sharedAccess`. */
  readonly access: SharedAccessStore;
  readonly dataset: string;
  /** How far ahead. Default `1h`, at most `7d`. */
  readonly horizon?: Duration;
  /** Kinds of groups that are expected to be read. Default 100, at most 10,000. */
  readonly count?: number;
}

const WHERE = 'forecast()';
const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;

/**
 * What is expected to be read next by what was read at this time of past weeks and lately, the most expected first. Of
 * `kinds` those are warmed whose first part is expected.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function forecast(options: ForecastSourceOptions): WarmSource {
  assertOptionNames(WHERE, options, ['access', 'dataset', 'horizon', 'kinds', 'target', 'count']);
  assertGroupSource(WHERE, options);
  const { access, dataset, horizon = '1h', count = 100 } = options;
  assertCount(WHERE, 'count', count, 10_000);
  const horizonMs = Math.min(WEEK_MS, durationMs(horizon, 'horizon', 1));
  return {
    name: 'forecast',
    async targets({ nowMs }) {
      const history = await hourlyReads(access, { dataset, nowMs, withinMs: FORECAST_WEEKS * WEEK_MS });
      return readTargets(forecastDemand(history, { nowMs, horizonMs }).slice(0, count), options);
    },
  };
}
