import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';
import { TenantCacheError } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import { problemOf, sendProblem } from './problem.js';
import { type HandleUsage, setQuotaHeaders } from './quota-headers.js';

/** Names the tenant of a request, or undefined where it carries none. Throws a `TenantCacheError` to refuse it. */
export type TenantResolver = (req: Request) => string | undefined | Promise<string | undefined>;

export interface TenantMiddlewareOptions {
  tenant: TenantResolver;
  /** Default true: a request without a tenant is answered 401. False lets it pass without `req.tenantCache`. */
  required?: boolean;
  /** Answers a request without a tenant instead of the 401; not asked where `required` is false. */
  onMissing?: RequestHandler;
}

/** How the middleware reaches the cache; `H` is the handle that a request gets. */
export interface TenantMiddlewareDeps<H> {
  readonly tenantId: TenantIdRule;
  /** Rejects with `TENANT_SUSPENDED`, or `DIRECTORY_UNAVAILABLE` where nothing is remembered either. */
  open(tenant: TenantId): Promise<H>;
  /** The same without a turn of the event loop, where the tenant's settings are remembered. May throw as `open` rejects. */
  openNow?(tenant: TenantId): H | undefined;
  /** Runs `fn` with the handle as the current one (AsyncLocalStorage). */
  run<R>(handle: H, fn: () => R): R;
  usageOf(handle: H): HandleUsage;
}

const OPTION_NAMES = ['tenant', 'required', 'onMissing'];

/**
 * Binds each request to its tenant's cache: `req.tenantCache`, the current handle, and the `X-Cache-Quota-*` headers.
 * Answers 401, 400, 403 and 503 itself as problem+json; passes any other error to `next`.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function tenantMiddleware<H>(deps: TenantMiddlewareDeps<H>, options: TenantMiddlewareOptions): RequestHandler {
  assertOptions(options);
  const { tenant: resolve, required = true, onMissing } = options;

  const handleOf = (raw: string | undefined): H | Promise<H> => {
    const id = deps.tenantId(raw);
    return deps.openNow?.(id) ?? deps.open(id);
  };

  return function tenantCache(req, res, next) {
    const refuse = (error: unknown): void => {
      if (error instanceof TenantCacheError) sendProblem(res, problemOf(error));
      else next(error);
    };
    const enter = (handle: H): void => {
      const target: { url: string; tenantCache?: unknown } = req;
      target.tenantCache = handle;
      onHeaders(res, () => setQuotaHeaders(res, () => deps.usageOf(handle)));
      deps.run(handle, () => next());
    };
    const bind = (raw: string | undefined): void => {
      const missing = raw === undefined || raw === null;
      if (missing && !required) next();
      else if (missing && onMissing) answerMissing(onMissing, req, res, next);
      else whenKnown(() => handleOf(raw), enter, refuse);
    };
    whenKnown(() => resolve(req), bind, refuse);
  };
}

/** Goes on at once where the answer is known: a promise would cost each request a turn of the event loop. */
function whenKnown<T>(ask: () => T | Promise<T>, goOn: (value: T) => void, refuse: (error: unknown) => void): void {
  let answer: T | Promise<T>;
  try {
    answer = ask();
  } catch (error) {
    refuse(error);
    return;
  }
  if (isPromise(answer)) answer.then(goOn).catch(refuse);
  else goOn(answer);
}

/** Express 4 does not look at what a handler returns, so a rejection is passed on here. */
function answerMissing(onMissing: RequestHandler, req: Request, res: Response, next: (error?: unknown) => void): void {
  const result: unknown = onMissing(req, res, next);
  if (isPromise(result)) result.then(undefined, next);
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function assertOptions(options: TenantMiddlewareOptions): void {
  assertOptionNames('middleware()', options, OPTION_NAMES);
  const { tenant, required, onMissing } = options;
  if (typeof tenant !== 'function') {
    throw invalidOption(
      'middleware()',
      `tenant: ${typeof tenant}`,
      '(req) => tenantId | undefined',
      'pass fromJwt(…), fromHeader(…), fromSubdomain(…) or a function of your own',
    );
  }
  if (required !== undefined && typeof required !== 'boolean') {
    throw invalidOption('middleware()', `required: ${typeof required}`, 'true, false');
  }
  if (onMissing !== undefined && typeof onMissing !== 'function') {
    throw invalidOption('middleware()', `onMissing: ${typeof onMissing}`, '(req, res, next) => void');
  }
}
