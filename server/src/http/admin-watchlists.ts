import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { watchlistsAnswer, watchlistsView } from './watchlist-answers.js';

/** What a tenant watches. */
export function watchlistRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { watchlists } = deps;
  if (watchlists === undefined) return [];
  return [
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/watchlists',
      operationId: 'listTenantWatchlists',
      tag: 'Tenants',
      summary: 'Watchlists of a tenant, by name',
      scope: 'tenants:read',
      answers: { 200: { description: 'All of them', body: watchlistsAnswer } },
      async handle({ req, res }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(watchlistsView(tenantId, await watchlists.list(tenantId)));
      },
    }),
  ];
}
