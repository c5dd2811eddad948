import { json, Router } from 'express';
import { z } from 'zod';
import { type MarketData, marketId } from '../market/market-data.js';
import { type Portfolios, valued } from '../portfolio.js';
import { problem } from '../problem.js';
import { PORTFOLIO } from '../resources.js';

const path = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of a portfolio') });
const pairError = 'must be a pair such as BTC/USDT';
const position = z.strictObject({
  symbol: z.string(pairError).regex(/^[A-Z0-9]{2,12}\/[A-Z0-9]{2,12}$/, pairError),
  quantity: amount(1e12),
  averagePrice: amount(1e9),
});

function amount(max: number) {
  const error = `must be a number above 0, at most ${max}`;
  return z.number(error).positive(error).max(max, error);
}

export function portfolioRoutes(portfolios: Portfolios, market: MarketData): Router {
  const router = Router();

  router.get('/portfolios', async (request, response) => {
    response.json({ items: await portfolios.list(request.tenantCache.tenantId) });
  });

  router.get('/portfolios/:id', async (request, response) => {
    const { id } = path.parse(request.params);
    const cache = request.tenantCache;
    const portfolio = await cache.getOrSet(PORTFOLIO, id, async ({ tenantId, setTtl }) => {
      const held = await portfolios.find(tenantId, id);
      if (!held) {
        setTtl('30s');
        return null;
      }
      const { prices, complete } = await market.prices(
        cache,
        held.positions.map((each) => each.symbol),
      );
      if (!complete) setTtl('5s');
      return valued(held, prices);
    });
    if (!portfolio) throw problem(404, 'PORTFOLIO_NOT_FOUND', 'There is no such portfolio.');
    response.json(portfolio);
  });

  router.post('/portfolios/:id/positions', json({ limit: '4kb' }), async (request, response) => {
    const { id } = path.parse(request.params);
    const wanted = position.parse(request.body);
    const cache = request.tenantCache;
    // Asking for a price is how an unknown symbol is found before it is stored.
    await market.price(cache, marketId(wanted.symbol));
    if (!(await portfolios.put(cache.tenantId, id, wanted)))
      throw problem(404, 'PORTFOLIO_NOT_FOUND', 'There is no such portfolio.');
    await cache.delete(PORTFOLIO, id);
    response.status(201).json(wanted);
  });

  return router;
}
