import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { MAX_WINDOWS } from '../market/analysis.js';
import { TIMEFRAMES } from '../market/candle.js';
import type { MarketData } from '../market/market-data.js';

const symbol = z.string().regex(/^[A-Z0-9]{2,20}$/, 'must be a symbol such as BTCUSDT');

const symbolPath = z.object({ symbol });
const candleQuery = z.object({
  timeframe: z.enum(TIMEFRAMES, `must be one of ${TIMEFRAMES.join(', ')}`).default('1h'),
  limit: wholeNumber(1_000).default(100),
});
const analysisPath = z.object({ key: z.string().min(1).max(200, 'must be at most 200 characters') });
const analysisQuery = z.object({ windows: wholeNumber(MAX_WINDOWS).optional() });

function wholeNumber(max: number) {
  const error = `must be a whole number from 1 to ${max}`;
  return z.coerce.number(error).int(error).min(1, error).max(max, error);
}

/** @param kept keeps the answers of a route that says the same to everybody of a tenant */
export function marketRoutes(market: MarketData, kept: RequestHandler): Router {
  const router = Router();

  router.get('/market/overview', kept, async (request, response) => {
    response.json(await market.overview(request.tenantCache));
  });

  router.get('/prices/:symbol', async (request, response) => {
    const path = symbolPath.parse(request.params);
    response.json(await market.price(request.tenantCache, path.symbol));
  });

  router.get('/candles/:symbol', async (request, response) => {
    const path = symbolPath.parse(request.params);
    const { timeframe, limit } = candleQuery.parse(request.query);
    const candles = await market.candles(request.tenantCache, path.symbol, timeframe, limit);
    response.json({ symbol: path.symbol, timeframe, candles });
  });

  router.get('/analysis/:key', async (request, response) => {
    const { key } = analysisPath.parse(request.params);
    const { windows } = analysisQuery.parse(request.query);
    response.json(await market.analysis(request.tenantCache, key, windows));
  });

  return router;
}
