import { type Duration, durationMs } from './duration.js';
import { invalidOption } from './options.js';

/**
 * When a value is fresh, stale, loaded early and given up. For one call, one resource or the whole cache. `grace` and
 * `staleWhileRevalidate` count twice: the call that stores keeps the entry so long, the call that reads takes it stale.
 */
export interface LoadOptions {
  /** How long a value is fresh. Default 5 minutes. */
  ttl?: Duration;
  /** How long after `ttl` a stale value is kept for loads that fail or pass the soft timeout. Default 0. */
  grace?: Duration;
  /** How long after `ttl` a stale value is answered at once while a load refreshes it (RFC 5861). Default 0. */
  staleWhileRevalidate?: Duration;
  /** After this time a stale value in its grace is answered, and the load goes on. Default: none. */
  softTimeout?: Duration;
  /** After this time the load is aborted and fails with `LOAD_TIMEOUT`. Default 30 s, at most 10 minutes. */
  hardTimeout?: Duration;
  /** Takes off up to this share of `ttl`, at random, so that what was loaded together does not expire together. 0 to 1, default 0. */
  ttlJitter?: number;
  /** The longest that `null` is fresh. Default 30 s. */
  negativeTtl?: Duration;
  /** How long a load's error is repeated in this process instead of loading again. Default 0. */
  errorTtl?: Duration;
  /**
   * Refreshes early, the sooner the slower the load: 1 is optimal, above favours earlier (XFetch; Vattani et al.,
   * "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015). 0 to 10, default 0: off.
   */
  beta?: number;
}

export interface LoadSettings {
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly softTimeoutMs: number | undefined;
  readonly hardTimeoutMs: number;
  readonly ttlJitter: number;
  readonly negativeTtlMs: number;
  readonly errorTtlMs: number;
  readonly beta: number;
}

export const LOAD_OPTION_NAMES = [
  'ttl',
  'grace',
  'staleWhileRevalidate',
  'softTimeout',
  'hardTimeout',
  'ttlJitter',
  'negativeTtl',
  'errorTtl',
  'beta',
] as const satisfies readonly (keyof LoadOptions)[];

export const LOAD_DEFAULTS: LoadSettings = Object.freeze({
  ttlMs: 300_000,
  graceMs: 0,
  staleWhileRevalidateMs: 0,
  softTimeoutMs: undefined,
  hardTimeoutMs: 30_000,
  ttlJitter: 0,
  negativeTtlMs: 30_000,
  errorTtlMs: 0,
  beta: 0,
});

/** Timers are bounded, and so is the time that the fence of an invalidation must be kept for. */
const MAX_HARD_TIMEOUT_MS = 600_000;

/**
 * What is given, over what is inherited.
 * @param where the function called, for the message
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function loadSettings(where: string, options: LoadOptions, inherited: LoadSettings): LoadSettings {
  const time = (name: keyof LoadOptions & string, value: Duration | undefined, fallback: number, minMs = 0) =>
    value === undefined ? fallback : durationMs(value, name, minMs);
  const ratio = (name: string, value: number | undefined, fallback: number, max: number) => {
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= 0 && value <= max) return value;
    throw invalidOption(where, `${name}: ${String(value)}`, `a number from 0 to ${max}`);
  };
  const hardTimeoutMs = time('hardTimeout', options.hardTimeout, inherited.hardTimeoutMs, 1);
  if (hardTimeoutMs > MAX_HARD_TIMEOUT_MS) {
    throw invalidOption(where, `hardTimeout: ${String(options.hardTimeout)}`, '1 ms to 10 minutes');
  }
  return {
    ttlMs: time('ttl', options.ttl, inherited.ttlMs, 1),
    graceMs: time('grace', options.grace, inherited.graceMs),
    staleWhileRevalidateMs: time(
      'staleWhileRevalidate',
      options.staleWhileRevalidate,
      inherited.staleWhileRevalidateMs,
    ),
    softTimeoutMs:
      options.softTimeout === undefined ? inherited.softTimeoutMs : softTimeout(where, options.softTimeout),
    hardTimeoutMs,
    ttlJitter: ratio('ttlJitter', options.ttlJitter, inherited.ttlJitter, 1),
    negativeTtlMs: time('negativeTtl', options.negativeTtl, inherited.negativeTtlMs, 1),
    errorTtlMs: time('errorTtl', options.errorTtl, inherited.errorTtlMs),
    beta: ratio('beta', options.beta, inherited.beta, 10),
  };
}

function softTimeout(where: string, value: Duration): number {
  const ms = durationMs(value, 'softTimeout', 0);
  if (ms <= MAX_HARD_TIMEOUT_MS) return ms;
  throw invalidOption(where, `softTimeout: ${String(value)}`, '0 to 10 minutes');
}
