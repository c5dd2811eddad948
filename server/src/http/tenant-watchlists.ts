import { fail } from '../core/errors.js';
import { isWatchlistName, MAX_WATCHLIST_NAME } from '../core/watchlists.js';
import { type TenantApiRoute, tenantRoute } from './api-route.js';
import { RequestInvalidError } from './problem.js';
import type { TenantDeps } from './tenant-routes.js';
import {
  MAX_WATCHLIST_BODY_BYTES,
  watchlistAnswer,
  watchlistBody,
  watchlistsAnswer,
  watchlistsView,
  watchlistView,
} from './watchlist-answers.js';

const TAG = 'Watchlists';

/** What a tenant watches of the shared datasets: warm-ups load it before it is asked for. */
export function ownWatchlistRoutes({ watchlists }: TenantDeps): TenantApiRoute[] {
  if (watchlists === undefined) return [];
  return [
    tenantRoute({
      method: 'get',
      path: '/watchlists',
      operationId: 'listWatchlists',
      tag: TAG,
      summary: 'Its watchlists, by name',
      answers: { 200: { description: 'All of them', body: watchlistsAnswer } },
      async handle({ res, tenantId }) {
        res.json(watchlistsView(tenantId, await watchlists.list(tenantId)));
      },
    }),
    tenantRoute({
      method: 'put',
      path: '/watchlists/:name',
      operationId: 'putWatchlist',
      tag: TAG,
      summary: 'Makes a watchlist, or replaces the one of that name',
      body: watchlistBody,
      maxBodyBytes: MAX_WATCHLIST_BODY_BYTES,
      answers: { 200: { description: 'The list as it is now', body: watchlistAnswer } },
      problems: ['TENANT_NOT_FOUND', 'WATCHLIST_LIMIT'],
      async handle({ req, res, tenantId, body: { groups } }) {
        const { name } = req.params;
        if (!isWatchlistName(name)) {
          const message = `must be 1 to ${MAX_WATCHLIST_NAME} characters that print, no space first or last`;
          throw new RequestInvalidError([{ field: 'name', message }]);
        }
        res.json(watchlistView(await watchlists.put(tenantId, name, groups)));
      },
    }),
    tenantRoute({
      method: 'delete',
      path: '/watchlists/:name',
      operationId: 'removeWatchlist',
      tag: TAG,
      summary: 'Removes a watchlist',
      answers: { 204: { description: 'It is gone' } },
      problems: ['WATCHLIST_NOT_FOUND'],
      async handle({ req, res, tenantId }) {
        const { name } = req.params;
        if (!isWatchlistName(name) || !(await watchlists.remove(tenantId, name))) throw fail('WATCHLIST_NOT_FOUND');
        res.status(204).end();
      },
    }),
  ];
}
