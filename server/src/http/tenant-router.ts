import express, { type Request, type Router } from 'express';
import { fail } from '../core/errors.js';
import { assertOptionNames } from '../core/options.js';
import { tenantAlertRoutes } from './admin-alerts.js';
import { tenantAdviceRoutes } from './advice-routes.js';
import { mount, tenantHandler } from './api-handler.js';
import type { TenantApiRoute } from './api-route.js';
import { problem, problemHandler, sendProblem } from './problem.js';
import { type RouterRateLimitOptions, routerLimiter, routerLimits } from './rate-limit-router.js';
import { requestIdHandler } from './request-id.js';
import { securityHeaders } from './security-headers.js';
import { withTenantDescription } from './tenant-description.js';
import { ownEntryRoutes } from './tenant-entries.js';
import type { TenantDeps } from './tenant-routes.js';
import { ownSharedRoutes } from './tenant-shared.js';
import { ownStatementRoutes } from './tenant-statements.js';
import { ownUsageRoutes } from './tenant-usage.js';
import { ownWatchlistRoutes } from './tenant-watchlists.js';

export interface TenantRouterOptions {
  /** Of each tenant. Default 600 reads and 120 changes a minute. */
  rateLimit?: Pick<RouterRateLimitOptions, 'reads' | 'changes' | 'window'> | false;
  /** Hears of every error that is answered with a status of 500 or more. */
  onError?: (error: unknown, req: Request) => void;
}

/** Groups of routes, one a line. */
const GROUPS: readonly ((deps: TenantDeps) => TenantApiRoute[])[] = [
  ownUsageRoutes,
  ownEntryRoutes,
  ownStatementRoutes,
  tenantAlertRoutes,
  tenantAdviceRoutes,
  ownSharedRoutes,
  ownWatchlistRoutes,
];

/**
 * What a tenant may see of itself: `app.use('/cache', cache.middleware({ tenant }), cache.tenantRouter())`. Routes in
 * `docs/features/tenant-api.md`. Acts for the tenant that the middleware bound the request to, whatever the path, query,
 * headers or body say, and answers 401 where there is none. Answers everything below its mount path itself, errors too.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function tenantRouter(deps: TenantDeps, options: TenantRouterOptions = {}): Router {
  assertOptionNames('tenantRouter()', options, ['onError', 'rateLimit']);
  const router = express.Router({ caseSensitive: true });
  router.use(requestIdHandler(), securityHeaders());
  router.use((req, _res, next) => next(deps.tenantOf(req) === undefined ? fail('TENANT_MISSING') : undefined));
  const limits = routerLimits('tenantRouter()', options.rateLimit);
  if (limits) router.use(routerLimiter(deps.rates, 'tenant', limits, (req) => `tenant ${deps.tenantOf(req)}`));
  const routes = withTenantDescription(GROUPS.flatMap((group) => group(deps)));
  mount(router, routes, (route) => tenantHandler(route, (req) => deps.tenantOf(req)));
  router.use((_req, res) => sendProblem(res, problem('ROUTE_NOT_FOUND')));
  router.use(problemHandler(options.onError));
  return router;
}
