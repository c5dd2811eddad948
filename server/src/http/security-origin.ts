import type { Request, RequestHandler } from 'express';
import { invalidOption } from '../core/options.js';
import { problem, sendProblem } from './problem.js';

const FOREIGN = 'is neither this host nor one of allowedOrigins, and the request has no credentials but a cookie';

/**
 * Refuses what another site makes a signed-in browser send: a request with an `Origin` that is not this host's, whose
 * credentials are a cookie: 403 `FORBIDDEN`, whose `errors` name `Origin`. `Authorization` is not sent across sites without a preflight, which nothing here allows.
 * @param allowed origins that may, such as `https://admin.example.com`
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function originGuard(where: string, allowed: readonly string[] = []): RequestHandler {
  const isOrigin = (origin: unknown) =>
    typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin && origin !== 'null';
  if (!Array.isArray(allowed) || !allowed.every(isOrigin)) {
    throw invalidOption(where, 'allowedOrigins', 'origins such as https://admin.example.com');
  }
  return (req, res, next) => {
    const { origin, cookie, authorization } = req.headers;
    const isCookieAlone = cookie !== undefined && authorization === undefined;
    if (origin === undefined || !isCookieAlone || allowed.includes(origin) || isOwn(origin, req)) return next();
    sendProblem(res, problem('FORBIDDEN'), { errors: [{ field: 'Origin', message: FOREIGN }] });
  };
}

function isOwn(origin: string, { headers: { host }, secure }: Request): boolean {
  if (!URL.canParse(origin) || host === undefined) return false;
  const { host: from, protocol } = new URL(origin);
  // Anybody on the way may have written a page that came without TLS.
  return from === host.toLowerCase() && (!secure || protocol === 'https:');
}
