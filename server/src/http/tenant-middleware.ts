import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';
import { fail, TenantCacheError } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import { type EventContext, innermostContext, keepContext } from './event-context.js';
import { isPromise } from './first-of.js';
import { isWithinRequest, misuseTold, type OnMisuse } from './misuse.js';
import { problemOf, sendProblem } from './problem.js';
import { type HandleUsage, setQuotaHeaders } from './quota-headers.js';
import { middlewareSettings, type TenantMiddlewareOptions } from './tenant-middleware-options.js';

export type { TenantResolver } from './first-of.js';
export type { TenantMiddlewareOptions } from './tenant-middleware-options.js';

/** How the middleware reaches the cache; `H` is the handle that a request gets. */
export interface TenantMiddlewareDeps<H> {
  readonly tenantId: TenantIdRule;
  /** Rejects with `TENANT_SUSPENDED`, or `DIRECTORY_UNAVAILABLE` where nothing is remembered either. */
  open(tenant: TenantId): Promise<H>;
  /** The same without a turn of the event loop, where the tenant's settings are remembered. May throw as `open` rejects. */
  openNow?(tenant: TenantId): H | undefined;
  /** Whether the directory has the tenant, and not only a default for it. Left out: it has none. */
  isKnown?(tenant: TenantId): boolean | Promise<boolean>;
  /** Runs `fn` with the handle as the current one (AsyncLocalStorage). */
  run<R>(handle: H, fn: () => R): R;
  usageOf(handle: H): HandleUsage;
  /** Hears of each kind of misuse once. */
  onMisuse?: OnMisuse;
}

/** What the middleware, and resolvers for it, set on a request; whatever was there before is not theirs. */
interface Bound {
  tenantCache?: unknown;
  tenantCacheKey?: unknown;
}

/**
 * Binds each request to its tenant's cache: `req.tenantCache`, the current handle, and the `X-Cache-Quota-*` headers.
 * Answers 401, 400, 403, 404 and 503 itself as problem+json; passes any other error to `next`. A request that is refused
 * has no handle, whatever was on it before.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function tenantMiddleware<H>(deps: TenantMiddlewareDeps<H>, options: TenantMiddlewareOptions): RequestHandler {
  const { resolve, isRequired, onMissing, onSuspended, refusesUnknown, checkNamed, validate } =
    middlewareSettings(options);
  const misuse = misuseTold(validate ? deps.onMisuse : undefined);
  if (isWithinRequest()) misuse('MIDDLEWARE_IN_REQUEST');

  const openTenant = (tenant: TenantId, known: boolean): H | Promise<H> => {
    if (!known) throw fail('TENANT_NOT_FOUND', { todo: "create the tenant, or leave out unknown: 'refuse'" });
    return deps.openNow?.(tenant) ?? deps.open(tenant);
  };
  const handleOf = (req: Request, raw: unknown): H | Promise<H> => {
    const tenant = deps.tenantId(raw);
    checkNamed(req, tenant);
    const known = refusesUnknown ? (deps.isKnown?.(tenant) ?? false) : true;
    return isPromise(known) ? known.then((answer) => openTenant(tenant, answer)) : openTenant(tenant, known);
  };

  return function tenantCache(req, res, next) {
    const target: Bound = req;
    if (target.tenantCache !== undefined) {
      misuse(target.tenantCache === innermostContext(res)?.handle ? 'MIDDLEWARE_TWICE' : 'TENANT_CACHE_TAKEN');
    }
    unbind(target);

    const refuse = (error: unknown): void => {
      unbind(target);
      if (!(error instanceof TenantCacheError)) next(error);
      else if (error.code === 'TENANT_SUSPENDED' && onSuspended) answerBy(onSuspended, req, res, next);
      else sendProblem(res, problemOf(error));
    };
    const enter = (handle: H): void => {
      target.tenantCache = handle;
      if (res.headersSent) misuse('HEADERS_SENT');
      const context: EventContext = { handle, run: (work) => deps.run(handle, work) };
      onHeaders(res, () => {
        // Where the middleware is mounted twice the inner tenant's figures stay.
        if ((innermostContext(res) ?? context) === context) setQuotaHeaders(res, () => deps.usageOf(handle));
      });
      // What has no body has no events that work goes on from.
      if (hasBody(req)) keepContext(req, context);
      keepContext(res, context);
      context.run(() => next());
    };
    const miss = (required: boolean): void => {
      unbind(target);
      if (!required) next();
      else if (onMissing) answerBy(onMissing, req, res, next);
      else refuse(fail('TENANT_MISSING'));
    };
    const bind = (raw: unknown): void => {
      if (raw === undefined || raw === null) {
        if (validate && resolve.ignored?.(req)) misuse('PROXY_NOT_TRUSTED');
        whenKnown(() => isRequired(req, res), miss, refuse);
        return;
      }
      if (typeof raw !== 'string') misuse('RESOLVER_RESULT');
      whenKnown(() => handleOf(req, raw), enter, refuse);
    };
    whenKnown(() => resolve(req), bind, refuse);
  };
}

/** RFC 9112, 6. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function unbind(target: Bound): void {
  if (target.tenantCache !== undefined) target.tenantCache = undefined;
  if (target.tenantCacheKey !== undefined) target.tenantCacheKey = undefined;
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
function answerBy(handler: RequestHandler, req: Request, res: Response, next: (error?: unknown) => void): void {
  const result: unknown = handler(req, res, next);
  if (isPromise(result)) result.then(undefined, next);
}
