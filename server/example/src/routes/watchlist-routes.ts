import { type RequestHandler, Router } from 'express';
import type { TenantCacheServer } from 'tenantcache';
import { z } from 'zod';
import type { Market } from '../market/market.js';
import { pairOfGroup, symbolOf } from '../market/pairs.js';
import { problem } from '../problem.js';

const path = z.object({ name: z.string().min(1).max(64, 'must be at most 64 characters') });

/** Lists are made and read below `/me/cache/watchlists`; here is what is on one, at present prices. */
export function watchlistRoutes(
  watchlists: TenantCacheServer['watchlists'],
  market: Market,
  allowed: RequestHandler,
): Router {
  const router = Router();

  router.get('/watchlists/:name/prices', allowed, async (request, response) => {
    const { name } = path.parse(request.params);
    const lists = await watchlists.list(request.tenantCache.tenantId);
    const list = lists.find((each) => each.name === name);
    if (!list) throw problem(404, 'WATCHLIST_NOT_FOUND', 'There is no such watchlist.');
    const pairs = list.groups.flatMap((group) => pairOfGroup(group) ?? []);
    const prices = await market.prices(pairs);
    // Of a market that has no price at present the name alone, so that the list is whole.
    const items = pairs.map(
      (pair) => prices.get(pair) ?? { symbol: symbolOf(pair), price: null, asOf: null, stale: true },
    );
    response.json({ name, items });
  });

  return router;
}
