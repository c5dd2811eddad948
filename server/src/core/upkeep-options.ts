import { type Duration, durationMs } from './duration.js';
import { assertOptionNames, invalidOption } from './options.js';

export interface UpkeepOptions {
  /** Every tenant that may hold bytes is visited so often. Default 1 minute, at least 1 s, at most 1 day. */
  patrolEvery?: Duration;
  /** Every tenant is reconciled so often, each at a time of its own. Default 24 hours, at least 1 minute. */
  reconcileEvery?: Duration;
  /** Visits a second at the most. Default 200. */
  maxTenantsPerSecond?: number;
}

export type UpkeepSettings = NonNullable<ReturnType<typeof upkeepSettings>>;

const WHERE = 'createTenantCache() upkeep';
const DAY_MS = 86_400_000;

/** Undefined where this process is to leave upkeep to others. @throws TenantCacheError `OPTION_INVALID` */
export function upkeepSettings(options: UpkeepOptions | false | undefined) {
  if (options === false) return undefined;
  const given = options === undefined ? {} : options;
  assertOptionNames(WHERE, given, ['patrolEvery', 'reconcileEvery', 'maxTenantsPerSecond']);
  const { maxTenantsPerSecond = 200 } = given;
  if (!Number.isSafeInteger(maxTenantsPerSecond) || maxTenantsPerSecond < 1 || maxTenantsPerSecond > 100_000) {
    throw invalidOption(WHERE, `maxTenantsPerSecond: ${maxTenantsPerSecond}`, 'a whole number from 1 to 100000');
  }
  return Object.freeze({
    patrolEveryMs: time('patrolEvery', given.patrolEvery ?? '1m', 1_000, DAY_MS),
    reconcileEveryMs: time('reconcileEvery', given.reconcileEvery ?? '24h', 60_000, 31 * DAY_MS),
    maxTenantsPerSecond,
  });
}

function time(name: string, value: Duration, minMs: number, maxMs: number): number {
  const ms = durationMs(value, `upkeep.${name}`, minMs);
  if (ms > maxMs) throw invalidOption(WHERE, `${name}: ${value}`, `${minMs} to ${maxMs} ms`);
  return ms;
}
