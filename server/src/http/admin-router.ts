import express, { type Request, type RequestHandler, type Router } from 'express';
import { assertOptionNames } from '../core/options.js';
import { Access, type Authorize } from './admin-access.js';
import { alertRoutes } from './admin-alerts.js';
import { auditRoutes } from './admin-audit.js';
import { fleetRoutes } from './admin-fleet.js';
import { nodeRoutes } from './admin-nodes.js';
import { quotaRoutes } from './admin-quota.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { statementRoutes } from './admin-statements.js';
import { tenantRoutes } from './admin-tenants.js';
import { upkeepRoutes } from './admin-upkeep.js';
import { usageRoutes } from './admin-usage.js';
import { webhookRoutes } from './admin-webhooks.js';
import { adviceRoutes } from './advice-routes.js';
import { problem, problemHandler, sendProblem } from './problem.js';

export interface AdminRouterOptions {
  /** Required: these routes are never open by omission. */
  authorize: Authorize;
  /** Hears of every error that is answered with a status of 500 or more. */
  onError?: (error: unknown, req: Request) => void;
}

const MAX_BODY = '16kb';

/**
 * The admin API as a router: `app.use('/admin', cache.adminRouter({ authorize }))`. Routes in `docs/features/admin-api.md`.
 * Answers everything below its mount path itself, errors too, as problem+json.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function adminRouter(deps: AdminDeps, options: AdminRouterOptions): Router {
  assertOptionNames('adminRouter()', options, ['authorize', 'onError']);
  const access = new Access(options.authorize);
  const routes = [
    ...tenantRoutes(deps),
    ...quotaRoutes(deps),
    ...fleetRoutes(deps),
    ...nodeRoutes(deps),
    ...upkeepRoutes(deps),
    ...statementRoutes(deps),
    ...usageRoutes(deps),
    ...adviceRoutes(deps),
    ...alertRoutes(deps),
    ...webhookRoutes(deps),
    ...auditRoutes(deps),
  ];
  const router = express.Router({ caseSensitive: true });

  router.use(noStore);
  router.use(access.authenticate);
  router.use(express.json({ limit: MAX_BODY, type: 'application/json' }));
  for (const route of routes) router[route.method](route.path, handlerOf(route, access));
  for (const path of new Set(routes.map((route) => route.path))) router.all(path, notAllowed(routes, path));
  router.use((_req, res) => sendProblem(res, problem('ROUTE_NOT_FOUND')));
  router.use(problemHandler(options.onError));
  return router;
}

const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};

/** Express 4 does not look at what a handler returns, so a rejection is passed on here. */
function handlerOf({ roles, handle }: AdminRoute, access: Access): RequestHandler {
  return (req, res, next) => {
    const actor = access.require(req, roles);
    handle({ req, res, actor }).catch(next);
  };
}

function notAllowed(routes: readonly AdminRoute[], path: string): RequestHandler {
  const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  return (_req, res) => {
    res.setHeader('Allow', allow);
    sendProblem(res, problem('ROUTE_NOT_FOUND', 405));
  };
}
