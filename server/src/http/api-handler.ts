import type { Request, RequestHandler, Response, Router } from 'express';
import type { AccessScope } from '../core/access.js';
import { fail } from '../core/errors.js';
import type { IdempotencyStore } from '../core/idempotency.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Access } from './admin-access.js';
import { noQuery, parse } from './admin-schemas.js';
import type { AdminApiRoute, ApiCall, Described, TenantApiRoute } from './api-route.js';
import { onceByKey } from './idempotency.js';
import { versionsOf } from './if-match.js';
import { readJsonBody } from './json-body.js';
import { problem, sendProblem } from './problem.js';

/** What a route declares, checked in one order: scope, parameters, precondition, media type, body, idempotency key. */
export function adminHandler(
  route: AdminApiRoute,
  access: Access,
  idempotency: IdempotencyStore | undefined,
): RequestHandler {
  return handler(async (req, res) => {
    const actor = access.requireScope(req, route.scope);
    const can = (scope: AccessScope) => access.can(req, scope);
    const call = { ...(await callOf(route, req, res)), req, res, actor, can, isStaff: access.isStaff(req) };
    const once = { req, res, caller: access.callerOf(req), secretFields: route.secretFields };
    await onceByKey(idempotency, once, () => route.handle(call));
  });
}

/** The same, for the tenant that the request is bound to. */
export function tenantHandler(route: TenantApiRoute, tenantOf: (req: Request) => TenantId | undefined): RequestHandler {
  return handler(async (req, res) => {
    const tenantId = tenantOf(req);
    if (tenantId === undefined) throw fail('TENANT_MISSING');
    await route.handle({ ...(await callOf(route, req, res)), req, res, tenantId });
  });
}

/** Routes with their handlers, and 405 for other methods of their paths. */
export function mount<R extends Described>(
  router: Router,
  routes: readonly R[],
  handlerOf: (route: R) => RequestHandler,
): void {
  for (const route of routes) router[route.method](route.path, handlerOf(route));
  for (const path of new Set(routes.map((route) => route.path))) router.all(path, notAllowed(routes, path));
}

/** Express 4 does not look at what a handler returns, so a rejection is passed on here. */
function handler(answer: (req: Request, res: Response) => Promise<void>): RequestHandler {
  return (req, res, next) => {
    answer(req, res).catch(next);
  };
}

/**
 * The body is read last: a request that is refused for another reason costs no more than its head.
 * @throws RequestInvalidError, TenantCacheError `PRECONDITION_REQUIRED`, `MEDIA_TYPE_UNSUPPORTED`
 */
async function callOf(
  route: Described,
  req: Request,
  res: Response,
): Promise<Omit<ApiCall<unknown, unknown>, 'req' | 'res'>> {
  const query = parse(route.query ?? noQuery, req.query, 'query');
  const versions = route.ifMatch ? versionsOf(req.get('If-Match')) : [];
  if (route.body === undefined) return { query, body: undefined, versions };
  assertJson(req);
  await readJsonBody(req, res, route.maxBodyBytes);
  return { query, body: parse(route.body, req.body, 'body'), versions };
}

/** A body of another type is not read, and would look as if it had been empty. */
function assertJson(req: Request): void {
  const given = req.get('Content-Type');
  if (given !== undefined && !req.is('application/json')) {
    throw fail('MEDIA_TYPE_UNSUPPORTED', { given: 'another Content-Type', allowed: 'application/json' });
  }
}

function notAllowed(routes: readonly Described[], path: string): RequestHandler {
  const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return (_req, res) => {
    res.setHeader('Allow', allow);
    sendProblem(res, problem('METHOD_NOT_ALLOWED'));
  };
}
