import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type RateLimitInfo, rateLimit } from 'express-rate-limit';
import { type Duration, durationMs } from '../core/duration.js';
import { fail } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { RATE_POLICY_PATTERN, type RateStore } from '../core/rate-limit.js';
import type { TenantId } from '../core/tenant-id.js';
import { type FieldError, problem, sendProblem } from './problem.js';
import { type Rate, setRateHeaders, setRefusedHeaders } from './rate-headers.js';
import { RateLimitStore } from './rate-limit-store.js';

export interface RateLimitOptions {
  /** Requests of one key in a window. A function may say 0, which refuses; an answer that is no whole number is an error. */
  limit: number | ((req: Request, res: Response) => number | Promise<number>);
  /** Default `1m`; 1 s to 1 day. */
  window?: Duration;
  /**
   * Who shares a limit; undefined: this request is not counted. Default: the tenant that `cache.middleware()` bound the
   * request to, and where there is none, the address (of IPv6 its /64).
   */
  by?: (req: Request, res: Response) => string | undefined | Promise<string | undefined>;
  /** As the `RateLimit` headers call it; limits of one name count together. Default `requests`. */
  name?: string;
}

export interface RateLimitDeps {
  /** Undefined: each process counts for itself. */
  readonly rates: RateStore | undefined;
  tenantOf(req: Request): TenantId | undefined;
}

/**
 * Limits requests by tenant, counted over all processes by express-rate-limit: `RateLimit-Policy` and `RateLimit` on
 * every answer (draft-ietf-httpapi-ratelimit-headers-08), 429 `RATE_LIMITED` with `Retry-After` above the limit.
 * While Redis is away each process counts for itself.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function rateLimitHandler(deps: RateLimitDeps, options: RateLimitOptions): RequestHandler {
  assertOptionNames('rateLimit()', options, ['limit', 'window', 'by', 'name']);
  const { limit, name = 'requests', by = tenantOrAddress(deps) } = options;
  if (typeof limit !== 'function') assertLimit('rateLimit()', 'limit', limit);
  if (typeof by !== 'function') throw invalidOption('rateLimit()', `by: ${typeof by}`, '(req, res) => string');
  if (typeof name !== 'string' || !RATE_POLICY_PATTERN.test(name)) {
    throw invalidOption('rateLimit()', 'name', `a string that matches ${RATE_POLICY_PATTERN}`);
  }
  return limiter({
    rates: deps.rates,
    policy: name,
    limit,
    windowMs: windowMs('rateLimit()', options.window ?? '1m'),
    by,
  });
}

export interface Limit {
  readonly rates: RateStore | undefined;
  readonly policy: string;
  readonly limit: RateLimitOptions['limit'];
  readonly windowMs: number;
  readonly by: NonNullable<RateLimitOptions['by']>;
}

const SILENT = { warn() {}, error() {} };

/** The same of options that were checked. */
export function limiter({ rates, policy, limit, windowMs, by }: Limit): RequestHandler {
  const keys = new WeakMap<Request, string>();
  const count = rateLimit({
    windowMs,
    limit: typeof limit === 'function' ? async (req, res) => told(await limit(req, res)) : limit,
    store: new RateLimitStore(rates, policy, windowMs),
    keyGenerator: (req) => keys.get(req) ?? '',
    // Its own headers tell a hash of the key, and are not spelt as the draft's examples are.
    standardHeaders: false,
    legacyHeaders: false,
    requestPropertyName: 'tenantCacheRate',
    handler: (req, res) => refuse(res, policy, windowMs, infoOf(req)),
    logger: SILENT,
    // They warn of what was checked here already, and look at `X-Forwarded-For`, which is no key of ours.
    validate: false,
  });
  return (req, res, next) => {
    const pass = (error?: unknown): void => {
      if (error === undefined) setRateHeaders(res, policy, windowMs, infoOf(req));
      next(error);
    };
    Promise.resolve(by(req, res)).then((key) => {
      if (key === undefined) return next();
      // Such as a parameter that was sent twice: as keys, each list of them would have a limit of its own.
      if (typeof key !== 'string') {
        return next(fail('REQUEST_INVALID', { given: `by() with ${typeof key}`, allowed: 'a string or undefined' }));
      }
      keys.set(req, key);
      return count(req, res, pass);
    }, next);
  };
}

export function refuse(
  res: Response,
  policy: string,
  windowMs: number,
  rate: Rate,
  errors?: readonly FieldError[],
): void {
  setRefusedHeaders(res, policy, windowMs, rate);
  sendProblem(res, problem('RATE_LIMITED'), errors === undefined ? {} : { errors });
}

function infoOf(req: Request): RateLimitInfo {
  return (req as Request & { tenantCacheRate: RateLimitInfo }).tenantCacheRate;
}

/** One customer has a whole /64, and would have as many limits. */
export function addressOf(req: Request): string {
  return req.ip === undefined ? 'unknown' : ipKeyGenerator(req.ip, 64);
}

function tenantOrAddress({ tenantOf }: RateLimitDeps): Limit['by'] {
  return (req) => {
    const tenant = tenantOf(req);
    return tenant === undefined ? `address ${addressOf(req)}` : `tenant ${tenant}`;
  };
}

/** What is no number would compare as never reached. */
function told(limit: unknown): number {
  if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw invalidOption('rateLimit()', `limit(req, res) returned ${String(limit)}`, 'a whole number >= 0');
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function assertLimit(where: string, name: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw invalidOption(where, `${name}: ${String(value)}`, 'a whole number >= 1');
  }
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function windowMs(where: string, window: Duration): number {
  const ms = durationMs(window, 'window', 1_000);
  if (ms > 86_400_000) throw invalidOption(where, `window: ${window}`, '1 s to 1 day');
  return ms;
}
