import express, { type Request, type Router } from 'express';
import { assertOptionNames } from '../core/options.js';
import { Access, type Authorize } from './admin-access.js';
import { alertRoutes } from './admin-alerts.js';
import { auditRoutes } from './admin-audit.js';
import { withDescription } from './admin-description.js';
import { ADMIN_EDGE_OPTIONS, type AdminEdgeOptions, adminEdge } from './admin-edge.js';
import { entryRoutes } from './admin-entries.js';
import { fleetRoutes } from './admin-fleet.js';
import { keyRoutes } from './admin-keys.js';
import { nodeRoutes } from './admin-nodes.js';
import { planRoutes } from './admin-plans.js';
import { quotaRoutes } from './admin-quota.js';
import { removalRoutes } from './admin-removal.js';
import type { AdminDeps } from './admin-routes.js';
import { sharedRoutes } from './admin-shared.js';
import { statementRoutes } from './admin-statements.js';
import { statsRoutes } from './admin-stats.js';
import { storeRoutes } from './admin-store.js';
import { tenantRoutes } from './admin-tenants.js';
import { upkeepRoutes } from './admin-upkeep.js';
import { usageRoutes } from './admin-usage.js';
import { warmingRoutes } from './admin-warming.js';
import { watchlistRoutes } from './admin-watchlists.js';
import { webhookRoutes } from './admin-webhooks.js';
import { adviceRoutes } from './advice-routes.js';
import { adminHandler, mount } from './api-handler.js';
import type { AdminApiRoute } from './api-route.js';
import { problem, problemHandler, sendProblem } from './problem.js';

export interface AdminRouterOptions extends AdminEdgeOptions {
  /** Required: these routes are never open by omission. */
  authorize: Authorize;
  /** Hears of every error that is answered with a status of 500 or more, and once of roles that `authorize` gives in vain. */
  onError?: (error: unknown, req: Request) => void;
}

/**
 * The admin API as a router: `app.use('/admin', cache.adminRouter({ authorize }))`. Routes in `docs/features/admin-api.md`.
 * Answers everything below its mount path itself, errors too, as problem+json.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function adminRouter(deps: AdminDeps, options: AdminRouterOptions): Router {
  assertOptionNames('adminRouter()', options, ['authorize', 'onError', ...ADMIN_EDGE_OPTIONS]);
  const access = new Access(options.authorize, options.onError);
  const described: readonly AdminApiRoute[] = [
    ...tenantRoutes(deps),
    ...removalRoutes(deps),
    ...planRoutes(deps),
    ...quotaRoutes(deps),
    ...fleetRoutes(deps),
    ...nodeRoutes(deps),
    ...storeRoutes(deps),
    ...entryRoutes(deps),
    ...statsRoutes(deps),
    ...upkeepRoutes(deps),
    ...statementRoutes(deps),
    ...usageRoutes(deps),
    ...adviceRoutes(deps),
    ...alertRoutes(deps),
    ...webhookRoutes(deps),
    ...keyRoutes(deps),
    ...sharedRoutes(deps),
    ...watchlistRoutes(deps),
    ...warmingRoutes(deps),
    ...auditRoutes(deps),
  ];
  const router = express.Router({ caseSensitive: true });

  router.use(...adminEdge(access, deps.rates, options));
  const routes = withDescription(described, deps);
  mount(router, routes, (route) => adminHandler(route, access, deps.directory.idempotency));
  router.use((_req, res) => sendProblem(res, problem('ROUTE_NOT_FOUND')));
  router.use(problemHandler(options.onError));
  return router;
}
