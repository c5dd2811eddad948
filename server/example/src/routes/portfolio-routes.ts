import { json, type Request, Router } from 'express';
import { z } from 'zod';
import type { May, Requires } from '../access/requires.js';
import type { Market } from '../market/market.js';
import { symbolOf } from '../market/pairs.js';
import type { Portfolios } from '../portfolio.js';
import type { PortfolioViews } from '../portfolio-views.js';
import { problem } from '../problem.js';
import { amount } from './decimal-field.js';

const portfolioId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of a portfolio');
const path = z.object({ id: portfolioId });
const listQuery = z.object({
  after: portfolioId.optional(),
  limit: z.coerce.number().int().min(1, 'must be from 1 to 200').max(200, 'must be from 1 to 200').default(50),
});
const pairError = 'must be a pair such as BTC/USDT';
const position = z.strictObject({
  symbol: z.string(pairError).regex(/^[A-Z0-9]{2,12}\/[A-Z0-9]{2,12}$/, pairError),
  quantity: amount(12, 10),
  averagePrice: amount(9, 8),
});

export function portfolioRoutes(
  portfolios: Pick<Portfolios, 'page' | 'put'>,
  views: PortfolioViews,
  market: Market,
  requires: Requires,
  may: May,
): Router {
  const router = Router();
  const read = requires('portfolio:read', aboutPortfolio);

  router.get('/portfolios', requires('portfolio:read'), async (request, response) => {
    const { limit, after } = listQuery.parse(request.query);
    const shows = (id: string) => may(request, 'portfolio:read', objectOf(id));
    response.json(await portfolios.page(request.tenantCache.tenantId, limit, after, shows));
  });

  router.get('/portfolios/:id', read, async (request, response) => {
    const { id } = path.parse(request.params);
    response.json((await views.valued(request.tenantCache, id)) ?? notThere());
  });

  router.get('/portfolios/:id/positions', read, async (request, response) => {
    const { id } = path.parse(request.params);
    response.json({ items: (await views.positions(request.tenantCache, id)) ?? notThere() });
  });

  router.post(
    '/portfolios/:id/positions',
    requires('portfolio:write', aboutPortfolio),
    json({ limit: '4kb' }),
    async (request, response) => {
      const { id } = path.parse(request.params);
      const wanted = position.parse(request.body);
      const cache = request.tenantCache;
      // Asking for a price is how an unknown symbol is found before it is stored.
      await market.price(symbolOf(wanted.symbol));
      if (!(await portfolios.put(cache.tenantId, id, wanted))) notThere();
      await views.forget(cache, id);
      response.status(201).json(wanted);
    },
  );

  return router;
}

function aboutPortfolio(request: Request): string {
  return objectOf(path.parse(request.params).id);
}

/** As permissions name it. */
function objectOf(id: string): string {
  return `portfolio/${id}`;
}

function notThere(): never {
  throw problem(404, 'PORTFOLIO_NOT_FOUND', 'There is no such portfolio.');
}
