import express, { type Request, type RequestHandler, type Router } from 'express';
import { fail } from '../core/errors.js';
import { assertOptionNames } from '../core/options.js';
import { tenantAlertRoutes } from './admin-alerts.js';
import { tenantAdviceRoutes } from './advice-routes.js';
import { problem, problemHandler, sendProblem } from './problem.js';
import type { TenantDeps, TenantRoute } from './tenant-routes.js';
import { ownStatementRoutes } from './tenant-statements.js';
import { ownUsageRoutes } from './tenant-usage.js';

export interface TenantRouterOptions {
  /** Hears of every error that is answered with a status of 500 or more. */
  onError?: (error: unknown, req: Request) => void;
}

/** Groups of routes, one a line. */
const GROUPS: readonly ((deps: TenantDeps) => TenantRoute[])[] = [
  ownUsageRoutes,
  ownStatementRoutes,
  tenantAlertRoutes,
  tenantAdviceRoutes,
];

/**
 * What a tenant may see of itself: `app.use('/cache', cache.middleware({ tenant }), cache.tenantRouter())`. Routes in
 * `docs/features/tenant-api.md`. Acts for the tenant that the middleware bound the request to, whatever the path, query,
 * headers or body say, and answers 401 where there is none. Answers everything below its mount path itself, errors too.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function tenantRouter(deps: TenantDeps, options: TenantRouterOptions = {}): Router {
  assertOptionNames('tenantRouter()', options, ['onError']);
  const router = express.Router({ caseSensitive: true });
  router.use(noStore);
  router.use((req, _res, next) => next(deps.tenantOf(req) === undefined ? fail('TENANT_MISSING') : undefined));
  for (const route of GROUPS.flatMap((group) => group(deps))) {
    router.get(route.path, handlerOf(route, deps));
    router.all(route.path, notAllowed);
  }
  router.use((_req, res) => sendProblem(res, problem('ROUTE_NOT_FOUND')));
  router.use(problemHandler(options.onError));
  return router;
}

const noStore: RequestHandler = (_req, res, next) => {
  // Answers differ by tenant, and the address does not.
  res.setHeader('Cache-Control', 'no-store');
  next();
};

/** Express 4 does not look at what a handler returns, so a rejection is passed on here. */
function handlerOf({ handle }: TenantRoute, { tenantOf }: TenantDeps): RequestHandler {
  return (req, res, next) => {
    const tenantId = tenantOf(req);
    if (tenantId === undefined) throw fail('TENANT_MISSING');
    handle({ req, res, tenantId }).catch(next);
  };
}

const notAllowed: RequestHandler = (_req, res) => {
  res.setHeader('Allow', 'GET, HEAD');
  sendProblem(res, problem('ROUTE_NOT_FOUND', 405));
};
