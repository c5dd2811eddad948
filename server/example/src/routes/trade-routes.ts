import { json, type Request, Router } from 'express';
import { z } from 'zod';
import type { Requires } from '../access/requires.js';
import type { Market } from '../market/market.js';
import { symbolOf } from '../market/pairs.js';
import type { PortfolioViews } from '../portfolio-views.js';
import { problem } from '../problem.js';
import type { Trades } from '../trades.js';
import { amount } from './decimal-field.js';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be 1 to 64 letters, digits, - or _');
const path = z.object({ id });
const pairError = 'must be a pair such as BTC/USDT';
const trade = z.strictObject({
  id,
  symbol: z.string(pairError).regex(/^[A-Z0-9]{2,12}\/[A-Z0-9]{2,12}$/, pairError),
  side: z.enum(['buy', 'sell'], 'must be buy or sell'),
  quantity: amount(12, 10),
  price: amount(9, 8),
});
const limitError = 'must be a whole number from 1 to 100';
const query = z.object({
  limit: z.coerce.number(limitError).int(limitError).min(1, limitError).max(100, limitError).default(50),
  after: id.optional(),
});

/** Trades of a portfolio, which is what `trade:read` and `trade:write` are about. */
export function tradeRoutes(
  trades: Trades,
  views: Pick<PortfolioViews, 'forget'>,
  market: Pick<Market, 'price'>,
  requires: Requires,
): Router {
  const router = Router();
  const portfolioOf = (request: Request) => `portfolio/${path.parse(request.params).id}`;
  const see = requires('trade:read', portfolioOf);
  const trading = requires('trade:write', portfolioOf);

  router.get('/portfolios/:id/trades', see, async (request, response) => {
    const portfolio = path.parse(request.params).id;
    const { limit, after } = query.parse(request.query);
    const page = await trades.page(request.tenantCache, portfolio, limit, after);
    if (!page) throw problem(404, 'PORTFOLIO_NOT_FOUND', 'There is no such portfolio.');
    response.json(page);
  });

  router.post('/portfolios/:id/trades', trading, json({ limit: '4kb' }), async (request, response) => {
    const portfolio = path.parse(request.params).id;
    const wanted = trade.parse(request.body);
    const cache = request.tenantCache;
    // Asking for a price is how an unknown symbol is found before it is stored.
    await market.price(symbolOf(wanted.symbol));
    const { trade: made, replayed } = await trades.record(cache.tenantId, portfolio, wanted);
    // Also where it had been recorded: whoever did may have died before this.
    await Promise.all([views.forget(cache, portfolio), trades.forget(cache, portfolio)]);
    response.status(replayed ? 200 : 201).json(made);
  });

  return router;
}
