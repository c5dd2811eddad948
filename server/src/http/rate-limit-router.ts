import { createHash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import type { Duration } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import type { RateStore } from '../core/rate-limit.js';
import { addressOf, assertLimit, limiter, refuseUntil, windowMs } from './rate-limit.js';
import { LocalRateCounter } from './rate-limit-local.js';

/** Limits of a router of ours; requests in a window. */
export interface RouterRateLimitOptions {
  /** GET and HEAD. Default 600. */
  reads?: number;
  /** Every other method. Default 120. */
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

/** @param by who shares the limits of this router; `prefix` tells its policies from another router's */
export function routerLimiter(
  rates: RateStore | undefined,
  prefix: string,
  { reads, changes, windowMs }: RouterLimits,
  by: (req: Request) => string,
): RequestHandler {
  const ofReads = limiter({ rates, policy: `${prefix}-reads`, limit: reads, windowMs, by });
  const ofChanges = limiter({ rates, policy: `${prefix}-changes`, limit: changes, windowMs, by });
  return (req, res, next) => (READS.has(req.method) ? ofReads : ofChanges)(req, res, next);
}

const MAX_KNOWN = 1_000;

/**
 * Sign-ins that failed, by address. Above the limit an address is refused before anybody is asked who it is, but for
 * credentials that this process accepted within the window: a flood behind a shared address locks nobody out who is in.
 */
export class FailedSignIns {
  readonly #limits: RouterLimits;
  readonly #failures: LocalRateCounter;
  readonly #accepted: LRUCache<string, true>;

  constructor(limits: RouterLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#failures = new LocalRateCounter(limits.windowMs, now);
    this.#accepted = new LRUCache({ max: MAX_KNOWN, ttl: limits.windowMs, perf: { now } });
  }

  readonly guard: RequestHandler = (req, res, next) => {
    const failed = this.#failures.peek(addressOf(req));
    const over = failed !== undefined && failed.used >= this.#limits.failures;
    if (!over || this.#accepted.has(credentialsOf(req))) next();
    else refuseUntil(res, Math.ceil(failed.resetsInMs / 1_000));
  };

  failed(req: Request): void {
    this.#failures.count(addressOf(req));
  }

  accepted(req: Request): void {
    this.#accepted.set(credentialsOf(req), true);
  }
}

function credentialsOf({ headers: { authorization = '', cookie = '' } }: Request): string {
  return createHash('sha256').update(`${authorization.length}:${authorization}${cookie}`).digest('base64');
}
