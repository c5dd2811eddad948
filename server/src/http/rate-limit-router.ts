import type { Request, RequestHandler, Response } from 'express';
import type { Duration } from '../core/duration.js';
import { LocalRateCounter } from '../core/local-rate-counter.js';
import { assertOptionNames } from '../core/options.js';
import type { RateStore } from '../core/rate-limit.js';
import { setRateHeaders } from './rate-headers.js';
import { addressOf, assertLimit, limiter, refuse, windowMs } from './rate-limit.js';

/** Limits of a router of ours; requests in a window. */
export interface RouterRateLimitOptions {
  /** GET, HEAD and previews. Default 600. */
  reads?: number;
  /** All others. Default 120. */
  changes?: number;
  /** Failed sign-ins of one address (of IPv6 its /64), each process for itself. Default 60. */
  failures?: number;
  /** Default `1m`. */
  window?: Duration;
}

export interface RouterLimits {
  readonly reads: number;
  readonly changes: number;
  readonly failures: number;
  readonly windowMs: number;
}

/** Undefined: no limits. @throws TenantCacheError `OPTION_INVALID` */
export function routerLimits(where: string, options: RouterRateLimitOptions | false = {}): RouterLimits | undefined {
  if (options === false) return undefined;
  assertOptionNames(`${where} rateLimit`, options, ['reads', 'changes', 'failures', 'window']);
  const { reads = 600, changes = 120, failures = 60, window = '1m' } = options;
  for (const [name, value] of Object.entries({ reads, changes, failures }))
    assertLimit(where, `rateLimit.${name}`, value);
  return { reads, changes, failures, windowMs: windowMs(where, window) };
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A preview is a POST for its body, and changes nothing. */
const isRead = ({ method, path }: Request) => READS.has(method) || (method === 'POST' && /\/preview\/?$/.test(path));

/** @param by who shares the limits of this router; `prefix` tells its policies from another router's */
export function routerLimiter(
  rates: RateStore | undefined,
  prefix: string,
  { reads, changes, windowMs }: RouterLimits,
  by: (req: Request) => string,
): RequestHandler {
  const ofReads = limiter({ rates, policy: `${prefix}-reads`, limit: reads, windowMs, by });
  const ofChanges = limiter({ rates, policy: `${prefix}-changes`, limit: changes, windowMs, by });
  return (req, res, next) => (isRead(req) ? ofReads : ofChanges)(req, res, next);
}

const FAILED_SIGN_INS = 'failed-sign-ins';
const TOO_MANY = 'too many failed sign-ins of this address; valid credentials are answered all the same';

/**
 * Sign-ins that failed, by address, and nothing else: whoever floods a shared address, or the proxy in front, keeps
 * nobody out whose credentials are valid. For the same reason it is no brake on guessing credentials.
 */
export class FailedSignIns {
  readonly #limits: RouterLimits;
  readonly #failures: LocalRateCounter;

  constructor(limits: RouterLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#failures = new LocalRateCounter(limits.windowMs, now);
  }

  /** @returns whether it answered 429; below the limit it tells the rate alone */
  failed(req: Request, res: Response): boolean {
    const { windowMs, failures: limit } = this.#limits;
    const { used, resetsInMs } = this.#failures.count(addressOf(req));
    const info = { limit, remaining: Math.max(0, limit - used), resetTime: new Date(Date.now() + resetsInMs) };
    if (used > limit) refuse(res, FAILED_SIGN_INS, windowMs, info, [{ field: 'Authorization', message: TOO_MANY }]);
    else setRateHeaders(res, FAILED_SIGN_INS, windowMs, info);
    return used > limit;
  }
}
