import { type RequestHandler, Router } from 'express';
import type { Timeframe } from 'tenantcache/market-data';
import { z } from 'zod';
import { MAX_WINDOWS } from '../market/analysis.js';
import type { Market } from '../market/market.js';
import { symbolOf, TOP_PAIRS } from '../market/pairs.js';

const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'] as const satisfies readonly Timeframe[];
const MAX_TICKERS = 50;

const symbol = z.string().regex(/^[A-Z0-9]{2,20}$/, 'must be a symbol such as BTCUSDT');

const symbolPath = z.object({ symbol });
const tickersQuery = z.object({
  symbols: z
    .string('must be given once')
    .default(TOP_PAIRS.map(symbolOf).join(','))
    .transform((list) => [...new Set(list.split(','))])
    .pipe(z.array(symbol).max(MAX_TICKERS, `must be at most ${MAX_TICKERS}`)),
});
const orderBookQuery = z.object({ depth: wholeNumber(500).default(20) });
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

/**
 * @param allowed refuses who may not see market data
 * @param kept keeps the answers of a route that says the same to everybody of a tenant
 */
export function marketRoutes(market: Market, allowed: RequestHandler, kept: RequestHandler): Router {
  const router = Router();

  router.get('/market/overview', allowed, kept, async (_request, response) => {
    response.json(await market.overview());
  });

  router.get('/prices/:symbol', allowed, async (request, response) => {
    const path = symbolPath.parse(request.params);
    response.json(await market.price(path.symbol));
  });

  router.get('/tickers', allowed, async (request, response) => {
    const { symbols } = tickersQuery.parse(request.query);
    response.json(await market.tickers(symbols));
  });

  router.get('/orderbook/:symbol', allowed, async (request, response) => {
    const path = symbolPath.parse(request.params);
    const { depth } = orderBookQuery.parse(request.query);
    response.json(await market.orderBook(path.symbol, depth));
  });

  router.get('/candles/:symbol', allowed, async (request, response) => {
    const path = symbolPath.parse(request.params);
    const { timeframe, limit } = candleQuery.parse(request.query);
    response.json(await market.candles(path.symbol, timeframe, limit));
  });

  router.get('/analysis/:key', allowed, async (request, response) => {
    const { key } = analysisPath.parse(request.params);
    const { windows } = analysisQuery.parse(request.query);
    response.json(await market.analysis(request.tenantCache, key, windows));
  });

  return router;
}
